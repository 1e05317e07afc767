extension Compiler {
  /// The plan of a mutation: its statements are to be sent together, in order, as one transaction.
  ///
  /// The numbers of rows in the answer are external values, from the index `externals` on.
  package static func compile(
    _ requests: [MutationRequest],
    tables: [BoundTable],
    externals: Int
  ) -> ReadPlan {
    var compiler = Compiler(tables: tables)
    var data = OutputBuilder.Object()
    compiler.firstCount = externals
    for request in requests { compiler.add(request, to: &data) }
    return compiler.finish(data)
  }

  private mutating func add(_ request: MutationRequest, to data: inout OutputBuilder.Object) {
    defer { noteOrigin(request.table) }
    switch request {
    case .root(.rows(let key, let query)) where query.hasRowsToKeep:
      output.add(key, .many(level: call(query, isOneRow: false), keys: 0..<0), to: &data)
    case .root(.row(let key, let query)) where query.hasRowsToKeep:
      output.add(key, .one(level: call(query, isOneRow: true), keys: 0..<0), to: &data)
    case .root(let root): add(root, to: &data)
    case .write(let key, let write, let table, .row(let fields)):
      guard let write else { return output.add(key, rawConstant: "null", to: &data) }
      let levels = perform(write, returning: [fields], isOneRow: true).levels
      output.add(key, .one(level: levels[0], keys: 0..<0), to: &data)
      _ = table
    case .write(let key, let write, _, .response(let fields)):
      output.add(key, .nested(response(fields, write)), to: &data)
    case .writes(let key, let writes, _, let fields):
      var list = OutputBuilder.Object()
      for write in writes { output.add(element: .nested(response(fields, write)), to: &list) }
      output.add(key, .list(output.place(list: list)), to: &data)
    case .namespace(let key, let requests):
      var inner = OutputBuilder.Object()
      for request in requests { add(request, to: &inner) }
      output.add(key, .nested(output.place(inner)), to: &data)
    }
  }

  /// The members of `<t>_mutation_response`.
  private mutating func response(_ fields: [WriteField], _ write: Write?) -> Range<Int32> {
    var returning: [[FieldRequest]] = []
    for case .returning(_, let fields) in fields { returning.append(fields) }
    let outcome = write.map { perform($0, returning: returning, isOneRow: false) }
    var object = OutputBuilder.Object()
    var next = 0
    for field in fields {
      switch field {
      case .typename(let key, let name): output.add(key, constant: name, to: &object)
      case .affectedRows(let key):
        guard let outcome else {
          output.add(key, rawConstant: "0", to: &object)
          continue
        }
        counts.append(outcome.counts)
        output.add(key, .external(Int32(firstCount + counts.count - 1)), to: &object)
      case .returning(let key, _):
        guard let outcome else {
          output.add(key, rawConstant: "[]", to: &object)
          continue
        }
        output.add(key, .many(level: outcome.levels[next], keys: 0..<0), to: &object)
        next += 1
      }
    }
    return output.place(object)
  }

  // MARK: - Functions

  /// Calls a function that may write, and reads what belongs to its rows afterwards.
  private mutating func call(_ query: TableQuery, isOneRow: Bool) -> Int32 {
    let capture = RowCapture(setting: Self.setting, table: query.table, form: .rows)
    let source = addSource(
      query.table,
      query.rows,
      function: query.function,
      parent: nil,
      keys: [],
      isOneRow: isOneRow
    )
    var writer = SQLWriter(tables: tables, sources: sources)
    let type = tables[query.table].sqlName
    writer.write("with w as (")
    writer.select(source, ordered: true) { "(\($1).*)::\(type) as r" }
    writer.write(") select count(*), \(writer.keep(capture)) from w")
    append(writer.statement, noRow: nil, path: "$")
    return read(query.fields, from: capture, isOneRow: isOneRow)
  }

  // MARK: - Writes

  /// Where a write's rows are kept until they are read, right after it: the same for all, so that equal
  /// writes are equal statements.
  private static let setting = "apus.r"

  /// What a write leaves to the answer.
  private struct Outcome {
    /// Of each selection that was asked for.
    var levels: [Int32] = []
    var counts: [RowCountSource] = []
  }

  private mutating func perform(
    _ write: Write,
    returning: [[FieldRequest]],
    isOneRow: Bool
  ) -> Outcome {
    defer { writeCount += 1 }
    let isPlain = returning.allSatisfy { $0.allSatisfy(\.isOfTheRowAlone) }
    if isPlain, let statement = SingleStatement(write) {
      return perform(statement, write, returning)
    }
    var capture = RowCapture(setting: Self.setting, table: write.table, form: .rows)
    var outcome = Outcome()
    if case .insert(let rows) = write.action, case .objects(let objects) = rows.content,
      SingleStatement(write) == nil
    {
      capture = .appended(
        "\(Self.setting)\(writeCount)",
        table: write.table,
        statements: objects.count
      )
    }
    let kept = returning.isEmpty ? nil : capture
    if let statement = SingleStatement(write) {
      outcome.counts.append(
        run(statement, keeping: kept.map { [$0] } ?? [], noRow: write.noRow, path: write.path)
      )
    } else if case .insert(let rows) = write.action {
      outcome.counts = insert(rows, common: [], depth: 0, keeping: kept)
    } else if case .update(let rows) = write.action {
      outcome.counts = update(
        rows,
        of: write.table,
        keeping: kept,
        noRow: write.noRow,
        path: write.path
      )
    }
    for fields in returning {
      outcome.levels.append(read(fields, from: capture, isOneRow: isOneRow))
    }
    return outcome
  }

  /// Reads what was written, with all that belongs to it.
  private mutating func read(
    _ fields: [FieldRequest],
    from capture: RowCapture,
    isOneRow: Bool
  ) -> Int32 {
    let query = TableQuery(table: capture.table, rows: RowSelection(), fields: fields)
    let level = rows(query, parent: nil, capture: capture)
    writeStatements(isSmall: isOneRow, isOneRow: isOneRow)
    note(upTo: nil)
    return level
  }

  /// One statement whose own result is the answer.
  private mutating func perform(
    _ statement: SingleStatement,
    _ write: Write,
    _ returning: [[FieldRequest]]
  ) -> Outcome {
    var cells = CellList(write.table, in: tables)
    var outcome = Outcome()
    for fields in returning {
      let level = reserveLevel()
      levels[Int(level)].statement = Int32(statements.count)
      levels[Int(level)].fields = ownFields(
        fields,
        table: write.table,
        level: level,
        cells: &cells
      )
      outcome.levels.append(level)
    }
    var writer = SQLWriter(tables: tables, sources: sources)
    let alias = writer.makeAlias()
    var list = cells.texts(alias: alias, &writer)
    // Slots are numbered by their place in the text: what returns is written after what is done.
    writer = SQLWriter(tables: tables, sources: sources)
    _ = writer.makeAlias()
    if write.noRow != nil { writer.write("with w as (") }
    statement.write(&writer, alias: alias)
    list = cells.texts(alias: alias, &writer)
    // A row of which nothing is read is a row of the answer all the same.
    if list.isEmpty && !returning.isEmpty { list.append("1") }
    if write.noRow != nil { list = list.enumerated().map { "\($0.element) as c\($0.offset)" } }
    let names = list.indices.map { "w.c\($0)" }
    if let check = statement.check(&writer, alias: alias) { list.append(check) }
    if list.isEmpty && write.noRow != nil { list.append("1") }
    if !list.isEmpty { writer.write(" returning " + list.joined(separator: ", ")) }
    if write.noRow != nil {
      writer.write(") select \(names.isEmpty ? "n.n" : names.joined(separator: ", "))")
      writer.write(" from (select count(*) as n from w) as n left join w on true where ")
      writer.write(SQLWriter.demand("n.n > 0", .noRow))
    }
    outcome.counts = [RowCountSource(statement: Int32(statements.count), cell: nil)]
    append(writer.statement, noRow: write.noRow, path: write.path)
    return outcome
  }

  /// Runs a statement and keeps its rows for later ones; returns where their number is.
  ///
  /// Without a row, or with any number but one where that is demanded, the request is refused.
  mutating func run(
    _ statement: SingleStatement,
    keeping captures: [RowCapture],
    noRow: WriteRefusal?,
    demandsOneRow: Bool = false,
    path: String
  ) -> RowCountSource {
    var writer = SQLWriter(tables: tables, sources: sources)
    let alias = writer.makeAlias()
    let isKept = !captures.isEmpty || noRow != nil
    if isKept { writer.write("with w as (") }
    var list = captures.isEmpty ? [] : ["(\(alias).*)::\(tables[statement.table].sqlName) as r"]
    if statement.isLock {
      writer.write("select \(list.first ?? "1 as k") ")
      list = []
    }
    statement.write(&writer, alias: alias)
    let check = statement.check(&writer, alias: alias)
    if let check { list.append(check + (isKept ? " as k" : "")) }
    if list.isEmpty && isKept && !statement.isLock { list.append("1 as k") }
    if !list.isEmpty { writer.write(" returning " + list.joined(separator: ", ")) }
    if isKept {
      writer.write(") select count(*)")
      for capture in captures { writer.write(", " + writer.keep(capture)) }
      if noRow != nil {
        let condition = demandsOneRow ? "count(*) = 1" : "count(*) > 0"
        writer.write(", " + SQLWriter.demand(condition, .noRow))
      }
      writer.write(" from w")
    }
    let source = RowCountSource(statement: Int32(statements.count), cell: isKept ? 0 : nil)
    append(writer.statement, noRow: noRow, path: path)
    return source
  }

  // MARK: - Nested inserts

  /// Inserts rows and what belongs to them, each object by itself where something does.
  ///
  /// `common` are columns that every row takes from elsewhere. Rows are kept in `capture`, where the
  /// answer shows them.
  mutating func insert(
    _ rows: InsertRows,
    common: [(column: Int, source: ColumnSource)],
    depth: Int,
    keeping capture: RowCapture?
  ) -> [RowCountSource] {
    switch rows.content {
    case .arrays(let arrays, let values):
      var all = values.map { (column: $0.column, source: ColumnSource.slot($0.slot)) }
      all += common.filter { own in !all.contains { $0.column == own.column } }
      let statement = SingleStatement(rows, .arrays(arrays, common: all))
      return [
        run(statement, keeping: capture.map { [$0] } ?? [], noRow: nil, path: rows.path)
      ]
    case .objects(let objects):
      return objects.enumerated().flatMap { number, object in
        insert(
          object,
          of: rows,
          common: common,
          depth: depth,
          keeping: capture?.forStatement(number, of: objects.count)
        )
      }
    }
  }

  private mutating func insert(
    _ object: InsertObject,
    of rows: InsertRows,
    common: [(column: Int, source: ColumnSource)],
    depth: Int,
    keeping capture: RowCapture?,
    own: RowCapture? = nil,
    noRow: WriteRefusal? = nil
  ) -> [RowCountSource] {
    var counts: [RowCountSource] = []
    var values = object.columns.map { (column: $0.column, source: ColumnSource.slot($0.slot)) }
    for (index, related) in object.before.enumerated() {
      let relationship = tables[rows.table].relationships[related.relationship]
      guard case .objects(let objects) = related.rows.content, let first = objects.first else {
        continue
      }
      let kept = RowCapture(
        setting: "apus.b\(depth)_\(index)",
        table: relationship.target,
        form: .row
      )
      let table = tables[relationship.target].name
      let message =
        "cannot proceed to insert object relation \"\(relationship.name)\" since insert to table "
        + "\"\(table)\" affects zero rows"
      counts += insert(
        first,
        of: related.rows,
        common: [],
        depth: depth + 1,
        keeping: nil,
        own: kept,
        noRow: WriteRefusal(.missingRow(message), path: related.path)
      )
      // What a permission sets stays.
      for pair in relationship.columns where !values.contains(where: { $0.column == pair.local }) {
        values.append((pair.local, .captured(kept, column: pair.remote)))
      }
    }
    var captures = [capture, own].compactMap { $0 }
    let parent = RowCapture(setting: "apus.p\(depth)", table: rows.table, form: .row)
    var refusal = noRow
    if !object.after.isEmpty {
      captures.append(parent)
      let message =
        "cannot proceed to insert array relations since insert to table "
        + "\"\(tables[rows.table].name)\" affects zero rows"
      refusal = refusal ?? WriteRefusal(.missingRow(message), path: object.path)
    }
    values += common.filter { own in !values.contains { $0.column == own.column } }
    let statement = SingleStatement(rows, .row(values))
    counts.append(run(statement, keeping: captures, noRow: refusal, path: object.path))
    for related in object.after {
      let relationship = tables[rows.table].relationships[related.relationship]
      counts += insert(
        related.rows,
        common: relationship.columns.map { ($0.remote, .captured(parent, column: $0.local)) },
        depth: depth + 1,
        keeping: nil
      )
    }
    return counts
  }

  // MARK: - Statements

  private mutating func append(_ statement: Statement, noRow: WriteRefusal?, path: String) {
    statements.append(statement)
    note(upTo: StatementNote(path: path, noRow: noRow))
  }

  /// Notes the last statement, and that those before it which have no note read.
  private mutating func note(upTo last: StatementNote?) {
    while notes.count < statements.count - (last == nil ? 0 : 1) { notes.append(StatementNote()) }
    if let last { notes.append(last) }
  }
}

extension TableQuery {
  /// Whether a function makes rows that others belong to.
  fileprivate var hasRowsToKeep: Bool {
    function != nil && !fields.allSatisfy(\.isOfTheRowAlone)
  }
}

extension FieldRequest {
  /// Whether the row itself has all that it asks for.
  fileprivate var isOfTheRowAlone: Bool {
    switch self {
    case .column, .typename, .remote: true
    case .nodeID, .object, .array, .aggregate, .connection, .computed, .computedRows: false
    }
  }
}

extension MutationRequest {
  /// The table whose source carries it out; nil where none does, or several may.
  fileprivate var table: Int? {
    switch self {
    case .write(_, _, let table, _), .writes(_, _, let table, _): table
    case .root(let root): root.table
    case .namespace: nil
    }
  }
}
