/// A line and a column of a document, both counted from 1.
///
/// A column counts Unicode scalar values; a line ends at a line feed, at a carriage return, or at
/// both in this order.
package struct SourceLocation: Hashable, Sendable {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The place of a byte; of what is after the end, the end.
  package init(offset: Int, in source: Span<UInt8>) {
    var cursor = LocationCursor()
    self = cursor.advance(to: offset, in: source)
  }
}

/// Counts lines and columns on the way through a document, so that many places cost one pass.
struct LocationCursor {
  private var position = 0
  private var line = 1
  private var column = 1

  /// The location of an offset that is not before the last one asked for.
  mutating func advance(to offset: Int, in source: Span<UInt8>) -> SourceLocation {
    let end = min(offset, source.count)
    while position < end {
      let byte = source[position]
      position += 1
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte == UInt8(ascii: "\r") {
        // The line ends after the line feed, if one follows.
        guard position < source.count, source[position] == UInt8(ascii: "\n") else {
          line += 1
          column = 1
          continue
        }
        column += 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return SourceLocation(line: line, column: column)
  }
}
