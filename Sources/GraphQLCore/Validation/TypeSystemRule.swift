/// The rules for documents that define or extend a type system, under the names of the reference
/// implementation.
package enum TypeSystemRule: String, Hashable, Sendable, CaseIterable {
  case loneSchemaDefinition = "LoneSchemaDefinition"
  case uniqueOperationTypes = "UniqueOperationTypes"
  case uniqueTypeNames = "UniqueTypeNames"
  case uniqueEnumValueNames = "UniqueEnumValueNames"
  case uniqueFieldDefinitionNames = "UniqueFieldDefinitionNames"
  case uniqueArgumentDefinitionNames = "UniqueArgumentDefinitionNames"
  case uniqueDirectiveNames = "UniqueDirectiveNames"
  case knownTypeNames = "KnownTypeNames"
  case knownDirectives = "KnownDirectives"
  case uniqueDirectivesPerLocation = "UniqueDirectivesPerLocation"
  case possibleTypeExtensions = "PossibleTypeExtensions"
  case knownArgumentNamesOnDirectives = "KnownArgumentNamesOnDirectives"
  case uniqueArgumentNames = "UniqueArgumentNames"
  case uniqueInputFieldNames = "UniqueInputFieldNames"
  case providedRequiredArgumentsOnDirectives = "ProvidedRequiredArgumentsOnDirectives"

  func check(_ context: inout ValidationContext) {
    switch self {
    case .loneSchemaDefinition: LoneSchemaDefinitionRule.check(&context)
    case .uniqueOperationTypes: UniqueOperationTypesRule.check(&context)
    case .uniqueTypeNames: UniqueTypeNamesRule.check(&context)
    case .uniqueEnumValueNames: UniqueEnumValueNamesRule.check(&context)
    case .uniqueFieldDefinitionNames: UniqueFieldDefinitionNamesRule.check(&context)
    case .uniqueArgumentDefinitionNames: UniqueArgumentDefinitionNamesRule.check(&context)
    case .uniqueDirectiveNames: UniqueDirectiveNamesRule.check(&context)
    case .knownTypeNames: KnownTypeNamesRule.check(&context)
    case .knownDirectives: KnownDirectivesRule.check(&context)
    case .uniqueDirectivesPerLocation: UniqueDirectivesPerLocationRule.check(&context)
    case .possibleTypeExtensions: PossibleTypeExtensionsRule.check(&context)
    case .knownArgumentNamesOnDirectives: KnownArgumentNamesRule.checkDirectives(&context)
    case .uniqueArgumentNames: UniqueArgumentNamesRule.check(&context)
    case .uniqueInputFieldNames: UniqueInputFieldNamesRule.check(&context)
    case .providedRequiredArgumentsOnDirectives:
      ProvidedRequiredArgumentsRule.checkDirectives(&context)
    }
  }
}

/// Checks a document as a type system document, or as one that extends a schema: names, uniqueness,
/// directives; not yet the types themselves (``validateSchema(_:)``).
package func validateSDL(
  _ document: Document,
  extending schema: Schema? = nil,
  rules: [TypeSystemRule] = TypeSystemRule.allCases,
  suggests: Bool = true
) -> [ValidationError] {
  var context = ValidationContext(document, schema, suggests: suggests, maximumReports: .max)
  for rule in rules { rule.check(&context) }
  return context.errors(maximum: .max)
}
