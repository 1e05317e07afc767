package import GraphQLCore
import JSON

extension HasuraError {
  /// What Hasura answers to a document that breaks rules: the first thing that it would come upon.
  ///
  /// It inlines fragments, then looks at the variables, then reads the selections in their order.
  /// Nil where it would find nothing: variables and fragments that are not used, or that can never
  /// apply, are let be, and clients send such.
  package init?(_ errors: [ValidationError], in schema: GraphQLCore.Schema) {
    let relevant = errors.filter { Stage(of: $0.reason) != nil }
    guard let first = relevant.min(by: { $0.order < $1.order }) else { return nil }
    self.init(first, in: schema)
  }

  private init(_ error: ValidationError, in schema: GraphQLCore.Schema) {
    switch error.reason {
    case .notExecutable, .unsupportedOperation, .duplicateOperation, .anonymousOperationNotAlone,
      .aborted, .tooManyErrors, .typeSystem, .subscriptionFields:
      self.init(operationFault: error)
    case .duplicateFragment, .unknownFragment, .fragmentCycle, .unusedFragment, .impossibleSpread,
      .fragmentOnNonComposite, .unknownType:
      self.init(fragmentFault: error)
    case .duplicateVariable, .nonInputVariable, .undefinedVariable, .unusedVariable,
      .misplacedVariable, .nullableOneOfVariable:
      self.init(variableFault: error)
    case .unknownDirective, .misplacedDirective, .duplicateDirective, .unknownDirectiveArgument,
      .missingDirectiveArgument:
      self.init(directiveFault: error)
    case .invalidValue(let problem):
      self.init(problem, at: JSONPath(error.path), in: schema, appendingPath: false)
    default:
      self.init(fieldFault: error)
    }
  }

  private init(operationFault error: ValidationError) {
    switch error.reason {
    case .notExecutable:
      self.init(.validationFailed, "not a valid graphql query", path: "$.query")
    case .unsupportedOperation(let kind):
      let name =
        switch kind {
        case .query: "queries"
        case .mutation: "mutations"
        case .subscription: "subscriptions"
        }
      self.init(.validationFailed, "no \(name) exist")
    case .anonymousOperationNotAlone:
      self.init(
        .validationFailed,
        "exactly one operation has to be present in the document when operationName is not "
          + "specified"
      )
    case .subscriptionFields:
      self.init(.validationFailed, "subscriptions must select one top level field")
    default:
      self.init(.validationFailed, error.message)
    }
  }

  private init(fragmentFault error: ValidationError) {
    let path = JSONPath(error.path, namesFragments: true)
    switch error.reason {
    case .duplicateFragment(let name):
      self.init(.parseFailed, "multiple definitions for fragment \"\(name)\"")
    case .unknownFragment(let name):
      self.init(
        .validationFailed,
        "reference to undefined fragment \"\(name)\"",
        path: path.key("selectionSet").text
      )
    case .fragmentCycle(let fragment, let via):
      let names = [fragment] + via
      self.init(
        .validationFailed,
        "the fragment definition(s) \(Self.list(names)) form a cycle",
        path: path.key("selectionSet").text
      )
    case .unknownType(let name, _):
      self.init(
        .validationFailed,
        "type '\(name)' is not defined in the schema",
        path: path.text
      )
    default:
      self.init(.validationFailed, error.message, path: path.text)
    }
  }

  /// `a`, `a and b`, `a, b, and c`.
  private static func list(_ names: [String]) -> String {
    guard names.count > 2 else { return names.joined(separator: " and ") }
    return names.dropLast().joined(separator: ", ") + ", and " + names[names.count - 1]
  }

  private init(variableFault error: ValidationError) {
    switch error.reason {
    case .duplicateVariable(let name):
      self.init(.parseFailed, "multiple definitions for variable \"\(name)\"")
    case .undefinedVariable(let name, _):
      self.init(.validationFailed, "unbound variable \"\(name)\"")
    case .misplacedVariable(let name, let type, let expected):
      self.init(
        .validationFailed,
        "variable '\(name)' is declared as '\(type)', but used where '\(expected)' is expected",
        path: JSONPath(error.path).text
      )
    case .nonInputVariable(let name, let type):
      self.init(
        .validationFailed,
        "variable '\(name)' is declared as '\(type)', which is not an input type"
      )
    default:
      self.init(.validationFailed, error.message, path: JSONPath(error.path).text)
    }
  }

  private init(directiveFault error: ValidationError) {
    // Hasura reads directives with the selection set in which they stand.
    var path = JSONPath(error.path.prefix { $0.isField }.dropLast())
    path.append(key: "selectionSet")
    switch error.reason {
    case .unknownDirective(let name):
      self.init(
        .validationFailed,
        "directive '\(name)' is not defined in the schema",
        path: path.text
      )
    case .misplacedDirective(let name, let location):
      self.init(
        .validationFailed,
        "directive '\(name)' is not allowed on \(location.phrase)",
        path: path.text
      )
    case .duplicateDirective(let name):
      self.init(
        .validationFailed,
        "the following directives are used more than once: ['\(name)']",
        path: path.text
      )
    case .unknownDirectiveArgument(let name, let directive, _):
      path.append(key: directive)
      self.init(
        .validationFailed,
        "'\(directive)' has no argument named '\(name)'",
        path: path.text
      )
    case .missingDirectiveArgument(let name, let directive, _):
      path.append(key: directive)
      path.append(key: "args")
      path.append(key: name)
      self.init(.validationFailed, "missing required field '\(name)'", path: path.text)
    default:
      self.init(.validationFailed, error.message, path: path.text)
    }
  }

  private init(fieldFault error: ValidationError) {
    let path = JSONPath(error.path)
    let field = JSONPath(error.path.prefix { $0.isField })
    switch error.reason {
    case .unknownField(let name, let type, _, _):
      self.init(
        .validationFailed,
        "field '\(name)' not found in type: '\(type)'",
        path: path.text
      )
    case .introspectionDisabled(let name):
      self.init(
        .validationFailed,
        "field '\(name)' not found in type: 'query_root'",
        path: path.text
      )
    case .selectionOfLeaf:
      self.init(
        .validationFailed,
        "unexpected subselection set for non-object field",
        path: path.text
      )
    case .missingSelection(_, let type):
      let name = type.filter { !"[]!".contains($0) }
      self.init(
        .validationFailed,
        "missing selection set for '\(name)'",
        path: path.key("selectionSet").text
      )
    case .unknownArgument(let name, let fieldName, _, _):
      self.init(
        .validationFailed,
        "'\(fieldName)' has no argument named '\(name)'",
        path: field.text
      )
    case .missingArgument(let name, _, _, _):
      self.init(
        .validationFailed,
        "missing required field '\(name)'",
        path: field.key("args").key(name).text
      )
    case .conflict(let name, let reason):
      self.init(
        .validationFailed,
        Self.message(ofConflict: name, reason),
        path: JSONPath(error.path.dropLast()).key("selectionSet").text
      )
    default:
      self.init(.validationFailed, error.message, path: path.text)
    }
  }

  /// The reason is what the reference implementation says of two selections.
  private static func message(ofConflict name: String, _ reason: String) -> String {
    let quoted = reason.split(separator: "\"", omittingEmptySubsequences: false)
    if reason.hasSuffix("are different fields"), quoted.count == 5 {
      return "selection of both '\(quoted[1])' and '\(quoted[3])' specify the same response name, "
        + "'\(name)'"
    }
    if reason == "they have differing arguments" {
      return "inconsistent arguments between multiple selections of field '\(name)'"
    }
    return "multiple selections of field '\(name)' conflict because \(reason)"
  }
}

/// When Hasura would come upon an error.
private enum Stage: Int {
  case operation, fragments, variables, uses, selection

  /// Nil where it would not.
  init?(of reason: ValidationError.Reason) {
    switch reason {
    case .notExecutable, .unsupportedOperation, .duplicateOperation, .anonymousOperationNotAlone,
      .aborted, .tooManyErrors, .typeSystem:
      self = .operation
    case .duplicateFragment, .unknownFragment, .fragmentCycle: self = .fragments
    case .duplicateVariable, .nonInputVariable: self = .variables
    case .undefinedVariable: self = .uses
    case .unusedVariable, .unusedFragment, .impossibleSpread, .deprecated: return nil
    default: self = .selection
    }
  }
}

extension ValidationError {
  /// Stage and place in the document.
  fileprivate var order: (Int, Int, Int) {
    // Of a variable's use and its definition, the use is where it is found out.
    let place = locations.last
    return (
      Stage(of: reason)?.rawValue ?? .max, place?.line ?? 0, place?.column ?? 0
    )
  }
}

extension PathStep {
  fileprivate var isField: Bool {
    if case .field = self { true } else { false }
  }
}

extension DirectiveLocation {
  /// The location as Hasura's messages call it.
  fileprivate var phrase: String {
    switch self {
    case .query: "a query"
    case .mutation: "a mutation"
    case .subscription: "a subscription"
    case .field: "a field"
    case .fragmentDefinition: "a fragment definition"
    case .fragmentSpread: "a fragment spread"
    case .inlineFragment: "an inline fragment"
    case .variableDefinition: "a variable definition"
    case .schema: "the schema"
    case .scalar: "a scalar definition"
    case .object: "an object definition"
    case .fieldDefinition: "a field definition"
    case .argumentDefinition: "an argument definition"
    case .interface: "an interface definition"
    case .union: "an union definition"
    case .enum: "an enum definition"
    case .enumValue: "an enum value definition"
    case .inputObject: "an input object definition"
    case .inputFieldDefinition: "an input field definition"
    }
  }
}
