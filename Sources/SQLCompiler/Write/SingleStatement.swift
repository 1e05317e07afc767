/// A write that one SQL statement carries out.
struct SingleStatement {
  private enum Action {
    case insert(InsertStatement, check: Predicate, updateCheck: Predicate?)
    case update(UpdateRows, under: ParentRows?)
    case delete(Predicate, under: ParentRows?)
  }

  let table: Int
  private let action: Action

  /// Nil where rows are written along with others, each after what it depends on.
  init?(_ write: Write) {
    switch write.action {
    case .insert(let rows):
      switch rows.content {
      case .arrays(let arrays, let common):
        let common = common.map { (column: $0.column, source: ColumnSource.slot($0.slot)) }
        self.init(rows, .arrays(arrays, common: common))
      case .objects(let objects):
        guard objects.count == 1, objects[0].before.isEmpty, objects[0].after.isEmpty else {
          return nil
        }
        let values = objects[0].columns
          .map { (column: $0.column, source: ColumnSource.slot($0.slot)) }
        self.init(rows, .row(values))
      }
    case .update(let update):
      guard update.related.isEmpty else { return nil }
      self.init(update, of: write.table)
    case .delete(let filter): self.init(deleting: filter, from: write.table)
    }
  }

  private init(table: Int, action: Action) {
    self.table = table
    self.action = action
  }

  /// An update of those of the rows that belong to others.
  init(_ update: UpdateRows, of table: Int, under parents: ParentRows? = nil) {
    self.init(table: table, action: .update(update, under: parents))
  }

  init(deleting filter: Predicate, from table: Int, under parents: ParentRows? = nil) {
    self.init(table: table, action: .delete(filter, under: parents))
  }

  /// Whether rows are only looked up and locked.
  var isLock: Bool {
    if case .update(let update, _) = action { update.changes.isEmpty } else { false }
  }

  /// An insert of some of the rows' values.
  init(_ rows: InsertRows, _ values: InsertStatement.Values) {
    table = rows.table
    action = .insert(
      InsertStatement(table: rows.table, values: values, conflict: rows.conflict),
      check: rows.check,
      updateCheck: rows.conflict?.updates == true ? rows.updateCheck : nil
    )
  }

  /// Writes the statement up to `returning`; of a lock what follows the list of the select.
  func write(_ writer: inout SQLWriter, alias: String) {
    switch action {
    case .insert(let statement, _, _): writer.insert(statement, alias: alias)
    case .update(let update, let parents) where update.changes.isEmpty:
      writer.lock(update.filter, of: table, under: parents, alias: alias)
    case .update(let update, let parents):
      writer.update(update, of: table, under: parents, alias: alias)
    case .delete(let filter, let parents):
      writer.delete(where: filter, from: table, under: parents, alias: alias)
    }
  }

  /// What each written row has to be, as an expression that fails the statement; nil for anything.
  func check(_ writer: inout SQLWriter, alias: String) -> String? {
    func text(_ check: Predicate) -> String {
      writer.collect { $0.predicate(check, table: table, alias: alias) }
    }
    switch action {
    case .insert(_, .always, nil), .insert(_, .always, .always?), .delete: return nil
    case .insert(_, let check, nil): return SQLWriter.demand(text(check), .check)
    case .insert(_, let check, let updateCheck?):
      // What became of a row PostgreSQL does not tell where partitions keep it: it has to be both.
      if writer.tables[table].isPartitioned {
        return SQLWriter.demand("(\(text(check))) and (\(text(updateCheck)))", .check)
      }
      // A row that a conflict turned into an update has a transaction that locked its older version.
      let condition =
        "case when \(alias).xmax = 0 then (\(text(check))) else (\(text(updateCheck))) end"
      return SQLWriter.demand(condition, .check)
    case .update(let update, _):
      return isLock || update.check == .always ? nil : SQLWriter.demand(text(update.check), .check)
    }
  }
}
