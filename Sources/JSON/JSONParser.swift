/// Parses a JSON text into a value, strictly by RFC 8259, over bytes that it only borrows.
///
/// Depth is counted before it recurses, so that no text can exhaust the stack. U+0000 and lone
/// surrogates are refused: PostgreSQL stores neither. (Who does not store may allow the former.)
package struct JSONParser: ~Escapable {
  let bytes: Span<UInt8>
  var position = 0
  var depth = 0
  private let maximumDepth: Int
  private let allowsNullCharacters: Bool

  @_lifetime(copy bytes)
  package init(
    _ bytes: Span<UInt8>,
    maximumDepth: Int = 512,
    allowsNullCharacters: Bool = false
  ) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    self.allowsNullCharacters = allowsNullCharacters
  }

  /// The one value of the text.
  package mutating func parse() throws(JSONError) -> JSONValue {
    skipWhitespace()
    let value = try value()
    skipWhitespace()
    guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
    return value
  }

  mutating func value() throws(JSONError) -> JSONValue {
    switch try current() {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try keyword("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try keyword("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try keyword("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    case let byte: throw JSONError(.unexpectedByte(byte), at: position)
    }
  }

  mutating func object() throws(JSONError) -> JSONObject {
    try enter()
    var members: [JSONObject.Member] = []
    // Most objects have a few members, and to grow by one at a time costs more than these.
    members.reserveCapacity(3)
    if try !closes(UInt8(ascii: "}")) {
      repeat {
        skipWhitespace()
        let byte = try current()
        guard byte == UInt8(ascii: "\"") else {
          throw JSONError(.unexpectedByte(byte), at: position)
        }
        let key = try string()
        skipWhitespace()
        try expect(UInt8(ascii: ":"))
        skipWhitespace()
        members.append(JSONObject.Member(key: key, value: try value()))
      } while try continues(until: UInt8(ascii: "}"))
    }
    depth -= 1
    return JSONObject(members)
  }

  mutating func array() throws(JSONError) -> [JSONValue] {
    try enter()
    var elements: [JSONValue] = []
    if try !closes(UInt8(ascii: "]")) {
      repeat {
        skipWhitespace()
        elements.append(try value())
      } while try continues(until: UInt8(ascii: "]"))
    }
    depth -= 1
    return elements
  }

  mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= maximumDepth else {
      throw JSONError(.tooDeep(limit: maximumDepth), at: position)
    }
    position += 1
  }

  /// Passes the bracket that ends an empty array or object.
  mutating func closes(_ end: UInt8) throws(JSONError) -> Bool {
    skipWhitespace()
    guard try current() == end else { return false }
    position += 1
    return true
  }

  /// Passes a comma, or the bracket that ends the array or object.
  mutating func continues(until end: UInt8) throws(JSONError) -> Bool {
    skipWhitespace()
    let byte = try current()
    guard byte == end || byte == UInt8(ascii: ",") else {
      throw JSONError(.unexpectedByte(byte), at: position)
    }
    position += 1
    return byte != end
  }

  mutating func number() throws(JSONError) -> JSONNumber {
    var scanner = NumberScanner(bytes, from: position)
    guard let end = scanner.scan() else { throw JSONError(.invalidNumber, at: position) }
    defer { position = end }
    return JSONNumber(validated: try text(from: position, to: end))
  }

  mutating func keyword(_ keyword: StaticString) throws(JSONError) {
    for offset in 0..<keyword.utf8CodeUnitCount {
      try expect(unsafe keyword.utf8Start[offset])
    }
  }

  mutating func expect(_ byte: UInt8) throws(JSONError) {
    let found = try current()
    guard found == byte else { throw JSONError(.unexpectedByte(found), at: position) }
    position += 1
  }

  func current() throws(JSONError) -> UInt8 {
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
    return bytes[position]
  }

  mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
        position += 1
      default: return
      }
    }
  }

  // MARK: - Strings

  mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    position = JSONStringBytes.firstSpecial(in: bytes, from: position)
    switch try current() {
    case UInt8(ascii: "\""):
      position += 1
      return try text(from: start, to: position - 1)
    case UInt8(ascii: "\\"): return try escapedString(from: start)
    default: throw JSONError(.controlCharacter, at: position)
    }
  }

  /// The rest of a string that has an escape, which cannot be taken as it stands.
  mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var unescaped: [UInt8] = []
    // What needs no change is copied in one go.
    var run = start
    while true {
      position = JSONStringBytes.firstSpecial(in: bytes, from: position)
      switch try current() {
      case UInt8(ascii: "\""):
        unescaped.append(contentsOf: bytes.extracting(run..<position))
        position += 1
        guard let text = String(utf8: unescaped.span) else {
          throw JSONError(.invalidUTF8, at: start)
        }
        return text
      case UInt8(ascii: "\\"):
        unescaped.append(contentsOf: bytes.extracting(run..<position))
        try escape(into: &unescaped)
        run = position
      default: throw JSONError(.controlCharacter, at: position)
      }
    }
  }

  mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
    let start = position
    position += 1
    let byte = try current()
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"): unescaped.append(contentsOf: String(try scalar(from: start)).utf8)
    default: throw JSONError(.invalidEscape, at: start)
    }
  }

  mutating func scalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
    var code = try hexadecimal(from: start)
    if code >= 0xD800 && code < 0xDC00 {
      guard bytes.count - position >= 2, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw JSONError(.loneSurrogate, at: start) }
      position += 2
      let low = try hexadecimal(from: start)
      guard low >= 0xDC00 && low < 0xE000 else { throw JSONError(.loneSurrogate, at: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard code != 0 || allowsNullCharacters else { throw JSONError(.nullCharacter, at: start) }
    guard let scalar = Unicode.Scalar(code) else { throw JSONError(.loneSurrogate, at: start) }
    return scalar
  }

  mutating func hexadecimal(from start: Int) throws(JSONError) -> UInt32 {
    guard bytes.count - position >= 4 else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = bytes[position]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw JSONError(.invalidEscape, at: start)
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }

  func text(from start: Int, to end: Int) throws(JSONError) -> String {
    guard let text = String(utf8: bytes.extracting(start..<end)) else {
      throw JSONError(.invalidUTF8, at: start)
    }
    return text
  }
}

extension JSONValue {
  /// The value of a JSON text.
  package init(parsing bytes: Span<UInt8>, maximumDepth: Int = 512) throws(JSONError) {
    var parser = JSONParser(bytes, maximumDepth: maximumDepth)
    self = try parser.parse()
  }

  /// The value of a JSON text.
  package init(parsing text: String, maximumDepth: Int = 512) throws(JSONError) {
    self = try JSONValue(parsing: Array(text.utf8).span, maximumDepth: maximumDepth)
  }
}
