// What is selected of a row.
extension Compiler {
  /// The members of a row that needs nothing but its own cells.
  mutating func ownFields(
    _ fields: [FieldRequest],
    table: Int,
    level: Int32,
    cells: inout CellList
  ) -> Range<Int32> {
    sources.append(RowSource(table: table, rows: RowSelection(), isBounded: false))
    return object(fields, source: sources.count - 1, level: level, cells: &cells)
  }

  mutating func object(
    _ fields: [FieldRequest],
    source: Int,
    level own: Int32,
    cells: inout CellList
  ) -> Range<Int32> {
    let table = tables[sources[source].table]
    var object = OutputBuilder.Object()
    for field in fields {
      switch field {
      case .column(let key, let column, let path):
        let encoding = table.columns[column].type.encoding
        let cell = cells.index(of: path.map { .path(column, $0) } ?? .column(column))
        output.add(key, .cell(cell, encoding), to: &object)
      case .typename(let key, let name): output.add(key, constant: name, to: &object)
      case .object(let key, let relationship, let query):
        let keys = keyCells(table.relationships[relationship], &cells)
        let level = rows(
          query,
          parent: link(source, relationship, query.rows),
          isLimited: false
        )
        output.add(key, .one(level: level, keys: keys), to: &object)
      case .array(let key, let relationship, let query):
        let keys = keyCells(table.relationships[relationship], &cells)
        let level = rows(query, parent: link(source, relationship, query.rows))
        output.add(key, .many(level: level, keys: keys), to: &object)
      case .aggregate(let key, let relationship, let query):
        let keys = keyCells(table.relationships[relationship], &cells)
        let link = link(source, relationship, query.rows)
        let fields = aggregate(query, parent: link, keys: keys)
        output.add(key, .nested(fields), to: &object)
      case .computed(let key, let value, let path):
        let encoding = table.computedFields[value.field].type.encoding
        output.add(key, .cell(cells.index(of: .computed(value, path: path)), encoding), to: &object)
      case .computedRows(let key, let query):
        let keys = output.place(
          keys: table.rowKeyTypes.indices.map { cells.index(of: .rowKey($0)) }
        )
        let level = rows(query, parent: computedLink(source))
        output.add(key, .many(level: level, keys: keys), to: &object)
      case .connection(let key, let relationship, let query):
        let keys = keyCells(table.relationships[relationship], &cells)
        let link = link(source, relationship, query.rows)
        output.add(key, .nested(connection(query, parent: link, keys: keys)), to: &object)
      case .nodeID(let key):
        output.add(key, .cell(cells.index(of: .nodeID), .plainString), to: &object)
      case .remote(let key, let field):
        let keys = output.place(keys: field.keys.map { cells.index(of: $0) })
        remotes.append(RemoteJoin(field: field.index, level: own, keys: keys))
        output.add(key, .remote(Int32(remotes.count - 1)), to: &object)
      }
    }
    return output.place(object)
  }

  /// The cells of a level's rows that say which of the parent's rows they belong to.
  func keyCells(of source: RowSource, _ cells: inout CellList) -> [Int32] {
    guard let parent = source.parent else { return [] }
    guard source.isComputed else {
      return parent.columns.map { cells.keyIndex(of: $0.remote) }
    }
    return tables[sources[parent.source].table].rowKeyTypes.enumerated()
      .map { cells.index(of: .parentKey($0.offset, type: $0.element)) }
  }

  private mutating func keyCells(
    _ relationship: BoundRelationship,
    _ cells: inout CellList
  ) -> Range<Int32> {
    output.place(keys: relationship.columns.map { cells.keyIndex(of: $0.local) })
  }

  func localColumns(of field: FieldRequest, table: Int) -> [Int] {
    switch field {
    case .column, .typename, .computed, .remote: []
    case .nodeID: tables[table].primaryKey ?? []
    // The whole row: what can be put in order of it.
    case .computedRows:
      tables[table].rowKey.isEmpty
        ? tables[table].columns.indices.filter { tables[table].columns[$0].type.hasPlainOrder }
        : tables[table].rowKey
    case .object(_, let index, _), .array(_, let index, _), .aggregate(_, let index, _),
      .connection(_, let index, _):
      tables[table].relationships[index].columns.map(\.local)
    }
  }
}
