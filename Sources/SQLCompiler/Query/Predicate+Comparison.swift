extension Predicate {
  /// A value compared with one of the request.
  package init(_ value: Comparison.Value, _ comparison: ComparisonOperator, _ slot: ParameterSlot) {
    switch value {
    case .column(let column): self = .comparison(column: column, comparison, slot)
    case .cast(.column(let column), let type) where type.name == "text":
      self = .castComparison(column: column, to: type.sqlName, comparison, slot)
    case .cast, .computed: self = .compared(Comparison(value, comparison, [slot]))
    }
  }

  package init(_ value: Comparison.Value, isNull: Bool) {
    switch value {
    case .column(let column), .cast(.column(let column), _):
      self = .isNull(column: column, isNull)
    case .cast, .computed: self = .isNullValue(value, isNull)
    }
  }
}
