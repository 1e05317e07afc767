/// A field of the response, with all the selections that were merged into it (§6.3.2).
package struct CollectedField: Sendable {
  package let responseName: String
  package let kind: FieldKind
  /// The field nodes of the document, in the order in which they were met.
  let nodes: [NodeID]

  /// The field of the schema; nil for the meta fields.
  package var fieldID: FieldID? {
    if case .defined(let id) = kind { id } else { nil }
  }
}

/// What a selected field is.
package enum FieldKind: Hashable, Sendable {
  case defined(FieldID)
  /// `__typename`, `__schema` and `__type`.
  case typename, schema, type
}

/// Why a field cannot be executed with what it was given (§6.4.1).
package struct FieldError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case invalidArgument(name: String, InputProblem)
    case missingArgument(name: String, type: String)
  }

  package let reason: Reason
  /// Byte offset in the document.
  package let offset: Int

  package var message: String {
    switch reason {
    case .invalidArgument(let name, let problem):
      "Argument \"\(name)\" has invalid value\(problem.place): \(problem.message)"
    case .missingArgument(let name, let type):
      "Argument \"\(name)\" of required type \"\(type)\" was not provided."
    }
  }
}
