package import Metadata

/// What the operator has chosen about the schema.
package struct SchemaOptions: Hashable, Sendable {
  /// Whether bigint, numeric, float8 and money are strings in answers.
  package var stringifiesNumericTypes: Bool

  /// Whether a role may ask a function for the rows that it may read anyway.
  package var infersFunctionPermissions: Bool

  /// Whether sources may name things by another convention than Hasura's own.
  package var allowsNamingConventions: Bool

  /// The convention of sources that choose none.
  package var defaultNamingConvention: SourceCustomization.NamingConvention

  /// Whether the schema can be part of a graph of Apollo's federation.
  package var servesApolloFederation: Bool

  package init(
    stringifiesNumericTypes: Bool = false,
    infersFunctionPermissions: Bool = true,
    allowsNamingConventions: Bool = false,
    defaultNamingConvention: SourceCustomization.NamingConvention = .hasuraDefault,
    servesApolloFederation: Bool = false
  ) {
    self.stringifiesNumericTypes = stringifiesNumericTypes
    self.infersFunctionPermissions = infersFunctionPermissions
    self.allowsNamingConventions = allowsNamingConventions
    self.defaultNamingConvention = defaultNamingConvention
    self.servesApolloFederation = servesApolloFederation
  }
}
