extension Predicate {
  /// Whether it can raise no error, whatever the rows hold.
  ///
  /// Such a condition may be evaluated on rows that a role does not see: nobody learns of the outcome.
  /// The rule is PostgreSQL's for row security, which lets only such conditions ("leakproof") go
  /// before its own.
  func isHarmless(on table: BoundTable) -> Bool {
    switch self {
    case .always, .never, .isNull: true
    case .and(let parts), .or(let parts): parts.allSatisfy { $0.isHarmless(on: table) }
    case .not(let inner): inner.isHarmless(on: table)
    case .comparison(let column, let comparison, _):
      comparison.isOrdering && table.columns[column].type.hasHarmlessOrder
    default: false
    }
  }
}

extension ComparisonOperator {
  fileprivate var isOrdering: Bool {
    switch self {
    case .equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual, .isIn, .notIn: true
    default: false
    }
  }
}

extension BoundType {
  /// Whether values of the type are compared without ever failing.
  fileprivate var hasHarmlessOrder: Bool {
    switch name {
    case "int2", "int4", "int8", "numeric", "float4", "float8", "bool", "text", "varchar", "bpchar",
      "uuid", "date", "time", "timetz", "timestamp", "timestamptz", "interval":
      true
    default: false
    }
  }
}
