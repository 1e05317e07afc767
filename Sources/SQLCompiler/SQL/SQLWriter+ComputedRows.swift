// Rows that a function makes of each row of a parent level.
extension SQLWriter {
  /// Writes a select over the rows that a function makes of the parent's rows, one row after another.
  mutating func selectComputed(
    _ source: RowSource,
    _ call: FunctionCall,
    _ parent: RowSource.Link,
    list: (inout SQLWriter, String) -> String
  ) {
    let alias = makeAlias()
    let keys = makeAlias()
    let inner = makeAlias()
    parentAliases[alias] = keys
    write("select \(list(&self, alias)) from (")
    parents(parent)
    write(") as \(keys) cross join lateral (select ")
    let order = OrderExpressions(source.rows.order, table: source.table, alias: inner, &self)
    if !source.rows.distinctOn.isEmpty {
      let columns = source.rows.distinctOn.map { value($0, of: source.table, alias: inner) }
      write("distinct on (\(columns.joined(separator: ", "))) ")
    }
    write("\(inner).* from ")
    self.call(call, row: keys + ".r")
    write(" as \(inner)\(order.joins)")
    var conditions = call.returnsSet ? [] : ["not (\(inner).* is null)"]
    if source.rows.filter != .always {
      conditions.append(
        collect { $0.predicate(source.rows.filter, table: source.table, alias: inner) }
      )
    }
    if !conditions.isEmpty {
      write(" where " + conditions.map { "(\($0))" }.joined(separator: " and "))
    }
    if !order.terms.isEmpty { write(" order by " + order.terms.joined(separator: ", ")) }
    cut(source.rows)
    write(") as \(alias)")
  }

  /// Writes a select of the parent's rows as `r`, with what they are known by as `k0` and so on.
  private mutating func parents(_ parent: RowSource.Link) {
    let source = sources[parent.source]
    let table = tables[source.table]
    // Where nothing says that a row stands there once, rows that are alike are taken together.
    let isUnique = !table.rowKey.isEmpty && source.function == nil
    if !isUnique { write("select distinct on (\(table.keyNames)) * from (") }
    select(parent.source, ordered: false) { writer, alias in
      let keys = table.rowKeyExpressions(
        alias: alias,
        row: writer.row(of: source.table, alias: alias)
      )
      let named = keys.enumerated().map { "\($1) as k\($0)" }
      let row = writer.row(of: source.table, alias: alias)
      let typed = row.hasPrefix("row(") ? row : "(\(row))::\(table.sqlName)"
      return (named + ["\(typed) as r"]).joined(separator: ", ")
    }
    if !isUnique { write(") as \(makeAlias())") }
  }
}

extension BoundTable {
  /// The columns that a row is known by to the rows that a function makes of it; none where the
  /// table has no key, and the whole row takes their place.
  var rowKey: [Int] { primaryKey ?? uniqueKeys.first ?? [] }

  /// What a row under an alias is known by, in a form that is the same text for the same row.
  func rowKeyExpressions(alias: String, row: String) -> [String] {
    guard !rowKey.isEmpty else {
      return [row.hasPrefix("row(") ? "(\(row))::text" : "(\(row))::\(sqlName)::text"]
    }
    return rowKey.map { columns[$0].type.canonical(alias + "." + columns[$0].sqlName) }
  }

  fileprivate var keyNames: String {
    (0..<max(rowKey.count, 1)).map { "k\($0)" }.joined(separator: ", ")
  }

  /// The SQL types of what a row is known by.
  var rowKeyTypes: [String] {
    rowKey.isEmpty ? ["text"] : rowKey.map { columns[$0].type.canonicalType }
  }
}
