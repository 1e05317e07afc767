/// Which rows of a table are asked for, and in which order.
package struct RowSelection: Hashable, Sendable {
  package var filter: Predicate = .always
  package var order: [OrderTerm] = []
  package var distinctOn: [Int] = []
  package var limit: RowCount?
  /// Whether rows that equal the last one within the limit, by the order, come along.
  package var hasTies = false
  package var offset: RowCount?
  /// Of a connection: which of the rows make the page.
  package var page: ConnectionPage?

  package init() {}

  /// Whether the selection depends on an order: then equal keys need a further one.
  var isCut: Bool { limit != nil || offset != nil || !distinctOn.isEmpty || page != nil }

  /// Whether the rows are so few that fetching what belongs to them costs less than to find them
  /// once for each level.
  var isSmall: Bool {
    if case .literal(let count)? = limit ?? page?.count { count <= 20 } else { false }
  }

  /// Whether there is one row at most.
  var isOneRow: Bool {
    if case .literal(let count)? = limit { count <= 1 && !hasTies } else { false }
  }
}
