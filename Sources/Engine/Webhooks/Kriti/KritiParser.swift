import JSON

/// Reads a template.
struct KritiParser {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  /// Operators so far: each of a chain nests the one before.
  private var operators = 0

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// How deep a template may nest, and how many operators it may have.
  private static let maximumDepth = 128
  private static let maximumOperators = 512

  /// A template of a JSON value.
  static func parse(_ template: String) throws(KritiError) -> KritiExpression {
    var parser = KritiParser(Array(template.utf8))
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == parser.bytes.count else { throw parser.failure("unexpected text") }
    return value
  }

  /// A template of a text, without the quotes around it.
  static func parse(text template: String) throws(KritiError) -> KritiExpression {
    var parser = KritiParser(Array(template.utf8))
    return try parser.text(until: nil)
  }

  // MARK: - JSON

  private mutating func value() throws(KritiError) -> KritiExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.maximumDepth else { throw failure("nested too deeply") }
    skipSpace()
    if take("{{") { return try block() }
    switch peek {
    case UInt8(ascii: "{")?: return try object()
    case UInt8(ascii: "[")?:
      return try array(close: "]") { (p) throws(KritiError) in try p.value() }
    case UInt8(ascii: "\"")?:
      position += 1
      return try text(until: UInt8(ascii: "\""))
    default: return try scalar()
    }
  }

  private mutating func object() throws(KritiError) -> KritiExpression {
    position += 1
    var members: [KritiExpression.Member] = []
    skipSpace()
    if take("}") { return .object([]) }
    while true {
      skipSpace()
      guard take("\"") else { throw failure("expected a key") }
      guard case .literal(.string(let key)) = try text(until: UInt8(ascii: "\"")) else {
        throw failure("a key has to be a plain text")
      }
      skipSpace()
      guard take(":") else { throw failure("expected \":\"") }
      members.append(KritiExpression.Member(key: key, value: try value()))
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw failure("expected \",\" or \"}\"") }
    }
  }

  private mutating func array(
    close: StaticString,
    _ element: (inout KritiParser) throws(KritiError) -> KritiExpression
  ) throws(KritiError) -> KritiExpression {
    position += 1
    var elements: [KritiExpression] = []
    skipSpace()
    if take(close) { return .array([]) }
    while true {
      elements.append(try element(&self))
      skipSpace()
      if take(close) { return .array(elements) }
      guard take(",") else { throw failure("expected \",\" or \"]\"") }
    }
  }

  private mutating func scalar() throws(KritiError) -> KritiExpression {
    let start = position
    while let byte = peek,
      byte.isWord || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        || byte == UInt8(ascii: ".")
    {
      position += 1
    }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    switch word {
    case "true": return .literal(.bool(true))
    case "false": return .literal(.bool(false))
    case "null": return .literal(.null)
    default:
      guard let number = JSONNumber(word) else {
        position = start
        throw failure("expected a value")
      }
      return .literal(.number(number))
    }
  }

  /// The rest of a text with expressions in it; `end` closes it, or the end of the template.
  private mutating func text(until end: UInt8?) throws(KritiError) -> KritiExpression {
    var parts: [KritiExpression] = []
    var plain: [UInt8] = []
    func flush(_ plain: [UInt8], _ parts: inout [KritiExpression]) {
      if !plain.isEmpty {
        parts.append(.literal(.string(String(decoding: plain, as: UTF8.self))))
      }
    }
    while true {
      guard let byte = peek else {
        guard end == nil else { throw failure("a text does not end") }
        break
      }
      if byte == end {
        position += 1
        break
      }
      if take("{{") {
        flush(plain, &parts)
        plain = []
        parts.append(try block())
        continue
      }
      position += 1
      guard byte == UInt8(ascii: "\\"), end != nil else {
        plain.append(byte)
        continue
      }
      plain += try escaped()
    }
    flush(plain, &parts)
    if parts.isEmpty { return .literal(.string("")) }
    if parts.count == 1, case .literal(.string) = parts[0] { return parts[0] }
    return .text(parts)
  }

  private mutating func escaped() throws(KritiError) -> [UInt8] {
    guard let byte = peek else { throw failure("a text does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "u"):
      guard position + 4 <= bytes.count,
        let code = UInt32(
          String(decoding: bytes[position..<(position + 4)], as: UTF8.self),
          radix: 16
        ),
        let scalar = Unicode.Scalar(code)
      else { throw failure("a character that is none") }
      position += 4
      return Array(String(Character(scalar)).utf8)
    default: return [byte]
    }
  }

  // MARK: - Expressions

  /// What follows `{{`, with its `}}`, and of a block all up to its `{{ end }}`.
  private mutating func block() throws(KritiError) -> KritiExpression {
    skipSpace()
    if takeWord("if") {
      let condition = try expression()
      try close()
      return try branches(condition)
    }
    if takeWord("range") { return try rangeBlock() }
    let inner = try expression()
    try close()
    return inner
  }

  /// What follows the condition of an `if`.
  private mutating func branches(
    _ condition: KritiExpression
  ) throws(KritiError) -> KritiExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.maximumDepth else { throw failure("nested too deeply") }
    let then = try value()
    skipSpace()
    guard take("{{") else { throw failure("expected {{ else }}, {{ elif }} or {{ end }}") }
    skipSpace()
    if takeWord("elif") {
      let next = try expression()
      try close()
      return .conditional(condition, then: then, otherwise: try branches(next))
    }
    if takeWord("else") {
      try close()
      let other = try value()
      skipSpace()
      guard take("{{") else { throw failure("expected {{ end }}") }
      try end()
      return .conditional(condition, then: then, otherwise: other)
    }
    try end()
    return .conditional(condition, then: then, otherwise: .literal(.null))
  }

  private mutating func rangeBlock() throws(KritiError) -> KritiExpression {
    skipSpace()
    let index = try name()
    skipSpace()
    guard take(",") else { throw failure("expected \",\"") }
    skipSpace()
    let element = try name()
    skipSpace()
    guard take(":=") else { throw failure("expected \":=\"") }
    let list = try expression()
    try close()
    let body = try value()
    skipSpace()
    guard take("{{") else { throw failure("expected {{ end }}") }
    try end()
    return .range(index: index == "_" ? nil : index, element: element, of: list, body: body)
  }

  private mutating func end() throws(KritiError) {
    skipSpace()
    guard takeWord("end") else { throw failure("expected {{ end }}") }
    try close()
  }

  private mutating func close() throws(KritiError) {
    skipSpace()
    guard take("}}") else { throw failure("expected }}") }
  }

  private mutating func expression() throws(KritiError) -> KritiExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.maximumDepth else { throw failure("nested too deeply") }
    return try expression(above: 0)
  }

  /// An expression whose operators bind tighter than a level.
  private mutating func expression(above level: Int) throws(KritiError) -> KritiExpression {
    var left = try operand()
    while true {
      skipSpace()
      let start = position
      guard let found = binaryOperator() else { return left }
      guard found.level > level else {
        position = start
        return left
      }
      operators += 1
      guard operators <= Self.maximumOperators else { throw failure("too many operators") }
      left = .binary(found, left, try expression(above: found.level))
    }
  }

  private mutating func binaryOperator() -> KritiExpression.Operator? {
    for candidate in KritiExpression.Operator.allCases {
      let isTaken =
        candidate == .member ? takeWord("in") : takeText(Array(candidate.rawValue.utf8))
      if isTaken { return candidate }
    }
    return nil
  }

  private mutating func operand() throws(KritiError) -> KritiExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.maximumDepth else { throw failure("nested too deeply") }
    skipSpace()
    var value: KritiExpression
    switch peek {
    case UInt8(ascii: "(")?:
      position += 1
      value = try expression()
      skipSpace()
      guard take(")") else { throw failure("expected \")\"") }
    case UInt8(ascii: "\"")?, UInt8(ascii: "'")?:
      value = try quoted()
    case UInt8(ascii: "[")?:
      value = try array(close: "]") { (p) throws(KritiError) in try p.expression() }
    case UInt8(ascii: "{")?: value = try object()
    case UInt8(ascii: "$")?: value = .variable(try name())
    case let byte? where byte.isLetter || byte == UInt8(ascii: "_"):
      let name = try name()
      switch name {
      case "true": value = .literal(.bool(true))
      case "false": value = .literal(.bool(false))
      case "null": value = .literal(.null)
      default:
        skipSpace()
        if peek == UInt8(ascii: "(") {
          position += 1
          let argument = try expression()
          skipSpace()
          guard take(")") else { throw failure("expected \")\"") }
          value = .call(name, argument)
        } else if name == "not" {
          return .call(name, try operand())
        } else {
          value = .variable(name)
        }
      }
    default: value = try scalar()
    }
    let steps = try steps()
    return steps.isEmpty ? value : .path(value, steps)
  }

  private mutating func quoted() throws(KritiError) -> KritiExpression {
    let quote = peek
    position += 1
    return try text(until: quote)
  }

  private mutating func steps() throws(KritiError) -> [KritiExpression.Step] {
    var steps: [KritiExpression.Step] = []
    while true {
      let isOptional =
        peek == UInt8(ascii: "?") && position + 1 < bytes.count
        && (bytes[position + 1] == UInt8(ascii: ".") || bytes[position + 1] == UInt8(ascii: "["))
      if isOptional { position += 1 }
      if take(".") {
        let start = position
        while let byte = peek, byte.isWord || byte == UInt8(ascii: "-") { position += 1 }
        guard position > start else { throw failure("expected a name") }
        let key = String(decoding: bytes[start..<position], as: UTF8.self)
        steps.append(.key(key, isOptional: isOptional))
      } else if take("[") {
        let index = try expression()
        skipSpace()
        guard take("]") else { throw failure("expected \"]\"") }
        steps.append(.index(index, isOptional: isOptional))
      } else {
        return steps
      }
    }
  }

  private mutating func name() throws(KritiError) -> String {
    let start = position
    if peek == UInt8(ascii: "$") { position += 1 }
    while let byte = peek, byte.isWord { position += 1 }
    guard position > start else { throw failure("expected a name") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  // MARK: - Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      position += 1
    }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    takeText(Array(text.description.utf8))
  }

  private mutating func takeText(_ text: [UInt8]) -> Bool {
    guard bytes.count - position >= text.count,
      bytes[position..<(position + text.count)].elementsEqual(text)
    else { return false }
    position += text.count
    return true
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    let start = position
    guard take(word) else { return false }
    if let byte = peek, byte.isWord {
      position = start
      return false
    }
    return true
  }

  private func failure(_ message: String) -> KritiError {
    KritiError(message: message, offset: position)
  }
}
