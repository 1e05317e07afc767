import JSON

/// Coerces values of scalar types; what a custom scalar takes is not known here, so it takes all.
enum ScalarCoercion {
  static func value(_ json: JSONValue, as type: TypeID) -> InputValue? {
    switch (type, json) {
    case (.int, .number(let number)): int(number.text).map { .int($0) }
    case (.float, .number(let number)): isFinite(number.text) ? .float(number.text) : nil
    case (.string, .string(let text)): .string(text)
    case (.boolean, .bool(let value)): .boolean(value)
    case (.id, .string(let text)): .string(text)
    case (.id, .number(let number)): integer(number.text).map { .string($0) }
    case (.int, _), (.float, _), (.string, _), (.boolean, _), (.id, _): nil
    default: .scalar(json)
    }
  }

  static func value(_ const: ConstValue, as type: TypeID) -> InputValue? {
    switch (type, const) {
    case (.int, .int(let digits)): Int32(digits).map { .int(String($0)) }
    case (.float, .int(let digits)), (.float, .float(let digits)):
      isFinite(digits) ? .float(digits) : nil
    case (.string, .string(let text)): .string(text)
    case (.boolean, .boolean(let value)): .boolean(value)
    case (.id, .string(let text)), (.id, .int(let text)): .string(text)
    case (.int, _), (.float, _), (.string, _), (.boolean, _), (.id, _): nil
    default: .scalar(const.json)
    }
  }

  /// The digits of a whole number of 32 bits, which JSON may have written as `1.0` or `1e3`.
  static func int(_ text: String) -> String? {
    integer(text).flatMap { Int32($0) }.map { String($0) }
  }

  /// The digits of a whole number, if the JSON number is one.
  static func integer(_ text: String) -> String? {
    if text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "-") }) {
      return text == "-0" ? "0" : text
    }
    // Beyond 2⁵³ a Double no longer knows whether there was a fraction.
    guard let value = Double(text), abs(value) <= 9_007_199_254_740_992,
      let integer = Int64(exactly: value)
    else { return nil }
    return String(integer)
  }

  static func isFinite(_ text: String) -> Bool {
    Double(text)?.isFinite ?? false
  }
}

extension ConstValue {
  /// The value as JSON; an enum value is its name.
  var json: JSONValue {
    switch self {
    case .null: .null
    case .boolean(let value): .bool(value)
    case .int(let digits), .float(let digits):
      JSONNumber(digits).map { .number($0) } ?? .string(digits)
    case .string(let text), .enumValue(let text): .string(text)
    case .list(let items): .array(items.map(\.json))
    case .object(let fields):
      .object(
        JSONObject(fields.map { JSONObject.Member(key: $0.name, value: $0.value.json) })
      )
    }
  }
}
