/// Rows of a table and what is asked of each.
package struct TableQuery: Hashable, Sendable {
  package var table: Int
  /// The function that returns the rows; nil for those of the table itself.
  package var function: FunctionCall?
  package var rows: RowSelection
  package var fields: [FieldRequest]

  package init(
    table: Int,
    function: FunctionCall? = nil,
    rows: RowSelection,
    fields: [FieldRequest]
  ) {
    self.table = table
    self.function = function
    self.rows = rows
    self.fields = fields
  }
}

/// A member of the object that a row becomes; the key is its name in the answer.
package enum FieldRequest: Hashable, Sendable {
  /// A column; of a json column the part that a path names.
  case column(key: String, column: Int, path: ParameterSlot?)
  case typename(key: String, name: String)
  case object(key: String, relationship: Int, TableQuery)
  case array(key: String, relationship: Int, TableQuery)
  case aggregate(key: String, relationship: Int, AggregateQuery)
  /// A value that a function makes of the row; of JSON the part that a path names.
  case computed(key: String, ComputedValue, path: ParameterSlot?)
  /// Rows that a function makes of the row; the query's function gets it.
  case computedRows(key: String, TableQuery)
  /// The rows of an array relationship as a connection.
  case connection(key: String, relationship: Int, ConnectionQuery)
  /// What Relay knows the row by.
  case nodeID(key: String)
  /// A value that is fetched by some columns of the row when the row is there.
  case remote(key: String, RemoteField)
}

/// Aggregates over rows of a table, and the rows themselves.
package struct AggregateQuery: Hashable, Sendable {
  package var table: Int
  /// The function that returns the rows; nil for those of the table itself.
  package var function: FunctionCall?
  package var rows: RowSelection
  package var items: [AggregateItem]

  package init(
    table: Int,
    function: FunctionCall? = nil,
    rows: RowSelection,
    items: [AggregateItem]
  ) {
    self.table = table
    self.function = function
    self.rows = rows
    self.items = items
  }
}

/// A member of `<table>_aggregate`.
package enum AggregateItem: Hashable, Sendable {
  case typename(key: String, name: String)
  case aggregate(key: String, [AggregateField])
  case nodes(key: String, [FieldRequest])
  case groups(key: String, GroupQuery)
}

/// A member of `<table>_aggregate_fields`.
package indirect enum AggregateField: Hashable, Sendable {
  case typename(key: String, name: String)
  case count(key: String, columns: [Int], isDistinct: Bool)
  /// `sum { … }`, `max { … }`: one function over several columns.
  case group(key: String, [AggregateField])
  case function(key: String, AggregateFunction, column: Int)
  case computed(key: String, AggregateFunction, ComputedValue)
}

/// A root field that reads a table.
package enum RootRequest: Hashable, Sendable {
  case rows(key: String, TableQuery)
  /// At most one row, found by its primary key.
  case row(key: String, TableQuery)
  case aggregate(key: String, AggregateQuery)
  case connection(key: String, ConnectionQuery)
  /// Rows behind a cursor, which is a column that they are in order of.
  case stream(key: String, TableQuery, cursor: Int)
  case typename(key: String, name: String)
  /// A member that is answered without the database; the caller writes its value.
  case external(key: String, index: Int)
  /// Fields that stand together under one name.
  indirect case namespace(key: String, [RootRequest])
  /// A list of rows, each found by itself, with null for those that are not there.
  case list(key: String, [TableQuery])
  /// A value that the request itself has, as JSON.
  case constant(key: String, json: String)
  /// A condition that some row of a table has to meet, which is locked; the answer is null.
  case demand(key: String, table: Int, Predicate, WriteRefusal)

  /// The table whose source answers it; nil where none does, or several may.
  package var table: Int? {
    switch self {
    case .rows(_, let query), .row(_, let query), .stream(_, let query, _): query.table
    case .aggregate(_, let query): query.table
    case .connection(_, let query): query.table
    case .list(_, let queries): queries.first?.table
    case .demand(_, let table, _, _): table
    case .typename, .external, .namespace, .constant: nil
    }
  }

  /// How many fields it stands for.
  var fieldCount: Int {
    switch self {
    case .namespace(_, let fields): fields.reduce(0) { $0 + $1.fieldCount }
    // The one statement for several requests is for one row, and not for a list of it.
    case .list: 2
    default: 1
    }
  }
}
