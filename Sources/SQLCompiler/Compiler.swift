/// Compiles what a query operation asks of the tables into SQL statements and the shape of the output.
///
/// One statement fetches one nesting level of a root field; all are meant to be sent together and
/// read from one snapshot. A level's statement selects by the keys of its parent's rows, so a row is
/// fetched once however many parents it has.
package struct Compiler {
  let tables: [BoundTable]
  var sources: [RowSource] = []
  var output = OutputBuilder()
  var statements: [Statement] = []
  var origins: [StatementOrigin] = []
  var levels: [Level] = []
  /// What the statements of the current root field's levels select.
  var drafts: [LevelDraft] = []
  var gathered: GatheredStatement?
  var stream: StreamCell?
  var remotes: [RemoteJoin] = []
  /// Of mutations: what their statements' errors are told as, and where the numbers of rows are.
  var notes: [StatementNote] = []
  var counts: [[RowCountSource]] = []
  var writeCount = 0
  /// The number of the first of `counts` among the answer's external values.
  var firstCount = 0

  init(tables: [BoundTable]) {
    self.tables = tables
  }

  /// The plan of an operation's root fields.
  package static func compile(_ roots: [RootRequest], tables: [BoundTable]) -> ReadPlan {
    var compiler = Compiler(tables: tables)
    var data = OutputBuilder.Object()
    for root in roots { compiler.add(root, to: &data) }
    if roots.reduce(0, { $0 + $1.fieldCount }) > 1 { compiler.gathered = nil }
    return compiler.finish(data)
  }

  mutating func finish(_ data: OutputBuilder.Object) -> ReadPlan {
    var plan = ReadPlan()
    plan.root = output.place(data)
    plan.statements = statements
    plan.origins = origins
    plan.levels = levels
    plan.fields = output.fields
    plan.keyCells = output.keyCells
    plan.constants = output.constants
    plan.remotes = remotes
    // What the rows of several requests need elsewhere would have to be told apart.
    plan.gathered = remotes.isEmpty ? gathered : nil
    plan.stream = stream
    plan.notes = notes
    plan.counts = counts
    plan.mayWrite = sources.contains { $0.function?.isVolatile == true }
    return plan
  }

  mutating func add(_ root: RootRequest, to data: inout OutputBuilder.Object) {
    defer { noteOrigin(root.table) }
    switch root {
    case .rows(let key, let query):
      let level = rows(query, parent: nil)
      writeStatements(
        isSmall: query.rows.isSmall,
        isOneRow: query.rows.isOneRow,
        function: query.function
      )
      output.add(key, .many(level: level, keys: 0..<0), to: &data)
    case .row(let key, let query):
      let level = rows(query, parent: nil, isOneRow: true)
      writeStatements(isSmall: true, isOneRow: true, function: query.function)
      output.add(key, .one(level: level, keys: 0..<0), to: &data)
    case .stream(let key, let query, let cursor):
      let level = rows(query, parent: nil, cursor: cursor)
      writeStatements(isSmall: query.rows.isSmall)
      output.add(key, .many(level: level, keys: 0..<0), to: &data)
    case .aggregate(let key, let query):
      let fields = aggregate(query, parent: nil, keys: 0..<0)
      writeStatements(isSmall: false, function: query.function)
      output.add(key, .nested(fields), to: &data)
    case .connection(let key, let query):
      let fields = connection(query, parent: nil, keys: 0..<0)
      writeStatements(isSmall: query.rows.isSmall, function: query.function)
      output.add(key, .nested(fields), to: &data)
    case .typename(let key, let name):
      output.add(key, constant: name, to: &data)
    case .external(let key, let index):
      output.add(key, .external(Int32(index)), to: &data)
    case .list(let key, let queries):
      var list = OutputBuilder.Object()
      for query in queries {
        let level = rows(query, parent: nil, isOneRow: true)
        writeStatements(isSmall: true, isOneRow: true)
        noteOrigin(query.table)
        output.add(element: .one(level: level, keys: 0..<0), to: &list)
      }
      output.add(key, .list(output.place(list: list)), to: &data)
    case .constant(let key, let json): output.add(key, rawConstant: json, to: &data)
    case .demand(let key, let table, let condition, let refusal):
      let lock = SingleStatement(UpdateRows(filter: condition, changes: []), of: table)
      _ = run(lock, keeping: [], noRow: refusal, path: refusal.path)
      output.add(key, rawConstant: "null", to: &data)
    case .namespace(let key, let fields):
      var inner = OutputBuilder.Object()
      for field in fields { add(field, to: &inner) }
      output.add(key, .nested(output.place(inner)), to: &data)
    }
  }

  /// Says of the statements that were added last which table's source they are for.
  mutating func noteOrigin(_ table: Int?) {
    guard let table, origins.count < statements.count else { return }
    let origin = StatementOrigin(field: (origins.last?.field ?? -1) + 1, table: Int32(table))
    origins += repeatElement(origin, count: statements.count - origins.count)
  }

  // MARK: - Rows

  /// Adds the level of a query's rows, or of rows that a statement before has kept.
  mutating func rows(
    _ query: TableQuery,
    parent: RowSource.Link?,
    isOneRow: Bool = false,
    isLimited: Bool = true,
    capture: RowCapture? = nil,
    cursor: Int? = nil
  ) -> Int32 {
    let source = addSource(
      query.table,
      query.rows,
      function: query.function,
      parent: parent,
      keys: query.fields.flatMap { localColumns(of: $0, table: query.table) },
      isOneRow: isOneRow,
      isLimited: isLimited && !isOneRow,
      capture: capture
    )
    let level = reserveLevel()
    var cells = CellList(query.table, in: tables)
    let keys = output.place(keys: keyCells(of: sources[source], &cells))
    let fields = object(query.fields, source: source, level: level, cells: &cells)
    levels[Int(level)].keys = keys
    levels[Int(level)].fields = fields
    if let cursor { stream = StreamCell(level: level, cell: cells.index(of: .cursor(cursor))) }
    drafts.append(LevelDraft(level: level, source: source, cells: cells, isAggregate: false))
    if isOneRow && query.function == nil && levels.count == 1 { gathered = gather(query, cells) }
    return level
  }

  /// The look-up of one row by its key for several requests at once; nil where it needs more.
  private func gather(_ query: TableQuery, _ cells: CellList) -> GatheredStatement? {
    guard let keys = query.rows.filter.equalities else { return nil }
    let table = tables[query.table]
    var writer = SQLWriter(tables: tables, sources: sources)
    let alias = writer.makeAlias()
    for key in keys {
      writer.gather(key.slot, as: table.columns[key.column].type.arraySQLName)
    }
    let values = writer.collect { $0.write(cells.text(alias: alias, &$0)) }
    let condition = writer.collect { writer in
      writer.list(keys.enumerated(), separator: " and ") {
        $0.write($0.column($1.element.column, of: query.table, alias: alias))
        $0.write(" = k.k\($1.offset)")
      }
      for key in keys {
        if let redaction = table.access.redactions[key.column] {
          writer.write(" and (")
          writer.permission(redaction, table: query.table, alias: alias)
          writer.write(")")
        }
      }
      guard table.access.filter != .always else { return }
      writer.write(" and (")
      writer.permission(table.access.filter, table: query.table, alias: alias)
      writer.write(")")
    }
    writer.write("select \(values), k.n from unnest(")
    writer.list(writer.gatheredTypes.enumerated()) {
      $0.write("$\($1.offset + 1)::\($1.element)")
    }
    let names = writer.gatheredTypes.indices.map { "k\($0)" }.joined(separator: ", ")
    writer.write(") with ordinality as k(\(names), n) join \(table.sqlName) as \(alias) on ")
    writer.write(condition)
    return GatheredStatement(
      sql: writer.sql,
      keys: writer.parameters,
      numberCell: cells.count
    )
  }

  // MARK: - Aggregates

  /// The members of `<table>_aggregate`; `keys` are cells of the parent's rows.
  mutating func aggregate(
    _ query: AggregateQuery,
    parent: RowSource.Link?,
    keys: Range<Int32>
  ) -> Range<Int32> {
    var object = OutputBuilder.Object()
    let isShared = query.items.count { if case .typename = $0 { false } else { true } } > 1
    let level = aggregateLevel(query, parent: parent, isShared: isShared)
    for item in query.items {
      switch item {
      case .typename(let key, let name): output.add(key, constant: name, to: &object)
      case .aggregate(let key, _):
        guard let fields = level.fields[key] else { continue }
        output.add(
          key,
          .aggregate(level: level.index, keys: keys, fields: fields),
          to: &object
        )
      case .nodes(let key, let fields):
        var query = TableQuery(
          table: query.table,
          function: query.function,
          rows: query.rows,
          fields: fields
        )
        if isShared, query.function == nil || !query.rows.order.isEmpty {
          makeTotal(&query.rows, table: query.table, keys: [])
        }
        let level = rows(query, parent: parent)
        output.add(key, .many(level: level, keys: keys), to: &object)
      case .groups(let key, let groups):
        let level = self.groups(groups, of: query, parent: parent, isShared: isShared)
        output.add(key, .many(level: level, keys: keys), to: &object)
      }
    }
    return output.place(object)
  }

  /// The statement of all aggregates, and by response name the members that each `aggregate` shows.
  private mutating func aggregateLevel(
    _ query: AggregateQuery,
    parent: RowSource.Link?,
    isShared: Bool
  ) -> (index: Int32, fields: [String: Range<Int32>]) {
    var shown: [(key: String, fields: [AggregateField])] = []
    for case .aggregate(let key, let fields) in query.items { shown.append((key, fields)) }
    guard !shown.isEmpty else { return (0, [:]) }
    let source = addSource(of: query, parent: parent, isShared: isShared)
    let level = reserveLevel()
    var cells = CellList(query.table, in: tables)
    let keys = output.place(keys: keyCells(of: sources[source], &cells))
    var placed: [String: Range<Int32>] = [:]
    for (key, fields) in shown {
      placed[key] = aggregateFields(fields, table: tables[query.table], cells: &cells)
    }
    levels[Int(level)].keys = keys
    drafts.append(
      LevelDraft(
        level: level,
        source: source,
        cells: cells,
        isAggregate: true,
        members: Array(placed.values)
      )
    )
    return (level, placed)
  }

  mutating func aggregateFields(
    _ fields: [AggregateField],
    table: BoundTable,
    cells: inout CellList
  ) -> Range<Int32> {
    var object = OutputBuilder.Object()
    for field in fields {
      switch field {
      case .typename(let key, let name): output.add(key, constant: name, to: &object)
      case .count(let key, let columns, let isDistinct):
        let cell = cells.index(of: .count(columns: columns, isDistinct: isDistinct))
        output.add(key, .count(cell), to: &object)
      case .group(let key, let fields):
        let fields = aggregateFields(fields, table: table, cells: &cells)
        output.add(key, .nested(fields), to: &object)
      case .function(let key, let function, let column):
        let cell = cells.index(of: .function(function, column))
        output.add(key, .cell(cell, table.columns[column].encoding(of: function)), to: &object)
      case .computed(let key, let function, let value):
        let cell = cells.index(of: .computedFunction(function, value))
        let encoding = table.computedFields[value.field].encoding(of: function)
        output.add(key, .cell(cell, encoding), to: &object)
      }
    }
    return output.place(object)
  }

  // MARK: - Levels

  mutating func reserveLevel() -> Int32 {
    levels.append(Level(statement: 0, number: nil, keys: 0..<0, fields: 0..<0))
    return Int32(levels.count - 1)
  }
}

extension Predicate {
  /// The columns that the predicate compares with values, if all that it says is that they are equal.
  fileprivate var equalities: [(column: Int, slot: ParameterSlot)]? {
    switch self {
    case .comparison(let column, .equal, let slot): return [(column, slot)]
    case .and(let parts):
      var equalities: [(column: Int, slot: ParameterSlot)] = []
      for part in parts {
        guard let inner = part.equalities else { return nil }
        equalities += inner
      }
      return equalities
    default: return nil
    }
  }
}
