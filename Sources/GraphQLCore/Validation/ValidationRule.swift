/// The rules that documents are checked by, under the names of the reference implementation.
package enum ValidationRule: String, Hashable, Sendable, CaseIterable {
  case executableDefinitions = "ExecutableDefinitions"
  case knownOperationTypes = "KnownOperationTypes"
  case uniqueOperationNames = "UniqueOperationNames"
  case loneAnonymousOperation = "LoneAnonymousOperation"
  case singleFieldSubscriptions = "SingleFieldSubscriptions"
  case knownTypeNames = "KnownTypeNames"
  case fragmentsOnCompositeTypes = "FragmentsOnCompositeTypes"
  case variablesAreInputTypes = "VariablesAreInputTypes"
  case scalarLeafs = "ScalarLeafs"
  case fieldsOnCorrectType = "FieldsOnCorrectType"
  case uniqueFragmentNames = "UniqueFragmentNames"
  case knownFragmentNames = "KnownFragmentNames"
  case noUnusedFragments = "NoUnusedFragments"
  case possibleFragmentSpreads = "PossibleFragmentSpreads"
  case noFragmentCycles = "NoFragmentCycles"
  case uniqueVariableNames = "UniqueVariableNames"
  case noUndefinedVariables = "NoUndefinedVariables"
  case noUnusedVariables = "NoUnusedVariables"
  case knownDirectives = "KnownDirectives"
  case uniqueDirectivesPerLocation = "UniqueDirectivesPerLocation"
  case knownArgumentNames = "KnownArgumentNames"
  case uniqueArgumentNames = "UniqueArgumentNames"
  case valuesOfCorrectType = "ValuesOfCorrectType"
  case providedRequiredArguments = "ProvidedRequiredArguments"
  case variablesInAllowedPosition = "VariablesInAllowedPosition"
  case overlappingFieldsCanBeMerged = "OverlappingFieldsCanBeMerged"
  case uniqueInputFieldNames = "UniqueInputFieldNames"

  // Not of the specification; only where they are asked for.
  case noDeprecated = "NoDeprecatedCustom"
  case noSchemaIntrospection = "NoSchemaIntrospectionCustom"
  case maximumIntrospectionDepth = "MaxIntrospectionDepth"

  /// The rules of the specification.
  package static let specified: [ValidationRule] = allCases.filter {
    $0 != .noDeprecated && $0 != .noSchemaIntrospection && $0 != .maximumIntrospectionDepth
  }

  func check(_ context: inout ValidationContext) {
    switch self {
    case .executableDefinitions: ExecutableDefinitionsRule.check(&context)
    case .knownOperationTypes: KnownOperationTypesRule.check(&context)
    case .uniqueOperationNames: UniqueOperationNamesRule.check(&context)
    case .loneAnonymousOperation: LoneAnonymousOperationRule.check(&context)
    case .singleFieldSubscriptions: SingleFieldSubscriptionsRule.check(&context)
    case .knownTypeNames: KnownTypeNamesRule.check(&context)
    case .fragmentsOnCompositeTypes: FragmentsOnCompositeTypesRule.check(&context)
    case .variablesAreInputTypes: VariablesAreInputTypesRule.check(&context)
    case .scalarLeafs: ScalarLeafsRule.check(&context)
    case .fieldsOnCorrectType: FieldsOnCorrectTypeRule.check(&context)
    case .uniqueFragmentNames: UniqueFragmentNamesRule.check(&context)
    case .knownFragmentNames: KnownFragmentNamesRule.check(&context)
    case .noUnusedFragments: NoUnusedFragmentsRule.check(&context)
    case .possibleFragmentSpreads: PossibleFragmentSpreadsRule.check(&context)
    case .noFragmentCycles: NoFragmentCyclesRule.check(&context)
    case .uniqueVariableNames: UniqueVariableNamesRule.check(&context)
    case .noUndefinedVariables: NoUndefinedVariablesRule.check(&context)
    case .noUnusedVariables: NoUnusedVariablesRule.check(&context)
    case .knownDirectives: KnownDirectivesRule.check(&context)
    case .uniqueDirectivesPerLocation: UniqueDirectivesPerLocationRule.check(&context)
    case .knownArgumentNames: KnownArgumentNamesRule.check(&context)
    case .uniqueArgumentNames: UniqueArgumentNamesRule.check(&context)
    case .valuesOfCorrectType: ValuesOfCorrectTypeRule.check(&context)
    case .providedRequiredArguments: ProvidedRequiredArgumentsRule.check(&context)
    case .variablesInAllowedPosition: VariablesInAllowedPositionRule.check(&context)
    case .overlappingFieldsCanBeMerged: OverlappingFieldsCanBeMergedRule.check(&context)
    case .uniqueInputFieldNames: UniqueInputFieldNamesRule.check(&context)
    case .noDeprecated: NoDeprecatedRule.check(&context)
    case .noSchemaIntrospection: NoSchemaIntrospectionRule.check(&context)
    case .maximumIntrospectionDepth: MaximumIntrospectionDepthRule.check(&context)
    }
  }
}
