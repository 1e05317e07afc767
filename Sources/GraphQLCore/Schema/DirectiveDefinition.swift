/// A place in a document where a directive may stand (§3.13).
package enum DirectiveLocation: String, Hashable, Sendable, CaseIterable {
  case query = "QUERY"
  case mutation = "MUTATION"
  case subscription = "SUBSCRIPTION"
  case field = "FIELD"
  case fragmentDefinition = "FRAGMENT_DEFINITION"
  case fragmentSpread = "FRAGMENT_SPREAD"
  case inlineFragment = "INLINE_FRAGMENT"
  case variableDefinition = "VARIABLE_DEFINITION"
  case schema = "SCHEMA"
  case scalar = "SCALAR"
  case object = "OBJECT"
  case fieldDefinition = "FIELD_DEFINITION"
  case argumentDefinition = "ARGUMENT_DEFINITION"
  case interface = "INTERFACE"
  case union = "UNION"
  case `enum` = "ENUM"
  case enumValue = "ENUM_VALUE"
  case inputObject = "INPUT_OBJECT"
  case inputFieldDefinition = "INPUT_FIELD_DEFINITION"
}

/// A directive that documents of a schema may use.
package struct DirectiveDefinition: Sendable {
  package let name: String
  package let description: String?
  /// In ``Schema/inputValues``.
  package let arguments: Range<Int>
  package let isRepeatable: Bool
  package let locations: [DirectiveLocation]
  /// Whether introspection and printing tell of it.
  package let isAdvertised: Bool

  package init(
    name: String,
    description: String? = nil,
    arguments: Range<Int> = 0..<0,
    isRepeatable: Bool = false,
    locations: [DirectiveLocation],
    isAdvertised: Bool = true
  ) {
    self.name = name
    self.description = description
    self.arguments = arguments
    self.isRepeatable = isRepeatable
    self.locations = locations
    self.isAdvertised = isAdvertised
  }
}

/// The directives that every schema has (§3.13), at the same place in each.
extension SchemaID where Definition == DirectiveDefinition {
  package static var include: Self { Self(0) }
  package static var skip: Self { Self(1) }
  package static var deprecated: Self { Self(2) }
  package static var specifiedBy: Self { Self(3) }
  package static var oneOf: Self { Self(4) }

  package var isBuiltIn: Bool { index < 5 }
}
