/// Why a document that parses cannot be executed as asked (§6.1).
package struct RequestError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// There are several operations, or none, and the request names none of them.
    case noOperationName
    case noOperation
    case unknownOperation(String)
    /// The schema has no root type for operations of this kind.
    case unsupportedOperation(OperationKind)
  }

  package let reason: Reason
  package let locations: [SourceLocation]

  package var message: String {
    switch reason {
    case .noOperationName: "Must provide operation name if query contains multiple operations."
    case .noOperation: "Must provide an operation."
    case .unknownOperation(let name): "Unknown operation named \"\(name)\"."
    case .unsupportedOperation(let kind):
      "Schema is not configured to execute \(kind.rawValue) operation."
    }
  }
}

/// Everything that is wrong with the variables of a request (§6.1.2).
package struct CoercionErrors: Error, Hashable, Sendable {
  /// One variable's fault.
  package struct Failure: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
      case invalidValue(InputProblem)
      case invalidDefault(InputProblem)
      /// The variable's type, as written, is no input type of the schema.
      case noInputType(String)
    }

    package let variable: String
    package let reason: Reason
    /// Of the variable's definition, or of the type that is no input type.
    package let location: SourceLocation

    package var message: String {
      switch reason {
      case .invalidValue(let problem):
        "Variable \"$\(variable)\" has invalid value\(problem.place): \(problem.message)"
      case .invalidDefault(let problem):
        "Variable \"$\(variable)\" has invalid default value\(problem.place): \(problem.message)"
      case .noInputType(let type):
        "Variable \"$\(variable)\" expected value of type \"\(type)\" which cannot be used as an"
          + " input type."
      }
    }
  }

  package let failures: [Failure]
}
