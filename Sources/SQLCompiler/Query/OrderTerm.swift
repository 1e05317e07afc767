/// One key of an order: what is compared, and in which direction.
package struct OrderTerm: Hashable, Sendable {
  package var key: OrderKey
  package var direction: OrderDirection

  package init(key: OrderKey, direction: OrderDirection) {
    self.key = key
    self.direction = direction
  }
}

/// What an order compares: a column of the table, or of a table that relationships lead to.
package indirect enum OrderKey: Hashable, Sendable {
  case column(Int)
  /// A column that makes an order total and that nobody asked for.
  case tieBreaker(Int)
  /// A key of the row that an object relationship leads to.
  case object(relationship: Int, OrderKey)
  /// The number of rows of an array relationship.
  case count(relationship: Int)
  /// An aggregate over a column of an array relationship's rows.
  case aggregate(relationship: Int, AggregateFunction, column: Int)
  case computed(ComputedValue)
  /// The number of the rows that a function makes of the row.
  case computedCount(FunctionCall, table: Int)
  /// An aggregate over a column of such rows, which are of a table.
  case computedAggregate(FunctionCall, table: Int, AggregateFunction, column: Int)
}
