/// Splits the bytes of a GraphQL document into tokens, without copying any of them.
///
/// The lexer borrows the document: it is a non-escapable value on the stack, holds no reference and
/// so does no reference counting. The bytes must be valid UTF-8.
struct Lexer: ~Escapable {
  let bytes: Span<UInt8>
  var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
  }

  /// The next significant token; `.endOfFile` at the end, as often as asked.
  mutating func next() throws(SyntaxError) -> Token {
    skipIgnored()
    let start = position
    guard start < bytes.count else { return token(.endOfFile, from: start) }
    let byte = bytes[start]
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      return name(from: start)
    case UInt8(ascii: "{"): return punctuator(.leftBrace)
    case UInt8(ascii: "}"): return punctuator(.rightBrace)
    case UInt8(ascii: "("): return punctuator(.leftParen)
    case UInt8(ascii: ")"): return punctuator(.rightParen)
    case UInt8(ascii: ":"): return punctuator(.colon)
    case UInt8(ascii: "$"): return punctuator(.dollar)
    case UInt8(ascii: "!"): return punctuator(.bang)
    case UInt8(ascii: "["): return punctuator(.leftBracket)
    case UInt8(ascii: "]"): return punctuator(.rightBracket)
    case UInt8(ascii: "="): return punctuator(.equals)
    case UInt8(ascii: "@"): return punctuator(.at)
    case UInt8(ascii: "|"): return punctuator(.pipe)
    case UInt8(ascii: "&"): return punctuator(.ampersand)
    case UInt8(ascii: "."): return try dots()
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return try number()
    case UInt8(ascii: "'"): throw SyntaxError(.singleQuote, at: start, in: bytes)
    default: throw SyntaxError(.unexpectedCharacter(found: shown(start)), at: start, in: bytes)
    }
  }

  private mutating func skipIgnored() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"),
        UInt8(ascii: ","):
        position += 1
      case UInt8(ascii: "#"):
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n"),
          bytes[position] != UInt8(ascii: "\r")
        {
          position += 1
        }
      case 0xEF where byte(at: position + 1) == 0xBB && byte(at: position + 2) == 0xBF:
        // A byte-order mark is ignored wherever it stands (§2.1.2).
        position += 3
      default: return
      }
    }
  }

  private mutating func name(from start: Int) -> Token {
    var hash = NameHash()
    repeat {
      hash.combine(bytes[position])
      position += 1
    } while position < bytes.count && bytes[position].continuesName
    var token = token(.name, from: start)
    token.hash = hash.value
    return token
  }

  private mutating func punctuator(_ kind: Token.Kind) -> Token {
    position += 1
    return token(kind, from: position - 1)
  }

  private mutating func dots() throws(SyntaxError) -> Token {
    let start = position
    if byte(at: start + 1) == UInt8(ascii: ".") {
      guard byte(at: start + 2) == UInt8(ascii: ".") else {
        throw SyntaxError(.twoDots, at: start, in: bytes)
      }
      position += 3
      return token(.spread, from: start)
    }
    var end = start + 1
    while end < bytes.count, bytes[end].isDigit { end += 1 }
    guard end > start + 1 else {
      throw SyntaxError(.unexpectedCharacter(found: shown(start)), at: start, in: bytes)
    }
    let digits = String(copying: bytes.extracting((start + 1)..<end))
    throw SyntaxError(.numberWithoutInteger(digits: digits), at: start, in: bytes)
  }

  // MARK: - Numbers

  private mutating func number() throws(SyntaxError) -> Token {
    let start = position
    var kind = Token.Kind.int
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    if byte(at: position) == UInt8(ascii: "0") {
      position += 1
      if let byte = byte(at: position), byte.isDigit {
        throw SyntaxError(.digitAfterZero(found: shown(position)), at: position, in: bytes)
      }
    } else {
      try digits()
    }
    if byte(at: position) == UInt8(ascii: ".") {
      kind = .float
      position += 1
      try digits()
    }
    if let byte = byte(at: position), byte | 0x20 == UInt8(ascii: "e") {
      kind = .float
      position += 1
      if let sign = self.byte(at: position), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
      {
        position += 1
      }
      try digits()
    }
    if let byte = byte(at: position), byte == UInt8(ascii: ".") || byte.startsName {
      throw SyntaxError(.expectedDigit(found: shown(position)), at: position, in: bytes)
    }
    return token(kind, from: start)
  }

  private mutating func digits() throws(SyntaxError) {
    guard let first = byte(at: position), first.isDigit else {
      throw SyntaxError(.expectedDigit(found: shown(position)), at: position, in: bytes)
    }
    while position < bytes.count, bytes[position].isDigit { position += 1 }
  }

  // MARK: - Bytes

  func byte(at position: Int) -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  func token(_ kind: Token.Kind, from start: Int) -> Token {
    Token(
      kind: kind,
      start: Int32(truncatingIfNeeded: start),
      end: Int32(truncatingIfNeeded: position)
    )
  }

  /// The character at a place as messages show it.
  func shown(_ position: Int) -> String {
    guard let byte = byte(at: position) else { return "<EOF>" }
    if byte >= 0x20 && byte < 0x7F { return "'\(Unicode.Scalar(byte))'" }
    let code = text(from: position, scalars: 1).unicodeScalars.first?.value ?? UInt32(byte)
    let digits = String(code, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// The text of so many characters, or of those that are left.
  func text(from start: Int, scalars count: Int) -> String {
    var end = start
    for _ in 0..<count where end < bytes.count {
      end += 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    }
    return String(copying: bytes.extracting(start..<end))
  }
}

extension UInt8 {
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

  var startsName: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 || self == UInt8(ascii: "_") }

  var continuesName: Bool { startsName || isDigit }
}

extension String {
  /// The text of bytes that were checked to be UTF-8.
  init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
