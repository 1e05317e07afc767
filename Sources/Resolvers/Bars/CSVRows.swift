/// The rows of comma-separated text (RFC 4180), as the texts of their fields.
package struct CSVRows: Sequence, IteratorProtocol, Sendable {
  private let bytes: [UInt8]
  private var position = 0
  /// The line on which the last row began, counted from one.
  package private(set) var line = 0
  private var nextLine = 1

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // The mark that some programs put before UTF-8.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next row.
  ///
  /// Empty lines are passed over; a quote that is never closed ends with the text.
  package mutating func next() -> [String]? {
    skipEmptyLines()
    guard position < bytes.count else { return nil }
    line = nextLine
    var fields: [String] = []
    repeat { fields.append(field()) } while pass(UInt8(ascii: ","))
    _ = pass(UInt8(ascii: "\r"))
    if pass(UInt8(ascii: "\n")) { nextLine += 1 }
    return fields
  }

  private mutating func skipEmptyLines() {
    while position < bytes.count {
      if pass(UInt8(ascii: "\n")) {
        nextLine += 1
      } else if !pass(UInt8(ascii: "\r")) {
        return
      }
    }
  }

  private mutating func field() -> String {
    if pass(UInt8(ascii: "\"")) { return quotedField() }
    let start = position
    while position < bytes.count && !isEnd(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quotedField() -> String {
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") && !pass(byte) { break }
      if byte == UInt8(ascii: "\n") { nextLine += 1 }
      text.append(byte)
    }
    // What stands between the closing quote and the comma belongs to no field.
    while position < bytes.count && !isEnd(bytes[position]) { position += 1 }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func pass(_ byte: UInt8) -> Bool {
    guard position < bytes.count && bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }
}
