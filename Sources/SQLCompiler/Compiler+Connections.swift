// Relay's connections.
extension Compiler {
  /// The members of a connection; `keys` are cells of the parent's rows.
  mutating func connection(
    _ query: ConnectionQuery,
    parent: RowSource.Link?,
    keys: Range<Int32>
  ) -> Range<Int32> {
    var object = OutputBuilder.Object()
    for item in query.items {
      switch item {
      case .typename(let key, let name): output.add(key, constant: name, to: &object)
      case .edges(let key, let items):
        let level = edges(items, of: query, parent: parent)
        output.add(key, .many(level: level, keys: keys), to: &object)
      case .pageInfo(let key, let items):
        let (level, fields) = pageInfo(items, of: query, parent: parent)
        output.add(key, .aggregate(level: level, keys: keys, fields: fields), to: &object)
      }
    }
    return output.place(object)
  }

  private mutating func edges(
    _ items: [EdgeItem],
    of query: ConnectionQuery,
    parent: RowSource.Link?
  ) -> Int32 {
    var selected: [FieldRequest] = []
    for case .node(_, let fields) in items { selected += fields }
    let source = addSource(
      query.table,
      query.rows,
      function: query.function,
      parent: parent,
      keys: selected.flatMap { localColumns(of: $0, table: query.table) }
    )
    let level = reserveLevel()
    var cells = CellList(query.table, in: tables)
    let keys = output.place(keys: keyCells(of: sources[source], &cells))
    var edge = OutputBuilder.Object()
    for item in items {
      switch item {
      case .typename(let key, let name): output.add(key, constant: name, to: &edge)
      case .cursor(let key):
        output.add(key, .cell(cells.index(of: .pageCursor), .plainString), to: &edge)
      case .node(let key, let fields):
        let node = self.object(fields, source: source, level: level, cells: &cells)
        output.add(key, .nested(node), to: &edge)
      }
    }
    levels[Int(level)].keys = keys
    levels[Int(level)].fields = output.place(edge)
    drafts.append(LevelDraft(level: level, source: source, cells: cells, isAggregate: false))
    return level
  }

  private mutating func pageInfo(
    _ items: [PageInfoItem],
    of query: ConnectionQuery,
    parent: RowSource.Link?
  ) -> (Int32, Range<Int32>) {
    let source = addSource(
      query.table,
      query.rows,
      function: query.function,
      parent: parent,
      keys: []
    )
    let level = reserveLevel()
    var cells = CellList(query.table, in: tables)
    let keys = output.place(keys: keyCells(of: sources[source], &cells))
    var object = OutputBuilder.Object()
    for item in items {
      switch item {
      case .typename(let key, let name): output.add(key, constant: name, to: &object)
      case .fact(let key, let fact):
        let cell = cells.index(of: .page(fact))
        switch fact {
        case .startCursor, .endCursor: output.add(key, .text(cell), to: &object)
        case .hasPreviousPage, .hasNextPage: output.add(key, .flag(cell), to: &object)
        }
      }
    }
    let fields = output.place(object)
    levels[Int(level)].keys = keys
    drafts.append(
      LevelDraft(level: level, source: source, cells: cells, isAggregate: true, members: [fields])
    )
    return (level, fields)
  }
}
