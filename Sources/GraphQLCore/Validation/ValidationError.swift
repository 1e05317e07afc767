/// Something in a document that a rule of validation (§5) does not allow.
package struct ValidationError: Error, Hashable, Sendable {
  package let reason: Reason
  package let locations: [SourceLocation]
  /// Where in the operation: fields by name, fragments, arguments, input fields and list indices,
  /// from the outermost.
  package let path: [PathStep]

  /// The message in the words of the reference implementation.
  package var message: String { reason.message }
}

extension ValidationError {
  /// What is wrong, with the names that a message needs.
  ///
  /// `suggestions` are empty unless the caller asked for them.
  package enum Reason: Hashable, Sendable {
    // Documents and operations
    case notExecutable(definition: String?)
    case unsupportedOperation(OperationKind)
    case duplicateOperation(String)
    case anonymousOperationNotAlone
    case subscriptionFields(operation: String?, SubscriptionProblem)

    // Fields
    case unknownField(
      field: String,
      type: String,
      typeSuggestions: [String],
      suggestions: [String]
    )
    case selectionOfLeaf(field: String, type: String)
    case missingSelection(field: String, type: String)
    case conflict(responseName: String, reason: String)
    case aborted
    case tooManyErrors

    // Arguments and values
    case unknownArgument(name: String, field: String, type: String, suggestions: [String])
    case unknownDirectiveArgument(name: String, directive: String, suggestions: [String])
    case duplicateArgument(String)
    case missingArgument(name: String, field: String, type: String, argumentType: String)
    case missingDirectiveArgument(name: String, directive: String, argumentType: String)
    case invalidValue(InputProblem)
    case duplicateInputField(String)

    // Types and fragments
    case unknownType(String, suggestions: [String])
    case fragmentOnNonComposite(fragment: String?, type: String)
    case duplicateFragment(String)
    case unknownFragment(String)
    case unusedFragment(String)
    case impossibleSpread(fragment: String?, parent: String, type: String)
    case fragmentCycle(fragment: String, via: [String])

    // Directives
    case unknownDirective(String)
    case misplacedDirective(String, DirectiveLocation)
    case duplicateDirective(String)

    // Variables
    case duplicateVariable(String)
    case nonInputVariable(String, type: String)
    case undefinedVariable(String, operation: String?)
    case unusedVariable(String, operation: String?)
    case misplacedVariable(String, type: String, expected: String)
    case nullableOneOfVariable(String, type: String, object: String)

    // Rules that are not of the specification
    case deprecated(element: String, reason: String)
    case introspectionDisabled(field: String)
    case introspectionTooDeep

    /// A type system definition or a schema that is not valid.
    case typeSystem(String)
  }

  package enum SubscriptionProblem: Hashable, Sendable {
    case none, several, introspection, conditional
  }
}

extension ValidationError.Reason {
  package var message: String {
    switch self {
    case .notExecutable(let definition):
      "The \(definition.map { "\"\($0)\"" } ?? "schema") definition is not executable."
    case .unsupportedOperation(let kind):
      "The \(kind.rawValue) operation is not supported by the schema."
    case .duplicateOperation(let name): "There can be only one operation named \"\(name)\"."
    case .anonymousOperationNotAlone:
      "This anonymous operation must be the only defined operation."
    case .subscriptionFields(let operation, let problem):
      (operation.map { "Subscription \"\($0)\"" } ?? "Anonymous Subscription") + problem.message
    case .conflict(let name, let reason):
      "Fields \"\(name)\" conflict because \(reason). Use different aliases on the fields to fetch"
        + " both if this was intentional."
    case .aborted: "Validation aborted."
    case .tooManyErrors:
      "Too many validation errors, error limit reached. Validation aborted."
    case .unknownField, .selectionOfLeaf, .missingSelection: fieldMessage
    case .unknownArgument, .unknownDirectiveArgument, .duplicateArgument, .missingArgument,
      .missingDirectiveArgument, .invalidValue, .duplicateInputField:
      argumentMessage
    case .unknownType, .fragmentOnNonComposite, .duplicateFragment, .unknownFragment,
      .unusedFragment, .impossibleSpread, .fragmentCycle:
      fragmentMessage
    case .unknownDirective(let name): "Unknown directive \"@\(name)\"."
    case .misplacedDirective(let name, let location):
      "Directive \"@\(name)\" may not be used on \(location.text)."
    case .duplicateDirective(let name):
      "The directive \"@\(name)\" can only be used once at this location."
    case .duplicateVariable, .nonInputVariable, .undefinedVariable, .unusedVariable,
      .misplacedVariable, .nullableOneOfVariable:
      variableMessage
    case .deprecated(let element, let reason): "The \(element) is deprecated. \(reason)"
    case .introspectionDisabled(let field):
      "GraphQL introspection has been disabled, but the requested query contained the field"
        + " \"\(field)\"."
    case .introspectionTooDeep: "Maximum introspection depth exceeded"
    case .typeSystem(let message): message
    }
  }

  private var fieldMessage: String {
    switch self {
    case .unknownField(let field, let type, let typeSuggestions, let suggestions):
      "Cannot query field \"\(field)\" on type \"\(type)\"."
        + (typeSuggestions.isEmpty
          ? Suggestions.text(suggestions)
          : Suggestions.text(typeSuggestions, kind: "to use an inline fragment on "))
    case .selectionOfLeaf(let field, let type):
      "Field \"\(field)\" must not have a selection since type \"\(type)\" has no subfields."
    case .missingSelection(let field, let type):
      "Field \"\(field)\" of type \"\(type)\" must have a selection of subfields. Did you mean"
        + " \"\(field) { ... }\"?"
    default: ""
    }
  }

  private var argumentMessage: String {
    switch self {
    case .unknownArgument(let name, let field, let type, let suggestions):
      "Unknown argument \"\(name)\" on field \"\(type).\(field)\"."
        + Suggestions.text(suggestions)
    case .unknownDirectiveArgument(let name, let directive, let suggestions):
      "Unknown argument \"\(name)\" on directive \"@\(directive)\"."
        + Suggestions.text(suggestions)
    case .duplicateArgument(let name): "There can be only one argument named \"\(name)\"."
    case .missingArgument(let name, let field, let type, let argumentType):
      "Argument \"\(type).\(field)(\(name):)\" of type \"\(argumentType)\" is required, but it was"
        + " not provided."
    case .missingDirectiveArgument(let name, let directive, let argumentType):
      "Argument \"@\(directive)(\(name):)\" of type \"\(argumentType)\" is required, but it was not"
        + " provided."
    case .invalidValue(let problem): problem.message
    case .duplicateInputField(let name):
      "There can be only one input field named \"\(name)\"."
    default: ""
    }
  }

  private var fragmentMessage: String {
    switch self {
    case .unknownType(let name, let suggestions):
      "Unknown type \"\(name)\"." + Suggestions.text(suggestions)
    case .fragmentOnNonComposite(let fragment, let type):
      "Fragment \(fragment.map { "\"\($0)\" " } ?? "")cannot condition on non composite type"
        + " \"\(type)\"."
    case .duplicateFragment(let name): "There can be only one fragment named \"\(name)\"."
    case .unknownFragment(let name): "Unknown fragment \"\(name)\"."
    case .unusedFragment(let name): "Fragment \"\(name)\" is never used."
    case .impossibleSpread(let fragment, let parent, let type):
      "Fragment \(fragment.map { "\"\($0)\" " } ?? "")cannot be spread here as objects of type"
        + " \"\(parent)\" can never be of type \"\(type)\"."
    case .fragmentCycle(let fragment, let via):
      "Cannot spread fragment \"\(fragment)\" within itself"
        + (via.isEmpty ? "." : " via \(via.map { "\"\($0)\"" }.joined(separator: ", ")).")
    default: ""
    }
  }

  private var variableMessage: String {
    switch self {
    case .duplicateVariable(let name): "There can be only one variable named \"$\(name)\"."
    case .nonInputVariable(let name, let type):
      "Variable \"$\(name)\" cannot be non-input type \"\(type)\"."
    case .undefinedVariable(let name, let operation):
      "Variable \"$\(name)\" is not defined"
        + (operation.map { " by operation \"\($0)\"." } ?? ".")
    case .unusedVariable(let name, let operation):
      "Variable \"$\(name)\" is never used" + (operation.map { " in operation \"\($0)\"." } ?? ".")
    case .misplacedVariable(let name, let type, let expected):
      "Variable \"$\(name)\" of type \"\(type)\" used in position expecting type \"\(expected)\"."
    case .nullableOneOfVariable(let name, let type, let object):
      "Variable \"$\(name)\" is of type \"\(type)\" but must be non-nullable to be used for OneOf"
        + " Input Object \"\(object)\"."
    default: ""
    }
  }
}

extension ValidationError.SubscriptionProblem {
  fileprivate var message: String {
    switch self {
    case .none: " must select one top level field."
    case .several: " must select only one top level field."
    case .introspection: " must not select an introspection top level field."
    case .conditional:
      " must not use `@skip` or `@include` directives in the top level selection."
    }
  }
}

extension DirectiveLocation {
  /// The location as messages name it.
  fileprivate var text: String {
    String(rawValue.lowercased().map { $0 == "_" ? " " : $0 })
  }
}
