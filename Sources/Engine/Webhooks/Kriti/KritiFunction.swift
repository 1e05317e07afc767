import JSON

/// The functions that templates may call.
enum KritiFunction {
  static func call(
    _ name: String,
    _ value: JSONValue,
    _ variables: [String: JSONValue]
  ) throws(KritiError) -> JSONValue {
    switch (name, value) {
    case ("not", .bool(let value)): return .bool(!value)
    case ("empty", _): return .bool(try size(value, name) == 0)
    case ("size", _), ("length", _): return .number(JSONNumber(try size(value, name)))
    case ("inverse", .string(let text)): return .string(String(text.reversed()))
    case ("inverse", .array(let elements)): return .array(elements.reversed())
    case ("inverse", .bool(let value)): return .bool(!value)
    case ("head", .array(let elements)):
      guard let first = elements.first else { throw failure("head of an empty array") }
      return first
    case ("head", .string(let text)): return .string(String(text.prefix(1)))
    case ("tail", .array(let elements)): return .array(Array(elements.dropFirst()))
    case ("tail", .string(let text)): return .string(String(text.dropFirst()))
    case ("toLower", .string(let text)), ("toCaseFold", .string(let text)):
      return .string(text.lowercased())
    case ("toUpper", .string(let text)): return .string(text.uppercased())
    case ("toTitle", .string(let text)): return .string(title(text))
    case ("fromPairs", .array(let pairs)):
      var object = JSONObject()
      for pair in pairs {
        guard let pair = pair.array, pair.count == 2, let key = pair[0].string else {
          throw failure("fromPairs needs pairs of a text and a value")
        }
        object[key] = pair[1]
      }
      return .object(object)
    case ("toPairs", .object(let object)):
      return .array(object.members.map { .array([.string($0.key), $0.value]) })
    case ("removeNulls", .array(let elements)): return .array(elements.filter { !$0.isNull })
    case ("removeNulls", .object(let object)):
      return .object(JSONObject(object.members.filter { !$0.value.isNull }))
    case ("concat", .array(let parts)): return try concatenation(of: parts)
    case ("escapeUri", .string(let text)): return .string(text.percentEncoded)
    case ("getSessionVariable", .string(let name)):
      let found = variables["$session_variables"]?[name.lowercased()]
      guard let found else { throw failure("the session has no variable \(name)") }
      return found
    default: throw failure("\(name) is no function of such a value")
    }
  }

  private static func size(_ value: JSONValue, _ name: String) throws(KritiError) -> Int {
    switch value {
    case .string(let text): text.count
    case .array(let elements): elements.count
    case .object(let object): object.count
    case .null: 0
    case .number(let number): number.int ?? 0
    case .bool: throw failure("\(name) is no function of a boolean")
    }
  }

  private static func concatenation(of parts: [JSONValue]) throws(KritiError) -> JSONValue {
    if parts.allSatisfy({ $0.string != nil }) {
      return .string(parts.compactMap(\.string).joined())
    }
    if parts.allSatisfy({ $0.array != nil }) { return .array(parts.flatMap { $0.array ?? [] }) }
    guard parts.allSatisfy({ $0.object != nil }) else {
      throw failure("concat needs texts, arrays or objects alone")
    }
    var object = JSONObject()
    for member in parts.flatMap({ $0.object?.members ?? [] }) { object[member.key] = member.value }
    return .object(object)
  }

  private static func title(_ text: String) -> String {
    var isStart = true
    return String(
      text.map { character in
        defer { isStart = !character.isLetter }
        return Character(isStart ? character.uppercased() : character.lowercased())
      }
    )
  }

  private static func failure(_ message: String) -> KritiError {
    KritiError(message: message, offset: nil)
  }
}

extension String {
  /// Every byte but letters, digits and `-._~` as `%XX`.
  var percentEncoded: String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
