import GraphQLCore
import JSON
import Metadata
import SQLCompiler

extension TableQueryReader {
  /// What `insert` asks for: all rows by one statement, where the defaults of the columns that some of
  /// them leave out are known.
  mutating func insert(_ arguments: JSONCursor) throws(HasuraError) -> TableWrite {
    let call = try WriteCall(inserting: arguments)
    let table = try index(of: call.table, at: arguments.path)
    let writes = roleSchema.writes[table]
    guard let permission = writes.insert else {
      throw refused("insert", "insertable", table, at: arguments.path)
    }
    let returning = try returning(call, table, arguments.path)
    let given = try columns(call.objects, table, permission, arguments.path.key("objects"))
    let conflict = try call.conflict.map { conflict throws(HasuraError) in
      try clause(conflict, given, table, arguments.path.key("on_conflict"))
    }
    let rows = InsertRows(
      table: table,
      content: content(call.objects, given, table, permission, arguments.path),
      conflict: conflict,
      check: permission.check,
      updateCheck: writes.update?.check,
      path: arguments.path.text
    )
    check(call.objects.map { .object($0) }, by: permission.validator)
    let write = Write(table: table, action: .insert(rows), path: arguments.path.text)
    return TableWrite(write: write, returning: returning)
  }

  // MARK: - Rows

  /// A column that rows give values for.
  private struct GivenColumn {
    let index: Int
    let name: String
    var count = 0
  }

  private func columns(
    _ objects: [JSONObject],
    _ table: Int,
    _ permission: TableWrites.Insert,
    _ place: JSONPath
  ) throws(HasuraError) -> [GivenColumn] {
    var columns: [GivenColumn] = []
    var places: [String: Int] = [:]
    for (index, object) in objects.enumerated() {
      for member in object.members {
        if let known = places[member.key] {
          columns[known].count += 1
          continue
        }
        let column = try inserted(member.key, table, permission, place.index(index))
        places[member.key] = columns.count
        columns.append(GivenColumn(index: column, name: member.key, count: 1))
      }
    }
    return columns
  }

  private func inserted(
    _ name: String,
    _ table: Int,
    _ permission: TableWrites.Insert,
    _ place: JSONPath
  ) throws(HasuraError) -> Int {
    let column = try existing(name, table, "relationships can't be inserted", place)
    guard !permission.presets.contains(where: { $0.column == column }) else {
      throw HasuraError(
        .notSupported,
        "column \"\(name)\" is not insertable for role \"\(roleSchema.role)\"",
        path: place.text
      )
    }
    // To an administrator PostgreSQL itself says why a column is not to be written.
    guard permission.columns.contains(column) || isAdmin else {
      throw denied("insert", name, place)
    }
    return column
  }

  private func existing(
    _ name: String,
    _ table: Int,
    _ hint: String,
    _ place: JSONPath
  ) throws(HasuraError) -> Int {
    if let column = columnIndex(name, table) { return column }
    let bound = roleSchema.tables[table]
    let kind: String? =
      if bound.relationships.contains(where: { $0.name.hasSameBytes(as: name) }) {
        "relationship"
      } else if bound.computedFields.contains(where: { $0.name.hasSameBytes(as: name) }) {
        "computed field"
      } else {
        nil
      }
    guard let kind else {
      throw HasuraError(.notExists, "column \"\(name)\" does not exist", path: place.text)
    }
    throw HasuraError(
      .unexpectedPayload,
      "expecting a postgres column; but, \(name) is a \(kind); \(hint)",
      path: place.text
    )
  }

  private mutating func content(
    _ objects: [JSONObject],
    _ columns: [GivenColumn],
    _ table: Int,
    _ permission: TableWrites.Insert,
    _ path: JSONPath
  ) -> InsertRows.Content {
    let place = path.key("objects")
    // What some leave out PostgreSQL fills in, whose defaults may be others by now.
    guard objects.count > 1, !columns.isEmpty, columns.allSatisfy({ $0.count == objects.count })
    else {
      var rows = objects.enumerated()
        .map { row($0.element, columns, table, permission, place.index($0.offset)) }
      // What PostgreSQL refuses of a list is told of all of it.
      if rows.count > 1 { for index in rows.indices { rows[index].path = path.text } }
      return .objects(rows)
    }
    var arrays: [ArrayColumn] = []
    for column in columns {
      let bound = roleSchema.tables[table].columns[column.index]
      let element = ParameterRecipe.Form(valueOf: bound.type).element
      let values = objects.map { InputValue(written: $0[column.name] ?? .null) }
      arrays.append(
        ArrayColumn(
          column: column.index,
          values: slot(.list(values), .values(element), place)
        )
      )
    }
    return .arrays(arrays, common: permission.presets)
  }

  private mutating func row(
    _ object: JSONObject,
    _ columns: [GivenColumn],
    _ table: Int,
    _ permission: TableWrites.Insert,
    _ place: JSONPath
  ) -> InsertObject {
    var row = InsertObject(columns: permission.presets, path: place.text)
    for column in columns {
      guard let value = object[column.name] else { continue }
      let type = roleSchema.tables[table].columns[column.index].type
      let slot = slot(
        value,
        ParameterRecipe.Form(valueOf: type),
        at: place.key(column.name)
      )
      row.columns.append(ColumnValue(column: column.index, slot: slot))
    }
    return row
  }

  // MARK: - Conflicts

  private func clause(
    _ conflict: WriteCall.Conflict,
    _ given: [GivenColumn],
    _ table: Int,
    _ place: JSONPath
  ) throws(HasuraError) -> ConflictClause {
    guard let update = roleSchema.writes[table].update else {
      throw HasuraError(
        .permissionDenied,
        "upsert is not allowed for role \"\(roleSchema.role)\" since update permissions are not "
          + "defined",
        path: place.text
      )
    }
    var clause = ConflictClause(try target(of: conflict, table, place), columns: [])
    guard conflict.updates else { return clause }
    for column in given where !update.columns.contains(column.index) && !isAdmin {
      throw HasuraError(
        .validationFailed,
        "column \"\(column.name)\" is not updatable",
        path: place.text
      )
    }
    clause.columns = given.map(\.index)
    clause.presets = update.presets
    clause.filter = update.filter
    return clause
  }

  private func target(
    of conflict: WriteCall.Conflict,
    _ table: Int,
    _ place: JSONPath
  ) throws(HasuraError) -> ConflictClause.Target {
    switch (conflict.constraint, conflict.columns) {
    case (nil, nil):
      guard conflict.updates else { return .any }
      throw HasuraError(
        .unexpectedPayload,
        "Expecting 'constraint' or 'constraint_on' when the 'action' is 'update'",
        path: place.text
      )
    case (let name?, nil):
      let constraints = roleSchema.writes[table].constraints
      guard constraints.contains(where: { $0.name.hasSameBytes(as: name) }) else {
        throw HasuraError(
          .unexpected,
          "constraint \(name) for table \(roleSchema.tables[table].name.quoted) does not exist",
          path: place.key("constraint").text,
          httpStatus: 400
        )
      }
      return .constraint(name)
    case (nil, let names?):
      var columns: [Int] = []
      for (index, name) in names.enumerated() {
        let place = place.key("constraint_on").index(index)
        columns.append(try existing(name, table, "", place))
      }
      return .columns(columns)
    default:
      throw HasuraError(
        .unexpectedPayload,
        "'constraint' and 'constraint_on' cannot be set at a time",
        path: place.text
      )
    }
  }
}

extension InputValue {
  /// A value for a column of a row; null is SQL's.
  fileprivate init(written value: JSONValue) {
    self = value.isNull ? .null : .scalar(value)
  }
}
