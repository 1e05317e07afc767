/// Writes strings and block strings as GraphQL text (§2.9.4).
enum StringPrinter {
  /// A string between quotes, with escapes where they are needed.
  static func quoted(_ text: String) -> [UInt8] {
    var output: [UInt8] = [UInt8(ascii: "\"")]
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: output.append(contentsOf: "\\\"".utf8)
      case 0x5C: output.append(contentsOf: "\\\\".utf8)
      case 0x08: output.append(contentsOf: "\\b".utf8)
      case 0x09: output.append(contentsOf: "\\t".utf8)
      case 0x0A: output.append(contentsOf: "\\n".utf8)
      case 0x0C: output.append(contentsOf: "\\f".utf8)
      case 0x0D: output.append(contentsOf: "\\r".utf8)
      case 0..<0x20, 0x7F..<0xA0:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        output.append(contentsOf: "\\u00".utf8)
        if digits.utf8.count == 1 { output.append(UInt8(ascii: "0")) }
        output.append(contentsOf: digits.utf8)
      default: output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    output.append(UInt8(ascii: "\""))
    return output
  }

  /// A block string, on lines of its own where that reads better or its content asks for it.
  static func block(_ text: String) -> String {
    let escaped = escapingQuotes(Array(text.utf8))
    let lines = splitLines(escaped)
    let isSingleLine = lines.count == 1
    let isIndented =
      !isSingleLine
      && lines.dropFirst().allSatisfy { $0.first.map { isBlank($0) } ?? true }
    let endsWithTripleQuote = escaped.suffix(4).elementsEqual("\\\"\"\"".utf8)
    let endsWithQuote = text.utf8.last == UInt8(ascii: "\"") && !endsWithTripleQuote
    let needsLastLine = endsWithQuote || text.utf8.last == UInt8(ascii: "\\")
    let isLong = text.unicodeScalars.count > 70
    let isMultiline =
      !isSingleLine || isLong || needsLastLine || isIndented || endsWithTripleQuote
    let startsWithBlank = isSingleLine && (text.utf8.first.map { isBlank($0) } ?? false)
    let before = (isMultiline && !startsWithBlank) || isIndented ? "\n" : ""
    let after = isMultiline || needsLastLine ? "\n" : ""
    return "\"\"\"\(before)\(String(decoding: escaped, as: UTF8.self))\(after)\"\"\""
  }

  /// Whether a block string can say this text and read well.
  static func isBlockPrintable(_ text: String) -> Bool {
    var isEmptyLine = true
    var hasIndent = false
    var hasCommonIndent = true
    var hasSeenLine = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\n"):
        if isEmptyLine, !hasSeenLine { return false }
        hasSeenLine = true
        isEmptyLine = true
        hasIndent = false
      case UInt8(ascii: " "), UInt8(ascii: "\t"): hasIndent = hasIndent || isEmptyLine
      case 0...0x0F: return false
      default:
        hasCommonIndent = hasCommonIndent && hasIndent
        isEmptyLine = false
      }
    }
    if text.isEmpty { return true }
    return !isEmptyLine && !(hasCommonIndent && hasSeenLine)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// Lines end as the lexer ends them.
  private static func splitLines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    var position = 0
    while position < text.count {
      let byte = text[position]
      position += 1
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
      lines.append(text[start..<position - 1])
      if byte == UInt8(ascii: "\r"), position < text.count, text[position] == UInt8(ascii: "\n") {
        position += 1
      }
      start = position
    }
    lines.append(text[start...])
    return lines
  }

  /// `\"""` for each `"""`.
  private static func escapingQuotes(_ text: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      if text[position...].prefix(3).elementsEqual("\"\"\"".utf8) {
        output.append(contentsOf: "\\\"\"\"".utf8)
        position += 3
      } else {
        output.append(text[position])
        position += 1
      }
    }
    return output
  }
}
