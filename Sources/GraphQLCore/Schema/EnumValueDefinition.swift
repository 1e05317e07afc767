/// A value of an enum type.
package struct EnumValueDefinition: Sendable {
  package let name: String
  package let description: String?
  package let deprecationReason: String?

  package init(name: String, description: String? = nil, deprecationReason: String? = nil) {
    self.name = name
    self.description = description
    self.deprecationReason = deprecationReason
  }
}
