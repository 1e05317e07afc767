/// Something of a row compared with values of the request, where ``Predicate/comparison(column:_:_:)``
/// is not enough: a computed or cast value, or an operator of several operands.
package struct Comparison: Hashable, Sendable {
  package indirect enum Value: Hashable, Sendable {
    case column(Int)
    case computed(ComputedValue)
    case cast(Value, to: BoundType)
  }

  package var value: Value
  package var comparison: ComparisonOperator
  /// In the order of the operator's ``ComparisonOperator/operandNames(of:)``; one for most.
  ///
  /// Nil stands for an operand that was left out.
  package var operands: [ParameterSlot?]

  package init(_ value: Value, _ comparison: ComparisonOperator, _ operands: [ParameterSlot?]) {
    self.value = value
    self.comparison = comparison
    self.operands = operands
  }
}
