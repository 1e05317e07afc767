/// What a column of a new row is given.
enum ColumnSource: Hashable {
  case slot(ParameterSlot)
  /// A column of a row that a statement before it has written.
  case captured(RowCapture, column: Int)
}

/// An insert of rows of one table by one statement.
struct InsertStatement {
  enum Values {
    case row([(column: Int, source: ColumnSource)])
    case arrays([ArrayColumn], common: [(column: Int, source: ColumnSource)])
  }

  var table: Int
  var values: Values
  var conflict: ConflictClause?
}

extension SQLWriter {
  /// Writes `insert into … on conflict …`, up to `returning`.
  mutating func insert(_ statement: InsertStatement, alias: String) {
    let table = tables[statement.table]
    write("insert into \(table.sqlName) as \(alias) ")
    switch statement.values {
    case .row(let values):
      if values.isEmpty {
        write("default values")
      } else {
        columns(values.map(\.column), table)
        write(" values (")
        list(values) { $0.value($1.source, of: table.columns[$1.column]) }
        write(")")
      }
    case .arrays(let arrays, let common):
      columns(arrays.map(\.column) + common.map(\.column), table)
      selectRows(arrays, common, table)
    }
    if let conflict = statement.conflict { write(conflict, statement.table, alias: alias) }
  }

  private mutating func columns(_ columns: [Int], _ table: BoundTable) {
    write("(\(columns.map { table.columns[$0].sqlName }.joined(separator: ", ")))")
  }

  /// Writes a select that makes a row of each position of the arrays.
  private mutating func selectRows(
    _ arrays: [ArrayColumn],
    _ common: [(column: Int, source: ColumnSource)],
    _ table: BoundTable
  ) {
    write(" select ")
    list(arrays.enumerated()) { writer, entry in
      let column = table.columns[entry.element.column]
      let value = column.type.read("u.c\(entry.offset)")
      if entry.element.presence != nil {
        writer.write("case when u.p\(entry.offset) then \(value) ")
        writer.write("else \(column.defaultExpression ?? "null") end")
      } else {
        writer.write(value)
      }
    }
    for value in common {
      write(", ")
      guard case .captured = value.source else {
        self.value(value.source, of: table.columns[value.column])
        continue
      }
      // Read once by itself: in the list it would be read from the text of the whole row for each row.
      write("(select ")
      self.value(value.source, of: table.columns[value.column])
      write(")")
    }
    // In a list of a select, arrays are taken apart side by side without being stored between.
    write(" from (select ")
    list(arrays.enumerated()) { writer, entry in
      let type = table.columns[entry.element.column].type
      writer.unnest(entry.element.values, of: type.inputSQLName, as: "c\(entry.offset)")
      if let presence = entry.element.presence {
        writer.write(", ")
        writer.unnest(presence, of: "boolean", as: "p\(entry.offset)")
      }
    }
    write(") as u")
  }

  private mutating func unnest(_ slot: ParameterSlot, of type: String, as name: String) {
    write("unnest(")
    parameter(slot, as: type + "[]")
    write(") as \(name)")
  }

  /// Writes a value for a column.
  mutating func value(_ source: ColumnSource, of column: BoundColumn) {
    switch source {
    case .captured(let capture, let other): write(self.column(other, of: capture))
    case .slot(let slot): parameter(slot, as: column.type.castName)
    }
  }

  private mutating func write(_ conflict: ConflictClause, _ table: Int, alias: String) {
    let columns = tables[table].columns
    write(" on conflict ")
    switch conflict.target {
    case .constraint(let name): write("on constraint \(name.quotedSQLIdentifier) ")
    case .columns(let target):
      self.columns(target, tables[table])
      write(" ")
    case .any: break
    }
    guard conflict.updates else { return write("do nothing") }
    write("do update set ")
    list(conflict.columns) {
      $0.write("\(columns[$1].sqlName) = excluded.\(columns[$1].sqlName)")
    }
    for preset in conflict.presets {
      write(", \(columns[preset.column].sqlName) = ")
      parameter(preset.slot, as: columns[preset.column].type.castName)
    }
    filter(conflict.filter, table, alias: alias)
  }

  private mutating func filter(
    _ filter: Predicate,
    _ table: Int,
    under parents: ParentRows? = nil,
    alias: String
  ) {
    guard filter != .always || parents != nil else { return }
    write(" where ")
    guard let parents else { return predicate(filter, table: table, alias: alias) }
    membership(parents, table: table, alias: alias)
    guard filter != .always else { return }
    write(" and (")
    predicate(filter, table: table, alias: alias)
    write(")")
  }

  // MARK: - Updates and deletes

  /// Writes `update … set … where …`.
  mutating func update(
    _ update: UpdateRows,
    of table: Int,
    under parents: ParentRows?,
    alias: String
  ) {
    let columns = tables[table].columns
    write("update \(tables[table].sqlName) as \(alias) set ")
    list(update.changes) { writer, change in
      let column = columns[change.column]
      writer.write("\(column.sqlName) = ")
      writer.change(change, alias + "." + column.sqlName, column.type)
    }
    filter(update.filter, table, under: parents, alias: alias)
  }

  /// Writes `from … where … for update`.
  mutating func lock(
    _ condition: Predicate,
    of table: Int,
    under parents: ParentRows?,
    alias: String
  ) {
    write("from \(tables[table].sqlName) as \(alias)")
    filter(condition, table, under: parents, alias: alias)
    write(" for update of \(alias)")
  }

  private mutating func change(_ change: ColumnChange, _ old: String, _ type: BoundType) {
    switch change.change {
    case .set: parameter(change.slot, as: type.castName)
    case .increment:
      write(old + " + ")
      parameter(change.slot, as: type.sqlName)
    case .multiply:
      write(old + " * ")
      parameter(change.slot, as: type.sqlName)
    case .useDefault: write("default")
    case .append:
      write(old + " || ")
      parameter(change.slot, as: "jsonb")
    case .prepend:
      parameter(change.slot, as: "jsonb")
      write(" || " + old)
    case .deleteKey:
      write(old + " - ")
      parameter(change.slot, as: "text")
    case .deleteElement:
      write(old + " - ")
      parameter(change.slot, as: "integer")
    case .deleteAtPath:
      write(old + " #- ")
      parameter(change.slot, as: "text[]")
    }
  }

  /// Writes `delete from … where …`.
  mutating func delete(
    where condition: Predicate,
    from table: Int,
    under parents: ParentRows?,
    alias: String
  ) {
    write("delete from \(tables[table].sqlName) as \(alias)")
    filter(condition, table, under: parents, alias: alias)
  }

  // MARK: - Refusals

  /// An expression that is true where a condition holds, and an error that names `marker` elsewhere.
  ///
  /// A text that is no boolean makes PostgreSQL fail the statement, and with it the transaction,
  /// before anything is committed; a condition that is null does not hold.
  static func demand(_ condition: String, _ marker: RefusalMarker) -> String {
    "(case when \(condition) then 't' else '\(marker.text)' end)::boolean"
  }
}

/// What the error of a refused write names, so that it is told from errors of values.
package enum RefusalMarker: String, CaseIterable, Hashable, Sendable {
  case check
  case noRow = "no-row"

  package var text: String { "apus: refused: \(rawValue)" }
}

extension BoundType {
  /// The type that values of one column are sent as when they are elements of an array.
  ///
  /// PostgreSQL has no arrays of arrays, and geometries are sent as GeoJSON: both travel as text.
  var inputSQLName: String { isArray || isSpatial ? "text" : sqlName }

  /// The value that an expression of ``inputSQLName`` stands for.
  fileprivate func read(_ value: String) -> String {
    isArray || isSpatial ? "\(value)::\(castName)" : value
  }
}
