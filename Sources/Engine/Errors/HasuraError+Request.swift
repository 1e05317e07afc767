package import GraphQLCore
package import JSON

extension HasuraError {
  /// A document that does not parse.
  ///
  /// Hasura says no more than that. A document beyond our limits may well be a valid query, so there
  /// the limit is named.
  package init(_ error: SyntaxError) {
    let message =
      switch error.reason {
      case .tooManyTokens, .tooDeep, .tooLong: error.message
      default: "not a valid graphql query"
      }
    self.init(.validationFailed, message, path: "$.query")
  }

  /// An operation that the document does not have, or the schema does not support.
  package init(_ error: RequestError) {
    let message =
      switch error.reason {
      case .noOperationName, .noOperation:
        "exactly one operation has to be present in the document when operationName is not "
          + "specified"
      case .unknownOperation(let name):
        "no such operation found in the document: \"\(name)\""
      case .unsupportedOperation(.query): "no queries exist"
      case .unsupportedOperation(.mutation): "no mutations exist"
      case .unsupportedOperation(.subscription): "no subscriptions exist"
      }
    self.init(.validationFailed, message)
  }

  /// Variables that do not fit their types.
  ///
  /// A value's fault is told at the first place where the operation uses the variable, as Hasura
  /// reads values there and not before.
  package init(_ errors: CoercionErrors, in operation: Operation) {
    guard let failure = errors.failures.first else {
      self.init(.validationFailed, "not a valid graphql query")
      return
    }
    switch failure.reason {
    case .invalidValue(let problem), .invalidDefault(let problem):
      if problem.path.isEmpty, case .missing = problem.reason {
        self.init(
          .validationFailed,
          "expecting a value for non-nullable variable: \"\(failure.variable)\""
        )
      } else if problem.path.isEmpty, case .null(let type) = problem.reason {
        self.init(.validationFailed, "null value found for non-nullable type: \"\(type)\"")
      } else {
        let use = VariableUse(of: failure.variable, in: operation)
        self.init(problem, at: use.path ?? JSONPath(), in: operation.schema)
      }
    case .noInputType(let type):
      self.init(
        .validationFailed,
        "variable '\(failure.variable)' is declared as '\(type)', which is not an input type"
      )
    }
  }

  /// An argument whose value only turns out wrong with the values of variables at hand.
  package init(_ error: FieldError, at field: JSONPath, in schema: GraphQLCore.Schema) {
    var path = field
    path.append(key: "args")
    switch error.reason {
    case .invalidArgument(let name, let problem):
      path.append(key: name)
      self.init(problem, at: path, in: schema)
    case .missingArgument(let name, _):
      path.append(key: name)
      self.init(.validationFailed, "missing required field '\(name)'", path: path.text)
    }
  }

  /// The first of the values that no variable of the operation takes; nil where there is none.
  package static func unexpectedVariables(
    _ request: GraphQLRequest,
    in operation: Operation
  ) -> HasuraError? {
    var unexpected: [String] = []
    // By places, since a closure would be handed a copy of each member.
    for index in request.variables.members.indices
    where !operation.hasVariable(named: request.variables.members[index].key) {
      unexpected.append(request.variables.members[index].key)
    }
    if !request.rows.isEmpty {
      unexpected += request.rows.keys.sorted().filter { !operation.hasVariable(named: $0) }
    }
    guard !unexpected.isEmpty else { return nil }
    return HasuraError(
      .validationFailed,
      "unexpected variables in variableValues: \(unexpected.joined(separator: ", "))"
    )
  }
}

extension Operation {
  fileprivate func hasVariable(named name: String) -> Bool {
    for index in variables.indices where variables[index].name.hasSameBytes(as: name) {
      return true
    }
    return false
  }
}
