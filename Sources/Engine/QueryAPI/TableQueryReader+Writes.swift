import Catalog
import GraphQLCore
import JSON
import Metadata
import SQLCompiler

/// A write of the query API, and which columns of the rows that it wrote the answer has.
struct TableWrite {
  var write: Write
  /// Nil where the answer is the number of rows alone.
  var returning: [FieldRequest]?
}

// Updates and deletes, and what they share with inserts.
extension TableQueryReader {
  mutating func update(_ arguments: JSONCursor) throws(HasuraError) -> TableWrite {
    let call = try WriteCall(updating: arguments)
    let table = try index(of: call.table, at: arguments.path.key("table"))
    guard let permission = roleSchema.writes[table].update else {
      throw refused("update", "updatable", table, at: arguments.path)
    }
    try demandReading("update", table, arguments.path)
    // As in Hasura, of two changes of one column the later one counts.
    var changes: [Int: ColumnChange] = [:]
    for (name, values) in call.changes {
      let place = arguments.path.key(name)
      for value in values {
        let column = try changed(value.column, table, permission, place)
        changes[column] = change(name, value, of: column, table, place)
      }
    }
    let returning = try returning(call, table, arguments.path)
    for preset in permission.presets {
      changes[preset.column] = ColumnChange(
        column: preset.column,
        change: .set,
        slot: preset.slot
      )
    }
    guard !changes.isEmpty else {
      throw HasuraError(
        .unexpectedPayload,
        "atleast one of $set, $inc, $mul has to be present",
        path: arguments.path.text
      )
    }
    let rows = UpdateRows(
      filter: try condition(arguments, table).within(permission.filter),
      changes: changes.values.sorted { $0.column < $1.column },
      check: permission.check ?? .always
    )
    check([given(arguments)], by: permission.validator)
    let write = Write(table: table, action: .update(rows), path: arguments.path.text)
    return TableWrite(write: write, returning: returning)
  }

  mutating func delete(_ arguments: JSONCursor) throws(HasuraError) -> TableWrite {
    let call = try WriteCall(deleting: arguments)
    let table = try index(of: call.table, at: arguments.path.key("table"))
    guard let permitted = roleSchema.writes[table].delete else {
      throw refused("delete", "deletable", table, at: arguments.path)
    }
    try demandReading("delete", table, arguments.path)
    let returning = try returning(call, table, arguments.path)
    let filter = try condition(arguments, table).within(permitted)
    check([given(arguments)], by: roleSchema.writes[table].deleteValidator)
    let write = Write(table: table, action: .delete(filter), path: arguments.path.text)
    return TableWrite(write: write, returning: returning)
  }

  /// What is to be done with which rows, without what the answer is to have.
  private func given(_ arguments: JSONCursor) -> JSONValue {
    var members = arguments.value.object ?? JSONObject()
    for name in ["table", "source", "returning"] { members[name] = nil }
    return .object(members)
  }

  // MARK: - Changes

  private mutating func change(
    _ name: String,
    _ value: WriteCall.Value,
    of column: Int,
    _ table: Int,
    _ place: JSONPath
  ) -> ColumnChange {
    let type = roleSchema.tables[table].columns[column].type
    let slot = slot(
      value.value ?? .null,
      ParameterRecipe.Form(valueOf: type),
      at: place.key(value.column)
    )
    let kind: ChangeOperator =
      switch name {
      case "$inc": .increment
      case "$mul": .multiply
      case "$default": .useDefault
      default: .set
      }
    return ColumnChange(column: column, change: kind, slot: slot)
  }

  private func changed(
    _ name: String,
    _ table: Int,
    _ permission: TableWrites.Update,
    _ place: JSONPath
  ) throws(HasuraError) -> Int {
    let column = columnIndex(name, table)
    if let column, permission.presets.contains(where: { $0.column == column }) {
      throw HasuraError(
        .notSupported,
        "column \"\(name)\" is not updatable for role \"\(roleSchema.role)\"; its value is "
          + "predefined in permission",
        path: place.text
      )
    }
    // To an administrator PostgreSQL itself says why a column is not to be written.
    if let column, permission.columns.contains(column) || isAdmin { return column }
    throw denied("update", name, place)
  }

  // MARK: - Shared with inserts

  var isAdmin: Bool { roleSchema.role == Session.adminRole }

  func index(of name: TableName, at place: JSONPath) throws(HasuraError) -> Int {
    guard let index = roleSchema.table(name, in: source) else {
      throw HasuraError(.notExists, "table \(name.quoted) does not exist", path: place.text)
    }
    return index
  }

  func columnIndex(_ name: String, _ table: Int) -> Int? {
    roleSchema.tables[table].columns.firstIndex { $0.name.hasSameBytes(as: name) }
  }

  /// Nothing lets the role write into a table; to an administrator only the database can be why.
  func refused(
    _ command: String,
    _ property: String,
    _ table: Int,
    at place: JSONPath
  ) -> HasuraError {
    let name = roleSchema.tables[table].name.quoted
    guard !isAdmin else {
      return HasuraError(.notSupported, "view \(name) is not \(property)", path: place.text)
    }
    return HasuraError(
      .permissionDenied,
      "\(command) on \(name) for role \"\(roleSchema.role)\" is not allowed. ",
      path: place.text
    )
  }

  /// A column that the role has no permission for, or that is not there.
  func denied(_ command: String, _ column: String, _ place: JSONPath) -> HasuraError {
    HasuraError(
      .permissionDenied,
      isAdmin
        ? "no such column exists: \"\(column)\""
        : "role \"\(roleSchema.role)\" does not have permission to \(command) column "
          + "\"\(column)\"",
      path: place.text
    )
  }

  /// `where` looks at rows, and so takes the permission to read them.
  private func demandReading(
    _ command: String,
    _ table: Int,
    _ place: JSONPath
  ) throws(HasuraError) {
    guard roleSchema.tables[table].isVisible else {
      throw unreadable(
        table,
        "\"\(command)\" is only allowed if the role has \"select\" permission as \"where\" can't "
          + "be used without \"select\" permission on the table",
        place
      )
    }
  }

  private func unreadable(_ table: Int, _ reason: String, _ place: JSONPath) -> HasuraError {
    HasuraError(
      .permissionDenied,
      "select on \(roleSchema.tables[table].name.quoted) for role \"\(roleSchema.role)\" is not "
        + "allowed. ; " + reason,
      path: place.text
    )
  }

  func returning(
    _ call: WriteCall,
    _ table: Int,
    _ place: JSONPath
  ) throws(HasuraError) -> [FieldRequest]? {
    guard let names = call.returning else { return nil }
    guard roleSchema.tables[table].isVisible else {
      throw unreadable(
        table,
        "\"returning\" can only be used if the role has \"select\" permission on the table",
        place
      )
    }
    var fields: [FieldRequest] = []
    let columns = roleSchema.tables[table].columns
    if names == ["*"] {
      return columns.enumerated().filter { $0.element.graphQLName != nil }
        .map { .column(key: $0.element.name, column: $0.offset, path: nil) }
    }
    for name in names {
      guard let column = columnIndex(name, table),
        columns[column].graphQLName != nil
      else { throw denied("select", name, place.key("returning")) }
      fields.append(.column(key: name, column: column, path: nil))
    }
    return fields
  }

  /// The slot of a value that is written; null is SQL's.
  mutating func slot(
    _ value: JSONValue,
    _ form: ParameterRecipe.Form,
    at place: JSONPath
  ) -> ParameterSlot {
    slot(value.isNull ? .null : .scalar(value), form, place)
  }
}
