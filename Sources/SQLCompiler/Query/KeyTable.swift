import Catalog

/// Keys that a caller has, as a table whose rows lead to those of another one.
///
/// So all that is known of array relationships holds for rows that are fetched by keys of another
/// database: their limits are of each key, and what is below them is fetched with them.
package struct KeyTable: Sendable {
  package let table: BoundTable
  private let call: FunctionCall

  /// The column with the number of a key, counted from zero.
  private static let numberColumn = 0

  /// `columns` are those of the other table that equal the parts of a key, and `slots` hold an array
  /// of texts for each part, of one length.
  package init(
    to relationship: BoundRelationship,
    of target: BoundTable,
    _ slots: [ParameterSlot]
  ) {
    let parts = relationship.columns.indices.map { "k\($0)" }
    let types = relationship.columns.map { target.columns[$0.remote].type }
    let number = BoundType(oid: 20, name: "int8", sqlName: "bigint", encoding: .number)
    var table = BoundTable(
      // No table of PostgreSQL is of such a schema; its rows are those of the call.
      name: TableName(schema: "\u{0}keys", name: "keys"),
      graphQLName: "",
      columns: [BoundColumn(name: "n", graphQLName: nil, type: number, isNullable: false)]
        + zip(parts, types).map {
          BoundColumn(name: $0, graphQLName: nil, type: $1, isNullable: true)
        }
    )
    var own = relationship
    own.columns = relationship.columns.enumerated().map {
      BoundRelationship.ColumnPair(local: $0.offset + 1, remote: $0.element.remote)
    }
    table.relationships = [own]
    // Of few keys: each is searched for by itself where a limit keeps few of many rows.
    table.estimatedRows = 1
    self.table = table
    let texts = BoundType(
      oid: 1009,
      name: "_text",
      sqlName: "text[]",
      encoding: .viaToJSON,
      elementSQLName: "text"
    )
    var call = FunctionCall(sqlName: "", arguments: slots.map { .init(.slot($0, texts)) })
    let list = zip(parts, types).map { "\($0)::\($1.castName) as \($0)" }
    call.code = [.text("select n - 1 as n, \(list.joined(separator: ", ")) from unnest(")]
    for index in slots.indices {
      if index > 0 { call.code?.append(.text(", ")) }
      call.code?.append(.argument(index))
    }
    call.code?.append(
      .text(") with ordinality as k(\(parts.joined(separator: ", ")), n)")
    )
    self.call = call
  }

  /// The rows of all keys: the number of each, and what belongs to it.
  ///
  /// `index` is where the table stands among those of the compiler; `value` asks for its one
  /// relationship.
  package func query(at index: Int, _ value: FieldRequest) -> TableQuery {
    TableQuery(
      table: index,
      function: call,
      rows: RowSelection(),
      fields: [.column(key: "n", column: Self.numberColumn, path: nil), value]
    )
  }
}
