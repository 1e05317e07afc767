package import JSON

/// A value that was coerced to an input type: what an argument or a variable stands for (§3.12).
///
/// Digits stay text. Custom scalars are taken as they were given, for whoever defines them to read.
package indirect enum InputValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// A 32-bit integer, in the shortest digits.
  case int(String)
  /// Any number, in the digits that it was written in.
  case float(String)
  /// A `String` or an `ID`; for a list, the ``ListText`` that stands for it.
  case string(String)
  case enumValue(EnumValueID)
  case list([InputValue])
  /// A list of input objects that was left in the request's text.
  case rows(InputRows)
  /// Fields in the order of the text, then those that got their default.
  case object([InputField])
  /// A value of a custom scalar, as JSON.
  case scalar(JSONValue)
  /// An object literal of a custom scalar in which a variable occurs.
  case scalarObject([ScalarField])
  /// The variable of this index, only where variables are kept; its value fits the place.
  case variable(Int)
}

/// A field of an ``InputValue/object(_:)``.
package struct InputField: Hashable, Sendable {
  package let id: InputValueID
  package let value: InputValue

  package init(id: InputValueID, value: InputValue) {
    self.id = id
    self.value = value
  }
}

/// A member of an ``InputValue/scalarObject(_:)``.
package struct ScalarField: Hashable, Sendable {
  package let name: String
  package let value: InputValue
}

/// An argument with its value.
package struct ArgumentValue: Hashable, Sendable {
  package let id: InputValueID
  package let value: InputValue
}

/// The values of an operation's variables, by the index of their definition.
package struct VariableValues: Hashable, Sendable {
  /// nil where the variable was not given and has no default.
  package var values: [InputValue?]

  package init(_ values: [InputValue?] = []) {
    self.values = values
  }

  package subscript(index: Int) -> InputValue? {
    index >= 0 && index < values.count ? values[index] : nil
  }
}

extension InputValue {
  package var isNull: Bool { self == .null }

  /// The value as JSON: enum values by name, fields by name.
  package func json(in schema: Schema) -> JSONValue {
    switch self {
    case .null, .variable: return .null
    case .boolean(let value): return .bool(value)
    case .int(let digits): return Self.number(digits)
    case .float(let digits): return Self.number(digits)
    case .string(let text): return .string(text)
    case .enumValue(let id): return .string(schema[id].name)
    case .list(let items): return .array(items.map { $0.json(in: schema) })
    case .scalar(let value): return value
    case .rows(let rows): return rows.rows.value
    case .object(let fields):
      return .object(
        JSONObject(
          fields.map {
            JSONObject.Member(key: schema[$0.id].name, value: $0.value.json(in: schema))
          }
        )
      )
    case .scalarObject(let fields):
      return .object(
        JSONObject(
          fields.map { JSONObject.Member(key: $0.name, value: $0.value.json(in: schema)) }
        )
      )
    }
  }

  /// A JSON number, where the digits are one; GraphQL and JSON write numbers alike.
  private static func number(_ digits: String) -> JSONValue {
    JSONNumber(digits).map { .number($0) } ?? .string(digits)
  }
}
