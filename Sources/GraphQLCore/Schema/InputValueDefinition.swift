/// An argument of a field or directive, or a field of an input object.
package struct InputValueDefinition: Sendable {
  package var name: String
  package let description: String?
  package let type: TypeReference
  package let defaultValue: ConstValue?
  package let deprecationReason: String?
  /// Whether its numbers and booleans may be given as texts, for whoever they go to to read.
  package let takesTexts: Bool

  package init(
    name: String,
    description: String? = nil,
    type: TypeReference,
    defaultValue: ConstValue? = nil,
    deprecationReason: String? = nil,
    takesTexts: Bool = false
  ) {
    self.name = name
    self.description = description
    self.type = type
    self.defaultValue = defaultValue
    self.deprecationReason = deprecationReason
    self.takesTexts = takesTexts
  }

  /// Whether a request has to give it: it is non-null and has no default (§5.4.3).
  package var isRequired: Bool { type.isNonNull && defaultValue == nil }
}
