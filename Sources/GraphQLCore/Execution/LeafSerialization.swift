import JSON

/// Coerces what a resolver gave for a leaf to the type that was promised (§3.5, "Result Coercion").
enum LeafSerialization {
  /// Why a value is not one of the type.
  struct Failure: Error {
    let message: String
  }

  static func serialize(
    _ value: JSONValue,
    as type: TypeID,
    in schema: Schema
  ) throws(Failure) -> JSONValue {
    if schema[type].kind == .enum {
      guard let name = value.string, schema.enumValue(named: name, of: type) != nil else {
        let name = schema[type].name
        throw Failure(message: "Enum \"\(name)\" cannot represent value: \(value.inspected)")
      }
      return value
    }
    switch type {
    case .int: return try int(value)
    case .float: return try float(value)
    case .string: return try string(value)
    case .boolean: return try boolean(value)
    case .id: return try id(value)
    default: return value
    }
  }

  private static func int(_ value: JSONValue) throws(Failure) -> JSONValue {
    let text: String
    switch value {
    case .bool(let value): return .number(JSONNumber(value ? 1 : 0))
    case .number(let number): text = number.text
    case .string(let string) where JSONNumber(string) != nil: text = string
    default:
      throw Failure(message: "Int cannot represent non-integer value: \(value.inspected)")
    }
    if let digits = ScalarCoercion.int(text), let number = JSONNumber(digits) {
      return .number(number)
    }
    let problem =
      ScalarCoercion.integer(text) == nil ? "non-integer value" : "non 32-bit signed integer value"
    throw Failure(message: "Int cannot represent \(problem): \(value.inspected)")
  }

  private static func float(_ value: JSONValue) throws(Failure) -> JSONValue {
    switch value {
    case .bool(let value): return .number(JSONNumber(value ? 1 : 0))
    case .number(let number) where ScalarCoercion.isFinite(number.text): return value
    case .string(let text):
      if let number = JSONNumber(text), ScalarCoercion.isFinite(text) { return .number(number) }
    default: break
    }
    throw Failure(message: "Float cannot represent non numeric value: \(value.inspected)")
  }

  private static func string(_ value: JSONValue) throws(Failure) -> JSONValue {
    switch value {
    case .string: return value
    case .bool(let value): return .string(value ? "true" : "false")
    case .number(let number): return .string(number.text)
    default: throw Failure(message: "String cannot represent value: \(value.inspected)")
    }
  }

  private static func boolean(_ value: JSONValue) throws(Failure) -> JSONValue {
    switch value {
    case .bool: return value
    case .number(let number):
      return .bool(number.double.map { $0 != 0 } ?? true)
    default:
      throw Failure(message: "Boolean cannot represent a non boolean value: \(value.inspected)")
    }
  }

  private static func id(_ value: JSONValue) throws(Failure) -> JSONValue {
    switch value {
    case .string: return value
    case .number(let number):
      if let digits = ScalarCoercion.integer(number.text) { return .string(digits) }
    default: break
    }
    throw Failure(message: "ID cannot represent value: \(value.inspected)")
  }
}
