import GraphQLCore
import JSON
import SQLCompiler

/// The texts that PostgreSQL reads values of a request from.
///
/// Digits are copied as they came; nothing passes through a Double.
struct ParameterText {
  let roleSchema: RoleSchema
  private(set) var bytes: [UInt8] = []

  init(roleSchema: RoleSchema) {
    self.roleSchema = roleSchema
  }

  /// The text of a value; nil for NULL.
  mutating func text(
    of value: InputValue,
    as form: ParameterRecipe.Form
  ) throws(ParameterError) -> [UInt8]? {
    if value == .null { return nil }
    bytes.removeAll(keepingCapacity: true)
    switch form {
    case .scalar: scalar(value)
    case .json: json(value)
    case .array: array(value, of: .scalar)
    case .jsonArray: array(value, of: .json)
    case .arrayOfArrays: array(value, of: .array)
    case .jsonPath: try path(value)
    case .limit:
      scalar(value)
      if bytes.first == UInt8(ascii: "-") { throw .negativeLimit }
    }
    return bytes
  }

  // MARK: - Values

  private mutating func scalar(_ value: InputValue) {
    switch value {
    case .null, .variable, .scalarObject: break
    case .boolean(let value): append(value ? "true" : "false")
    case .int(let text), .float(let text), .string(let text): append(text)
    case .enumValue(let id):
      if case .key(let key) = roleSchema.binding(of: id) {
        append(key)
      } else {
        append(roleSchema.schema[id].name)
      }
    case .scalar(.string(let text)): append(text)
    case .scalar(.array(let elements)): array(.list(elements.map { .scalar($0) }), of: .scalar)
    case .list: array(value, of: .scalar)
    case .scalar, .object: json(value)
    }
  }

  private mutating func json(_ value: InputValue) {
    switch value {
    case .null, .variable, .scalarObject: append("null")
    case .boolean(let value): append(value ? "true" : "false")
    case .int(let text), .float(let text): append(text)
    case .string(let text): bytes.appendJSONString(text.utf8Span.span)
    case .enumValue(let id):
      bytes.appendJSONString(roleSchema.schema[id].name.utf8Span.span)
    case .scalar(let value): bytes.append(contentsOf: value.serialized)
    case .list(let elements):
      for (index, element) in elements.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "[" : ","))
        json(element)
      }
      append(elements.isEmpty ? "[]" : "]")
    case .object(let fields):
      for (index, field) in fields.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "{" : ","))
        bytes.appendJSONString(roleSchema.schema[field.id].name.utf8Span.span)
        bytes.append(UInt8(ascii: ":"))
        json(field.value)
      }
      append(fields.isEmpty ? "{}" : "}")
    }
  }

  // MARK: - Arrays

  private enum Element {
    case scalar, json, array
  }

  /// An array literal: `{"a","b",NULL}`, lists in lists as arrays of more dimensions.
  private mutating func array(_ value: InputValue, of element: Element) {
    let elements: [InputValue] =
      switch value {
      case .list(let elements): elements
      case .scalar(.array(let elements)): elements.map { .scalar($0) }
      case let single: [single]
      }
    append("{")
    for (index, value) in elements.enumerated() {
      if index > 0 { append(",") }
      switch (value, element) {
      case (.null, _), (.scalar(.null), .scalar), (.scalar(.null), .array): append("NULL")
      case (.list, .scalar), (.scalar(.array), .scalar): array(value, of: .scalar)
      default: quoted(value, element)
      }
    }
    append("}")
  }

  /// An element in quotes, which every type reads as it would without.
  private mutating func quoted(_ value: InputValue, _ element: Element) {
    let start = bytes.count
    switch element {
    case .scalar: scalar(value)
    case .json: json(value)
    case .array: array(value, of: .scalar)
    }
    let text = Array(bytes[start...])
    bytes.removeSubrange(start...)
    bytes.appendArrayElement(text)
  }

  // MARK: - Paths

  private mutating func path(_ value: InputValue) throws(ParameterError) {
    scalar(value)
    guard let steps = JSONPathSteps(bytes.span) else {
      throw ParameterError("parse json path error: \(String(decoding: bytes, as: UTF8.self))")
    }
    bytes.removeAll(keepingCapacity: true)
    array(.list(steps.steps.map { .string($0) }), of: .scalar)
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }
}

/// A value that no text can be made of.
struct ParameterError: Error, Hashable {
  let message: String

  init(_ message: String) {
    self.message = message
  }

  static let negativeLimit = ParameterError(
    "expected a non-negative 32-bit integer for type 'Int', but found an integer"
  )
}

extension [UInt8] {
  /// Appends a text as an element of an array literal, in quotes.
  mutating func appendArrayElement(_ text: [UInt8]) {
    append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
      append(byte)
    }
    append(UInt8(ascii: "\""))
  }
}
