/// What every schema has: the built-in scalars, the directives and the introspection types (§3.5,
/// §3.13, §4.2), defined first so that their ids are the same in each schema.
extension SchemaBuilder {
  mutating func defineBuiltIns() {
    defineScalars()
    defineMetaTypes()
    defineDirectives()
  }

  private mutating func defineScalars() {
    let scalars: [(name: String, description: String)] = [
      ("Int", "A whole number between -2^31 and 2^31 - 1."),
      ("Float", "A number with a fraction, as IEEE 754 has it in double precision."),
      ("String", "Text, as a sequence of Unicode scalar values."),
      ("Boolean", "`true` or `false`."),
      ("ID", "A unique identifier: written as a string or a whole number, read as a string."),
    ]
    for scalar in scalars {
      let id = type(scalar.name)
      defineScalar(id, description: scalar.description)
      types[id.index].isListed = id == .string || id == .boolean
    }
  }

  private mutating func defineMetaTypes() {
    let names = [
      "__Schema", "__Type", "__TypeKind", "__Field", "__InputValue", "__EnumValue", "__Directive",
      "__DirectiveLocation",
    ]
    for name in names { _ = type(name) }
    defineSchemaMeta()
    defineTypeMeta()
    defineMemberMetas()
    defineEnum(
      .typeKindMeta,
      description: "What a type is.",
      values: TypeKindName.all.map { EnumValueDefinition(name: $0) }
    )
    defineEnum(
      .directiveLocationMeta,
      description: "Where a directive may stand.",
      values: DirectiveLocation.allCases.map { EnumValueDefinition(name: $0.rawValue) }
    )
  }

  private mutating func defineSchemaMeta() {
    defineObject(
      .schemaMeta,
      description: "What the service can be asked: its types, directives and root types.",
      fields: [
        FieldDefinition(name: "description", type: TypeReference(.string)),
        FieldDefinition(name: "types", type: TypeReference(.typeMeta).nonNull.list.nonNull),
        FieldDefinition(name: "queryType", type: TypeReference(.typeMeta).nonNull),
        FieldDefinition(name: "mutationType", type: TypeReference(.typeMeta)),
        FieldDefinition(name: "subscriptionType", type: TypeReference(.typeMeta)),
        FieldDefinition(
          name: "directives",
          type: TypeReference(.directiveMeta).nonNull.list.nonNull
        ),
      ]
    )
  }

  private mutating func defineTypeMeta() {
    let includeDeprecated = makeIncludeDeprecated()
    let types = TypeReference(.typeMeta).nonNull.list
    defineObject(
      .typeMeta,
      description: "A type of the schema, or a list or non-null type around one.",
      fields: [
        FieldDefinition(name: "kind", type: TypeReference(.typeKindMeta).nonNull),
        FieldDefinition(name: "name", type: TypeReference(.string)),
        FieldDefinition(name: "description", type: TypeReference(.string)),
        FieldDefinition(name: "specifiedByURL", type: TypeReference(.string)),
        FieldDefinition(
          name: "fields",
          arguments: includeDeprecated,
          type: TypeReference(.fieldMeta).nonNull.list
        ),
        FieldDefinition(name: "interfaces", type: types),
        FieldDefinition(name: "possibleTypes", type: types),
        FieldDefinition(
          name: "enumValues",
          arguments: includeDeprecated,
          type: TypeReference(.enumValueMeta).nonNull.list
        ),
        FieldDefinition(
          name: "inputFields",
          arguments: includeDeprecated,
          type: TypeReference(.inputValueMeta).nonNull.list
        ),
        FieldDefinition(name: "ofType", type: TypeReference(.typeMeta)),
        FieldDefinition(name: "isOneOf", type: TypeReference(.boolean)),
      ]
    )
  }

  private mutating func defineMemberMetas() {
    let name = FieldDefinition(name: "name", type: TypeReference(.string).nonNull)
    let description = FieldDefinition(name: "description", type: TypeReference(.string))
    let type = FieldDefinition(name: "type", type: TypeReference(.typeMeta).nonNull)
    let deprecation = [
      FieldDefinition(name: "isDeprecated", type: TypeReference(.boolean).nonNull),
      FieldDefinition(name: "deprecationReason", type: TypeReference(.string)),
    ]
    let arguments = FieldDefinition(
      name: "args",
      arguments: makeIncludeDeprecated(),
      type: TypeReference(.inputValueMeta).nonNull.list.nonNull
    )
    defineObject(
      .fieldMeta,
      description: "A field of an object or interface type.",
      fields: [name, description, arguments, type] + deprecation
    )
    let defaultValue = FieldDefinition(
      name: "defaultValue",
      description: "The default as GraphQL text.",
      type: TypeReference(.string)
    )
    defineObject(
      .inputValueMeta,
      description: "An argument of a field or directive, or a field of an input object.",
      fields: [name, description, type, defaultValue] + deprecation
    )
    defineObject(
      .enumValueMeta,
      description: "A value of an enum type.",
      fields: [name, description] + deprecation
    )
    defineObject(
      .directiveMeta,
      description: "A directive that documents may use.",
      fields: [
        name, description,
        FieldDefinition(name: "isRepeatable", type: TypeReference(.boolean).nonNull),
        FieldDefinition(
          name: "locations",
          type: TypeReference(.directiveLocationMeta).nonNull.list.nonNull
        ),
        arguments,
      ]
    )
  }

  private mutating func makeIncludeDeprecated() -> Range<Int> {
    inputValues([
      InputValueDefinition(
        name: "includeDeprecated",
        type: TypeReference(.boolean).nonNull,
        defaultValue: .boolean(false)
      )
    ])
  }

  private mutating func defineDirectives() {
    let condition = InputValueDefinition(name: "if", type: TypeReference(.boolean).nonNull)
    let selections: [DirectiveLocation] = [.field, .fragmentSpread, .inlineFragment]
    defineDirective(
      DirectiveDefinition(
        name: "include",
        description: "Selects only where the argument is true.",
        arguments: inputValues([condition]),
        locations: selections
      )
    )
    defineDirective(
      DirectiveDefinition(
        name: "skip",
        description: "Leaves out where the argument is true.",
        arguments: inputValues([condition]),
        locations: selections
      )
    )
    let reason = InputValueDefinition(
      name: "reason",
      description: "Why, and what to use instead, as Markdown.",
      type: TypeReference(.string).nonNull,
      defaultValue: .string(Self.defaultDeprecationReason)
    )
    defineDirective(
      DirectiveDefinition(
        name: "deprecated",
        description: "Marks what is not to be used any more.",
        arguments: inputValues([reason]),
        locations: [.fieldDefinition, .argumentDefinition, .inputFieldDefinition, .enumValue]
      )
    )
    let url = InputValueDefinition(name: "url", type: TypeReference(.string).nonNull)
    defineDirective(
      DirectiveDefinition(
        name: "specifiedBy",
        description: "Says where the format of a scalar is written down.",
        arguments: inputValues([url]),
        locations: [.scalar]
      )
    )
    defineDirective(
      DirectiveDefinition(
        name: "oneOf",
        description: "Exactly one field of the input object must be given, and not be null.",
        locations: [.inputObject]
      )
    )
  }

  static var defaultDeprecationReason: String { "No longer supported" }
}

/// The values of `__TypeKind`.
enum TypeKindName {
  static var all: [String] {
    [
      "SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL",
    ]
  }
}

extension TypeKind {
  /// The name that introspection gives the kind.
  var introspectionName: String {
    switch self {
    case .scalar: "SCALAR"
    case .object: "OBJECT"
    case .interface: "INTERFACE"
    case .union: "UNION"
    case .enum: "ENUM"
    case .inputObject: "INPUT_OBJECT"
    }
  }
}
