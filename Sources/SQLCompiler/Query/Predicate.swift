/// A condition on the rows of one table, in Hasura's boolean language.
package indirect enum Predicate: Hashable, Sendable {
  case always
  case never
  case and([Predicate])
  case or([Predicate])
  case not(Predicate)
  /// A column compared with a value of the request.
  case comparison(column: Int, ComparisonOperator, ParameterSlot)
  /// The text form of a column compared with a value of the request (`_cast: {String: …}`).
  case castComparison(column: Int, to: String, ComparisonOperator, ParameterSlot)
  case isNull(column: Int, Bool)
  /// A row of the relationship's table that the condition holds for.
  case related(relationship: Int, Predicate)
  case aggregate(relationship: Int, AggregatePredicate)
  case compared(Comparison)
  case isNullValue(Comparison.Value, Bool)
  /// A row among those that a function makes of this one, for which the condition holds.
  case relatedByFunction(FunctionCall, table: Int, Predicate)
  /// The condition of a permission on the row.
  case permission(Predicate)
  /// A condition of the request that is evaluated only on rows of a permission: see ``within(_:)``.
  case guarded(Predicate, by: Predicate)
  /// The columns together are one of several keys, given as an array for each column.
  case keys(columns: [Int], [ParameterSlot])

  // Of permissions alone.

  /// A column compared with another one.
  case columnComparison(column: Int, ComparisonOperator, ColumnOperand)
  /// Any row of a table that the condition holds for (`_exists`).
  case exists(table: Int, Predicate)

  /// Both conditions.
  package static func && (left: Predicate, right: Predicate) -> Predicate {
    switch (left, right) {
    case (.always, let other), (let other, .always): other
    case (.and(let left), .and(let right)): .and(left + right)
    case (.and(let left), let right): .and(left + [right])
    case (let left, .and(let right)): .and([left] + right)
    default: .and([left, right])
    }
  }
}

/// The other column of a comparison between columns.
package enum ColumnOperand: Hashable, Sendable {
  /// A column of the same row, or of a row that relationships lead to from it.
  case own(path: [Int], column: Int)
  /// The same from the row that the permission is about (`["$", "column"]`).
  case root(path: [Int], column: Int)
}

/// A condition on an aggregate over the rows of an array relationship.
package struct AggregatePredicate: Hashable, Sendable {
  package struct Comparison: Hashable, Sendable {
    package enum Operand: Hashable, Sendable {
      case isNull(Bool)
      case value(ComparisonOperator, ParameterSlot)
    }

    package var operand: Operand
    /// The SQL type of the aggregate, which its operand is cast to.
    package var type: String

    package init(operand: Operand, type: String) {
      self.operand = operand
      self.type = type
    }
  }

  package var function: PredicateFunction
  /// Columns of the related table; none is `*`.
  package var columns: [Int]
  package var isDistinct: Bool
  /// The related rows that count.
  package var filter: Predicate
  /// What the aggregate is compared with; all have to hold.
  package var comparisons: [Comparison]

  package init(
    function: PredicateFunction,
    columns: [Int],
    isDistinct: Bool,
    filter: Predicate,
    comparisons: [Comparison]
  ) {
    self.function = function
    self.columns = columns
    self.isDistinct = isDistinct
    self.filter = filter
    self.comparisons = comparisons
  }
}
