/// The fields of the introspection types, in the order in which every schema defines them first; the
/// raw value is the index of the field's id.
enum IntrospectionField: Int {
  case schemaDescription, types, queryType, mutationType, subscriptionType, directives

  case kind, typeName, typeDescription, specifiedByURL, fields, interfaces, possibleTypes
  case enumValues, inputFields, ofType, isOneOf

  case fieldName, fieldDescription, fieldArguments, fieldType, isFieldDeprecated
  case fieldDeprecationReason

  case inputName, inputDescription, inputType, defaultValue, isInputDeprecated
  case inputDeprecationReason

  case enumValueName, enumValueDescription, isEnumValueDeprecated, enumValueDeprecationReason

  case directiveName, directiveDescription, isRepeatable, locations, directiveArguments
}

/// What introspection can look at.
enum IntrospectedObject {
  case schema
  case type(TypeReference)
  case field(FieldID)
  case input(InputValueID)
  case enumValue(EnumValueID)
  case directive(DirectiveID)

  /// The introspection type of which it is.
  var type: TypeID {
    switch self {
    case .schema: .schemaMeta
    case .type: .typeMeta
    case .field: .fieldMeta
    case .input: .inputValueMeta
    case .enumValue: .enumValueMeta
    case .directive: .directiveMeta
    }
  }
}
