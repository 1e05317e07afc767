extension Compiler {
  /// The insert of several requests of one kind; nil where each has to go by itself.
  ///
  /// They go together where each inserts one row, of which it knows its columns alone afterwards. With
  /// an `on_conflict` a row may be left out, and nobody could say whose it was; where a trigger leaves
  /// one out the statement fails, unless it leaves out all.
  consuming func gather(_ request: MutationRequest) -> GatheredInsert? {
    guard case .write(_, let write?, _, .row(let fields)) = request, write.noRow == nil,
      case .insert(let rows) = write.action, rows.conflict == nil,
      case .objects(let objects) = rows.content, objects.count == 1, let object = objects.first,
      object.before.isEmpty, object.after.isEmpty, fields.allSatisfy(\.isOfTheRowAlone)
    else { return nil }
    let own = object.columns.filter { $0.slot.owner == .request }
    let common = object.columns.filter { $0.slot.owner != .request }
    guard let first = own.first, Set(own.map(\.slot)).count == own.count else { return nil }
    let statement = SingleStatement(
      rows,
      .arrays(
        own.map { ArrayColumn(column: $0.column, values: $0.slot) },
        common: common.map { ($0.column, .slot($0.slot)) }
      )
    )
    var cells = CellList(write.table, in: tables)
    _ = ownFields(fields, table: write.table, cells: &cells)
    guard !cells.isEmpty else { return nil }
    var writer = SQLWriter(tables: tables, sources: sources)
    let alias = writer.makeAlias()
    writer.write("with w as (")
    statement.write(&writer, alias: alias)
    var list = cells.texts(alias: alias, &writer).enumerated().map {
      "\($0.element) as c\($0.offset)"
    }
    let names = list.indices.map { "w.c\($0)" }
    if let check = statement.check(&writer, alias: alias) { list.append(check) }
    writer.write(" returning " + list.joined(separator: ", "))
    writer.write(") select \(names.joined(separator: ", ")), ")
    let type = tables[write.table].columns[first.column].type.inputSQLName + "[]"
    let count = writer.collect { $0.parameter(first.slot, as: type) }
    writer.write(SQLWriter.demand("(select count(*) from w) = cardinality(\(count))", .noRow))
    writer.write(" from w")
    // What else a request asks of its row, a path into JSON say, is not the same for all.
    let slots = writer.parameters.filter { $0.owner == .request }
    guard Set(slots) == Set(own.map(\.slot)) else { return nil }
    return GatheredInsert(statement: writer.statement)
  }
}
