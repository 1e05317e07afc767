/// Rows of a table as a Relay connection: edges with cursors, and where the page stands among all rows.
package struct ConnectionQuery: Hashable, Sendable {
  package var table: Int
  /// The function that returns the rows; nil for those of the table itself.
  package var function: FunctionCall?
  /// Which rows, in a total order, with a ``ConnectionPage``.
  package var rows: RowSelection
  package var items: [ConnectionItem]

  package init(
    table: Int,
    function: FunctionCall? = nil,
    rows: RowSelection,
    items: [ConnectionItem]
  ) {
    self.table = table
    self.function = function
    self.rows = rows
    self.items = items
  }
}

/// A member of `<t>Connection`.
package enum ConnectionItem: Hashable, Sendable {
  case typename(key: String, name: String)
  case edges(key: String, [EdgeItem])
  case pageInfo(key: String, [PageInfoItem])
}

/// A member of `<t>Edge`.
package enum EdgeItem: Hashable, Sendable {
  case typename(key: String, name: String)
  case cursor(key: String)
  case node(key: String, [FieldRequest])
}

/// A member of `PageInfo`.
package enum PageInfoItem: Hashable, Sendable {
  /// What is told of the page.
  package enum Fact: Hashable, Sendable {
    case startCursor, endCursor, hasPreviousPage, hasNextPage
  }

  case typename(key: String, name: String)
  case fact(key: String, Fact)
}

/// The page of a connection: what of the rows, in their order, stands on one side of a cursor, and how
/// many of that, from which end.
package struct ConnectionPage: Hashable, Sendable {
  /// The values of a row's order keys, and on which side of it the page is.
  package struct Bound: Hashable, Sendable {
    /// A slot and the SQL type of its value, for each key of the order.
    package var values: [(slot: ParameterSlot, type: String)]
    package var isBefore: Bool

    package init(values: [(slot: ParameterSlot, type: String)], isBefore: Bool) {
      self.values = values
      self.isBefore = isBefore
    }

    package static func == (left: Bound, right: Bound) -> Bool {
      left.isBefore == right.isBefore && left.values.elementsEqual(right.values, by: ==)
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(isBefore)
      for value in values {
        hasher.combine(value.slot)
        hasher.combine(value.type)
      }
    }
  }

  /// Where in the JSON of a cursor the value of each key of the order stands.
  package var cursorPaths: [[String]]
  package var bound: Bound?
  package var count: RowCount?
  /// Whether the last rows are wanted, not the first.
  package var isFromEnd: Bool

  package init(
    cursorPaths: [[String]],
    bound: Bound? = nil,
    count: RowCount? = nil,
    isFromEnd: Bool = false
  ) {
    self.cursorPaths = cursorPaths
    self.bound = bound
    self.count = count
    self.isFromEnd = isFromEnd
  }
}
