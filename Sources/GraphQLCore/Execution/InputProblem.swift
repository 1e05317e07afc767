/// Why a value does not fit an input type, and where in the value.
package struct InputProblem: Error, Hashable, Sendable {
  /// What is wrong; `found` shows the value.
  package enum Reason: Hashable, Sendable {
    case null(type: String)
    case missing(type: String)
    case notAnObject(type: String, found: String)
    case missingField(type: String, field: String, found: String)
    case unknownField(type: String, field: String, suggestions: [String], found: String)
    case notExactlyOneField(type: String)
    case notAnInt(found: String)
    case intTooLarge(found: String)
    case notAFloat(found: String)
    case notAString(found: String)
    case notABoolean(found: String)
    case notAnID(found: String, isLiteral: Bool)
    case unknownEnumValue(type: String, value: String, suggestions: [String])
    case notAnEnumValue(type: String, found: String, isLiteral: Bool, suggestions: [String])
    case variableIsNull(name: String, type: String)
    case variableIsMissing(name: String, type: String)
    case oneOfVariableIsNull(name: String, field: String, type: String)
    case oneOfVariableIsMissing(name: String, field: String, type: String)
  }

  package let reason: Reason
  /// Input fields and list indices, from the outermost value.
  package let path: [PathStep]
  /// Byte offset of the literal; nil where there is none to point at.
  package let offset: Int?

  /// The message in the words of the reference implementation.
  package var message: String { reason.message }

  /// The path as messages show it, such as ` at .a[0]`; empty at the outermost value.
  package var place: String {
    guard !path.isEmpty else { return "" }
    return " at "
      + path.map { step in
        if case .index(let index) = step { "[\(index)]" } else { ".\(step.name ?? "")" }
      }
      .joined()
  }
}

/// A step from the operation's root into a request.
package enum PathStep: Hashable, Sendable {
  /// A selection, by its field's name.
  case field(String)
  /// A fragment that is spread on the way.
  case fragment(String)
  case argument(String)
  case inputField(String)
  case index(Int)

  package var name: String? {
    switch self {
    case .field(let name), .fragment(let name), .argument(let name), .inputField(let name): name
    case .index: nil
    }
  }
}

extension InputProblem.Reason {
  fileprivate var message: String {
    switch self {
    case .null(let type): "Expected value of non-null type \"\(type)\" not to be null."
    case .missing(let type): "Expected a value of non-null type \"\(type)\" to be provided."
    case .notAnObject(let type, let found):
      "Expected value of type \"\(type)\" to be an object, found: \(found)."
    case .missingField(let type, let field, let found):
      "Expected value of type \"\(type)\" to include required field \"\(field)\","
        + " found: \(found)."
    case .unknownField(let type, let field, let suggestions, let found):
      "Expected value of type \"\(type)\" not to include unknown field \"\(field)\""
        + (suggestions.isEmpty
          ? ", found: \(found)." : ".\(Suggestions.text(suggestions)) Found: \(found).")
    case .notExactlyOneField(let type):
      "Within OneOf Input Object type \"\(type)\", exactly one field must be specified,"
        + " and the value for that field must be non-null."
    case .notAnInt(let found): "Int cannot represent non-integer value: \(found)"
    case .intTooLarge(let found):
      "Int cannot represent non 32-bit signed integer value: \(found)"
    case .notAFloat(let found): "Float cannot represent non numeric value: \(found)"
    case .notAString(let found): "String cannot represent a non string value: \(found)"
    case .notABoolean(let found): "Boolean cannot represent a non boolean value: \(found)"
    case .notAnID(let found, let isLiteral):
      isLiteral
        ? "ID cannot represent a non-string and non-integer value: \(found)"
        : "ID cannot represent value: \(found)"
    case .unknownEnumValue(let type, let value, let suggestions):
      "Value \"\(value)\" does not exist in \"\(type)\" enum."
        + Suggestions.text(suggestions, kind: "the enum value ")
    case .notAnEnumValue(let type, let found, let isLiteral, let suggestions):
      "Enum \"\(type)\" cannot represent non-\(isLiteral ? "enum" : "string") value: \(found)."
        + Suggestions.text(suggestions, kind: "the enum value ")
    case .variableIsNull(let name, let type):
      "Expected variable \"$\(name)\" provided to non-null type \"\(type)\" not to be null."
    case .variableIsMissing(let name, let type):
      "Expected variable \"$\(name)\" provided to type \"\(type)\" to provide a runtime value."
    case .oneOfVariableIsNull(let name, let field, let type):
      "Expected variable \"$\(name)\" provided to field \"\(field)\" for OneOf Input Object"
        + " type \"\(type)\" not to be null."
    case .oneOfVariableIsMissing(let name, let field, let type):
      "Expected variable \"$\(name)\" provided to field \"\(field)\" for OneOf Input Object"
        + " type \"\(type)\" to provide a runtime value."
    }
  }
}
