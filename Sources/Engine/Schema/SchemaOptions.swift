/// What the operator has chosen about the schema.
package struct SchemaOptions: Hashable, Sendable {
  /// Whether bigint, numeric, float8 and money are strings in answers.
  package var stringifiesNumericTypes: Bool

  /// Whether a role may ask a function for the rows that it may read anyway.
  package var infersFunctionPermissions: Bool

  package init(stringifiesNumericTypes: Bool = false, infersFunctionPermissions: Bool = true) {
    self.stringifiesNumericTypes = stringifiesNumericTypes
    self.infersFunctionPermissions = infersFunctionPermissions
  }
}
