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

  /// The digits of a whole number, if the JSON number is one; exact at every size.
  ///
  /// What is too large for a Double is none: nobody means that many zeros.
  static func integer(_ text: String) -> String? {
    if text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "-") }) {
      return text == "-0" ? "0" : text
    }
    guard isFinite(text) else { return nil }
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    let number = parts[0].drop { $0 == "-" }.split(separator: ".")
    var digits = number.joined()
    var places = number.count > 1 ? number[1].count : 0
    if parts.count > 1 {
      guard let exponent = Int(parts[1]) else { return nil }
      let (difference, overflow) = places.subtractingReportingOverflow(exponent)
      if overflow { return nil }
      places = difference
    }
    while places > 0, digits.last == "0" {
      digits.removeLast()
      places -= 1
    }
    digits = String(digits.drop { $0 == "0" })
    if digits.isEmpty { return "0" }
    guard places <= 0, places > -400 else { return nil }
    digits += String(repeating: "0", count: -places)
    return text.hasPrefix("-") ? "-\(digits)" : digits
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
