/// A path into a JSON value as the argument `path` of a json column has it.
///
/// `$.a.b[0]["c d"]`; the `$` and the first dot may be left out.
package struct JSONPathSteps {
  package private(set) var steps: [String] = []

  /// Nil where the text is no path.
  package init?(_ text: Span<UInt8>) {
    var position = 0
    if position < text.count, text[position] == UInt8(ascii: "$") { position += 1 }
    var mayStartBare = position == 0
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "."):
        position += 1
        // Hasura takes a dot before a bracket too.
        if position < text.count, text[position] == UInt8(ascii: "[") { continue }
        guard let end = Self.endOfName(text, from: position) else { return nil }
        append(text, position, end)
        position = end
      case UInt8(ascii: "["):
        guard let end = bracket(text, from: position + 1) else { return nil }
        position = end
      default:
        guard mayStartBare, let end = Self.endOfName(text, from: position) else { return nil }
        append(text, position, end)
        position = end
      }
      mayStartBare = false
    }
  }

  private mutating func append(_ text: Span<UInt8>, _ start: Int, _ end: Int) {
    steps.append(
      text.extracting(start..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    )
  }

  /// The offset after a name of letters, digits, `_`, `-` and what is not ASCII.
  private static func endOfName(_ text: Span<UInt8>, from start: Int) -> Int? {
    var end = start
    while end < text.count {
      switch text[end] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
        end += 1
      default: return end > start ? end : nil
      }
    }
    return end > start ? end : nil
  }

  /// An index or a quoted name, and the bracket after it; the offset behind that.
  private mutating func bracket(_ text: Span<UInt8>, from start: Int) -> Int? {
    guard start < text.count else { return nil }
    let quote = text[start]
    var end = start
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      end += 1
      while end < text.count && text[end] != quote { end += 1 }
      guard end + 1 < text.count, text[end + 1] == UInt8(ascii: "]") else { return nil }
      append(text, start + 1, end)
      return end + 2
    }
    while end < text.count, text[end] &- UInt8(ascii: "0") < 10 { end += 1 }
    guard end > start, end < text.count, text[end] == UInt8(ascii: "]") else { return nil }
    append(text, start, end)
    return end + 1
  }
}
