/// Strings and block strings (§2.9.4): the lexer finds where they end and checks their escapes;
/// ``StringValue`` reads what they say.
extension Lexer {
  mutating func string() throws(SyntaxError) -> Token {
    let start = position
    if byte(at: start + 1) == UInt8(ascii: "\""), byte(at: start + 2) == UInt8(ascii: "\"") {
      return try blockString()
    }
    position += 1
    while let byte = byte(at: position) {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return token(.string, from: start)
      case UInt8(ascii: "\\"): try escape()
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        throw SyntaxError(.unterminatedString, at: position, in: bytes)
      default: position += 1
      }
    }
    throw SyntaxError(.unterminatedString, at: position, in: bytes)
  }

  private mutating func blockString() throws(SyntaxError) -> Token {
    let start = position
    position += 3
    while let byte = byte(at: position) {
      if byte == UInt8(ascii: "\""), hasQuotes(at: position) {
        position += 3
        return token(.blockString, from: start)
      }
      if byte == UInt8(ascii: "\\"), hasQuotes(at: position + 1) {
        position += 4
      } else {
        position += 1
      }
    }
    throw SyntaxError(.unterminatedString, at: position, in: bytes)
  }

  private func hasQuotes(at position: Int) -> Bool {
    byte(at: position) == UInt8(ascii: "\"") && byte(at: position + 1) == UInt8(ascii: "\"")
      && byte(at: position + 2) == UInt8(ascii: "\"")
  }

  private mutating func escape() throws(SyntaxError) {
    switch byte(at: position + 1) {
    case UInt8(ascii: "u"):
      if byte(at: position + 2) == UInt8(ascii: "{") {
        try bracedEscape()
      } else {
        try plainEscape()
      }
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    default:
      let text = text(from: position, scalars: 2)
      throw SyntaxError(.invalidEscape(text), at: position, in: bytes)
    }
  }

  /// `\u{…}` with one to eight digits that name a scalar value.
  private mutating func bracedEscape() throws(SyntaxError) {
    var code: UInt32 = 0
    var size = 3
    while size < 12, let byte = byte(at: position + size) {
      size += 1
      if byte == UInt8(ascii: "}") {
        guard size > 4, Unicode.Scalar(code) != nil else { break }
        position += size
        return
      }
      guard let digit = byte.hexadecimalValue else { break }
      code = code << 4 | digit
    }
    let text = text(from: position, scalars: size)
    throw SyntaxError(.invalidUnicodeEscape(text), at: position, in: bytes)
  }

  /// `\uXXXX`, or two of them that are a surrogate pair.
  private mutating func plainEscape() throws(SyntaxError) {
    if let code = bytes.hexadecimal(at: position + 2) {
      if Unicode.Scalar(code) != nil {
        position += 6
        return
      }
      if code < 0xDC00, byte(at: position + 6) == UInt8(ascii: "\\"),
        byte(at: position + 7) == UInt8(ascii: "u"),
        let low = bytes.hexadecimal(at: position + 8), low >= 0xDC00 && low < 0xE000
      {
        position += 12
        return
      }
    }
    let text = text(from: position, scalars: 6)
    throw SyntaxError(.invalidUnicodeEscape(text), at: position, in: bytes)
  }
}

extension Span<UInt8> {
  /// The value of four hexadecimal digits; nil where there are not four.
  func hexadecimal(at start: Int) -> UInt32? {
    guard start + 4 <= count else { return nil }
    var code: UInt32 = 0
    for position in start..<start + 4 {
      guard let digit = self[position].hexadecimalValue else { return nil }
      code = code << 4 | digit
    }
    return code
  }
}

extension UInt8 {
  var hexadecimalValue: UInt32? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
