/// Reads what a string token says: escapes replaced, block strings without their indentation.
struct StringValue {
  /// The value of a token that the lexer has accepted.
  static func read(_ token: Span<UInt8>, isBlock: Bool) -> String {
    isBlock
      ? block(token.extracting(3..<token.count - 3))
      : plain(token.extracting(1..<token.count - 1))
  }

  private static func plain(_ bytes: Span<UInt8>) -> String {
    var hasEscape = false
    for index in 0..<bytes.count where bytes[index] == UInt8(ascii: "\\") { hasEscape = true }
    guard hasEscape else { return String(copying: bytes) }
    var value: [UInt8] = []
    value.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == UInt8(ascii: "\\") else {
        value.append(byte)
        position += 1
        continue
      }
      position = escape(bytes, at: position, into: &value)
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// Appends what the escape at a place stands for; the place after it.
  private static func escape(
    _ bytes: Span<UInt8>,
    at start: Int,
    into value: inout [UInt8]
  ) -> Int {
    switch bytes[start + 1] {
    case UInt8(ascii: "b"): value.append(0x08)
    case UInt8(ascii: "f"): value.append(0x0C)
    case UInt8(ascii: "n"): value.append(0x0A)
    case UInt8(ascii: "r"): value.append(0x0D)
    case UInt8(ascii: "t"): value.append(0x09)
    case UInt8(ascii: "u"): return unicode(bytes, at: start, into: &value)
    case let byte: value.append(byte)
    }
    return start + 2
  }

  private static func unicode(
    _ bytes: Span<UInt8>,
    at start: Int,
    into value: inout [UInt8]
  ) -> Int {
    var code: UInt32 = 0
    var end = start + 6
    if bytes[start + 2] == UInt8(ascii: "{") {
      var position = start + 3
      while bytes[position] != UInt8(ascii: "}") {
        code = code << 4 | (bytes[position].hexadecimalValue ?? 0)
        position += 1
      }
      end = position + 1
    } else {
      code = bytes.hexadecimal(at: start + 2) ?? 0
      if code >= 0xD800 && code < 0xE000 {
        let low = bytes.hexadecimal(at: start + 8) ?? 0xDC00
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        end = start + 12
      }
    }
    if let scalar = Unicode.Scalar(code) { value.append(contentsOf: String(scalar).utf8) }
    return end
  }

  // MARK: - Block strings

  /// BlockStringValue() of §2.9.4.
  private static func block(_ bytes: Span<UInt8>) -> String {
    let lines = splitLines(bytes)
    var commonIndent = Int.max
    var first: Int?
    var last = -1
    for (number, line) in lines.enumerated() {
      let indent = indentation(bytes, line)
      guard indent < line.count else { continue }
      if first == nil { first = number }
      last = number
      if number > 0 { commonIndent = min(commonIndent, indent) }
    }
    guard let first else { return "" }
    if commonIndent == .max { commonIndent = 0 }
    var value: [UInt8] = []
    value.reserveCapacity(bytes.count)
    for number in first...last {
      if number > first { value.append(UInt8(ascii: "\n")) }
      let line = lines[number]
      let start =
        number == 0 ? line.lowerBound : min(line.lowerBound + commonIndent, line.upperBound)
      append(bytes, start..<line.upperBound, to: &value)
    }
    return String(decoding: value, as: UTF8.self)
  }

  private static func splitLines(_ bytes: Span<UInt8>) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
        position += 1
        continue
      }
      lines.append(start..<position)
      position += 1
      if byte == UInt8(ascii: "\r"), position < bytes.count, bytes[position] == UInt8(ascii: "\n") {
        position += 1
      }
      start = position
    }
    lines.append(start..<bytes.count)
    return lines
  }

  private static func indentation(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Int {
    var position = line.lowerBound
    while position < line.upperBound,
      bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t")
    {
      position += 1
    }
    return position - line.lowerBound
  }

  /// Appends a line, with `"""` for each `\"""`.
  private static func append(_ bytes: Span<UInt8>, _ line: Range<Int>, to value: inout [UInt8]) {
    var position = line.lowerBound
    while position < line.upperBound {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\\"), position + 3 <= line.upperBound,
        bytes[position] == UInt8(ascii: "\""), bytes[position + 1] == UInt8(ascii: "\""),
        bytes[position + 2] == UInt8(ascii: "\"")
      {
        value.append(contentsOf: "\"\"\"".utf8)
        position += 3
      } else {
        value.append(byte)
      }
    }
  }
}
