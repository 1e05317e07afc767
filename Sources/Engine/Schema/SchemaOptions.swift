/// What the operator has chosen about the schema.
package struct SchemaOptions: Hashable, Sendable {
  /// Whether bigint, numeric, float8 and money are strings in answers.
  package var stringifiesNumericTypes: Bool

  package init(stringifiesNumericTypes: Bool = false) {
    self.stringifiesNumericTypes = stringifiesNumericTypes
  }
}
