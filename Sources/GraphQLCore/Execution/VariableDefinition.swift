/// A variable that an operation declares.
package struct VariableDefinition: Sendable {
  package let name: String
  package let type: TypeReference
  /// Coerced; nil where there is none, or none that fits the type.
  package let defaultValue: InputValue?
  /// Whether a directive of the operation depends on it, so that its value decides what is selected.
  package let isUsedInDirective: Bool
  /// The type is one of the schema's input types; of a valid document it always is.
  let hasInputType: Bool
  let node: NodeID
}
