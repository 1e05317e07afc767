// The groups of an aggregate's rows.
extension Compiler {
  /// Adds the rows that an aggregate is of.
  mutating func addSource(
    of query: AggregateQuery,
    parent: RowSource.Link?,
    isShared: Bool
  ) -> Int {
    addSource(
      query.table,
      query.rows,
      function: query.function,
      parent: parent,
      keys: [],
      isShared: isShared
    )
  }

  /// Adds the level whose rows are the groups.
  mutating func groups(
    _ groups: GroupQuery,
    of query: AggregateQuery,
    parent: RowSource.Link?,
    isShared: Bool
  ) -> Int32 {
    let source = addSource(of: query, parent: parent, isShared: isShared)
    let level = reserveLevel()
    let table = tables[query.table]
    var cells = CellList(query.table, in: tables)
    let keys = output.place(keys: keyCells(of: sources[source], &cells))
    var object = OutputBuilder.Object()
    for item in groups.items {
      switch item {
      case .typename(let key, let name): output.add(key, constant: name, to: &object)
      case .keys(let key, let fields):
        let fields = keyFields(fields, of: groups, query.table, cells: &cells)
        output.add(key, .nested(fields), to: &object)
      case .aggregate(let key, let fields):
        let fields = aggregateFields(fields, table: table, cells: &cells)
        output.add(key, .nested(fields), to: &object)
      }
    }
    levels[Int(level)].keys = keys
    levels[Int(level)].fields = output.place(object)
    drafts.append(
      LevelDraft(level: level, source: source, cells: cells, isAggregate: true, groups: groups)
    )
    return level
  }

  private mutating func keyFields(
    _ fields: [GroupKeyField],
    of groups: GroupQuery,
    _ table: Int,
    cells: inout CellList
  ) -> Range<Int32> {
    var object = OutputBuilder.Object()
    for field in fields {
      switch field {
      case .typename(let key, let name): output.add(key, constant: name, to: &object)
      case .absent(let key): output.add(key, rawConstant: "null", to: &object)
      case .key(let key, let index):
        let type = groups.keys[index].type(from: table, in: tables)
        let cell = cells.index(of: .groupKey(index, type))
        output.add(key, .cell(cell, type.encoding), to: &object)
      case .related(let key, let fields):
        let fields = keyFields(fields, of: groups, table, cells: &cells)
        output.add(key, .nested(fields), to: &object)
      }
    }
    return output.place(object)
  }
}
