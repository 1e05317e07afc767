import Catalog
import GraphQLCore
import JSON
import Metadata
import SQLCompiler

// The `insert`, `update` and `delete` of the query API.
extension TableQueryReader {
  /// What is written, and what is answered beside the number of rows; nil where nothing is asked.
  typealias WriteQuery = (table: Int, write: Write?, returning: [FieldRequest]?)

  mutating func insert(_ arguments: JSONCursor) throws(HasuraError) -> WriteQuery {
    let table = try table(arguments, for: "insert") { $0.insert != nil }
    let objects = try Self.required("objects", arguments)
    try Self.checkAction(arguments)
    let returning = try returning(arguments, table)
    let rows: [JSONObject]
    do throws(MetadataError) {
      var all: [JSONObject] = []
      for cursor in try objects.array() {
        let object = try cursor.object("InsObj")
        for member in object.members {
          try check(member.key, table, "insert", roleSchema.writes[table].insert?.columns, cursor)
        }
        all.append(object)
      }
      rows = all
    } catch {
      throw HasuraError(error)
    }
    var names: [String] = []
    for member in rows.flatMap(\.members) where !names.contains(member.key) {
      names.append(member.key)
    }
    let columns = names.compactMap { column(named: $0, table) }
    let permission = roleSchema.writes[table].insert
    var insert = InsertRows(
      table: table,
      content: content(rows, columns, table, presets: permission?.presets ?? []),
      check: permission?.check ?? .never,
      updateCheck: roleSchema.writes[table].update?.check,
      path: arguments.path.text
    )
    insert.conflict = try conflict(arguments, table, columns)
    let write = Write(table: table, action: .insert(insert), path: arguments.path.text)
    return (table, rows.isEmpty ? nil : write, returning)
  }

  mutating func update(_ arguments: JSONCursor) throws(HasuraError) -> WriteQuery {
    let table = try table(arguments, for: "update") { $0.update != nil }
    _ = try Self.required("where", arguments)
    let permission = roleSchema.writes[table].update
    var changes = (permission?.presets ?? [])
      .map { ColumnChange(column: $0.column, change: .set, slot: $0.slot) }
    do throws(MetadataError) {
      for (key, change) in Self.changes {
        guard let cursor = arguments.optional(key) else { continue }
        changes += try self.changes(cursor, change, table)
      }
    } catch {
      throw HasuraError(error)
    }
    guard !changes.isEmpty else {
      throw HasuraError(
        .unexpectedPayload,
        "atleast one of $set, $inc, $mul has to be present",
        path: arguments.path.text
      )
    }
    let update = UpdateRows(
      filter: (permission?.filter ?? .never) && (try condition(arguments, table)),
      changes: changes,
      check: permission?.check ?? .always
    )
    let returning = try returning(arguments, table)
    return (
      table, Write(table: table, action: .update(update), path: arguments.path.text), returning
    )
  }

  mutating func delete(_ arguments: JSONCursor) throws(HasuraError) -> WriteQuery {
    let table = try table(arguments, for: "delete") { $0.delete != nil }
    _ = try Self.required("where", arguments)
    let filter = (roleSchema.writes[table].delete ?? .never) && (try condition(arguments, table))
    let returning = try returning(arguments, table)
    return (
      table, Write(table: table, action: .delete(filter), path: arguments.path.text), returning
    )
  }

  // MARK: - Parts

  /// A member that has to be there; Hasura's path does not name the arguments then.
  private static func required(
    _ key: String,
    _ arguments: JSONCursor
  ) throws(HasuraError) -> JSONCursor {
    guard let cursor = arguments.optional(key) else {
      throw HasuraError(.parseFailed, "key \"\(key)\" not found")
    }
    return cursor
  }

  private func table(
    _ arguments: JSONCursor,
    for kind: String,
    _ isAllowed: (TableWrites) -> Bool
  ) throws(HasuraError) -> Int {
    let (index, place) = try knownTable(arguments)
    guard isAllowed(roleSchema.writes[index]) else {
      throw HasuraError(
        .permissionDenied,
        "\(kind) on \(roleSchema.tables[index].name.quoted) for role \"\(roleSchema.role)\" "
          + "is not allowed. ",
        path: place.text
      )
    }
    return index
  }

  private func returning(
    _ arguments: JSONCursor,
    _ table: Int
  ) throws(HasuraError) -> [FieldRequest]? {
    guard let cursor = arguments.optional("returning") else { return nil }
    do throws(MetadataError) {
      if cursor.value == "*" {
        return roleSchema.tables[table].columns.enumerated()
          .filter { $0.element.graphQLName != nil }
          .map { .column(key: $0.element.name, column: $0.offset, path: nil) }
      }
      var fields: [FieldRequest] = []
      for element in try cursor.array() {
        let column = try column(JSONCursor(element.value, at: cursor.path), table)
        fields.append(.column(key: try element.string(), column: column, path: nil))
      }
      return fields
    } catch {
      throw HasuraError(error)
    }
  }

  private func column(named name: String, _ table: Int) -> Int? {
    roleSchema.tables[table].columns.firstIndex { $0.name.hasSameBytes(as: name) }
  }

  /// Refuses a column that the role may not write, in Hasura's words.
  private func check(
    _ name: String,
    _ table: Int,
    _ kind: String,
    _ columns: [Int]?,
    _ cursor: JSONCursor
  ) throws(MetadataError) {
    guard let column = column(named: name, table) else {
      throw MetadataError(
        .notExists,
        "column \"\(name)\" does not exist",
        path: cursor.path.text
      )
    }
    guard columns?.contains(column) != true else { return }
    let writes = roleSchema.writes[table]
    let presets = (kind == "insert" ? writes.insert?.presets : writes.update?.presets) ?? []
    if presets.contains(where: { $0.column == column }) {
      throw MetadataError(
        .notSupported,
        "column \"\(name)\" is not \(kind == "insert" ? "insertable" : "updatable") for role "
          + "\"\(roleSchema.role)\"; its value is predefined in permission",
        path: cursor.path.text
      )
    }
    throw MetadataError(
      .permissionDenied,
      "role \"\(roleSchema.role)\" does not have permission to \(kind) column \"\(name)\"",
      path: cursor.path.text
    )
  }

  // MARK: - Values

  private static let changes: [(String, ChangeOperator)] = [
    ("$set", .set), ("$inc", .increment), ("$mul", .multiply), ("$default", .useDefault),
  ]

  private mutating func changes(
    _ cursor: JSONCursor,
    _ change: ChangeOperator,
    _ table: Int
  ) throws(MetadataError) -> [ColumnChange] {
    let members: [JSONObject.Member]
    if change == .useDefault {
      members = try cursor.array().map { element throws(MetadataError) in
        JSONObject.Member(key: try element.string("PGCol"), value: .null)
      }
    } else {
      members = try cursor.object("Object").members
    }
    var changes: [ColumnChange] = []
    for member in members {
      try check(member.key, table, "update", roleSchema.writes[table].update?.columns, cursor)
      guard let column = column(named: member.key, table) else { continue }
      let form = ParameterRecipe.Form(written: roleSchema.tables[table].columns[column].type)
      let slot = slot(Self.input(member.value), form)
      changes.append(ColumnChange(column: column, change: change, slot: slot))
    }
    return changes
  }

  /// Rows as an array for each column, or one by one where columns' defaults are not known.
  private mutating func content(
    _ rows: [JSONObject],
    _ columns: [Int],
    _ table: Int,
    presets: [ColumnValue]
  ) -> InsertRows.Content {
    let bound = roleSchema.tables[table]
    guard rows.count > 1, !columns.isEmpty, roleSchema.writes[table].knowsDefaults else {
      return .objects(
        rows.map { row in
          let values = columns.compactMap { column -> ColumnValue? in
            guard let value = row[bound.columns[column].name] else { return nil }
            let form = ParameterRecipe.Form(written: bound.columns[column].type)
            return ColumnValue(column: column, slot: slot(Self.input(value), form))
          }
          return InsertObject(columns: presets + values, path: conditions.path.text)
        }
      )
    }
    let arrays = columns.map { column -> ArrayColumn in
      let name = bound.columns[column].name
      let values = rows.map { $0[name].map(Self.input) ?? .null }
      let form: ParameterRecipe.Form =
        switch ParameterRecipe.Form(written: bound.columns[column].type) {
        case .json: .jsonArray
        case .array, .jsonArray: .arrayOfArrays
        case .geometry: .geometryArray
        default: .array
        }
      let isPartial =
        bound.columns[column].defaultExpression != nil && rows.contains { $0[name] == nil }
      return ArrayColumn(
        column: column,
        values: slot(.list(values), form),
        presence: isPartial
          ? slot(.list(rows.map { .boolean($0[name] != nil) }), .array) : nil
      )
    }
    return .arrays(arrays, common: presets)
  }

  private static func input(_ value: JSONValue) -> InputValue {
    value.isNull ? .null : .scalar(value)
  }

  // MARK: - Conflicts

  /// Hasura reads what is to happen before it looks at anything else.
  private static func checkAction(_ arguments: JSONCursor) throws(HasuraError) {
    guard let cursor = arguments.optional("on_conflict") else { return }
    guard let action = cursor.optional("action")?.value.string else {
      throw HasuraError(
        .parseFailed,
        "the key 'action' was not present",
        path: "$.on_conflict"
      )
    }
    guard action == "update" || action == "ignore" else {
      throw HasuraError(
        .parseFailed,
        "unknown on_conflict action \"\(action)\"; there are: ignore, update",
        path: "$.on_conflict.action"
      )
    }
  }

  private func conflict(
    _ arguments: JSONCursor,
    _ table: Int,
    _ inserted: [Int]
  ) throws(HasuraError) -> ConflictClause? {
    guard let cursor = arguments.optional("on_conflict") else { return nil }
    var target = ConflictClause.Target.any
    if let name = cursor.optional("constraint")?.value.string {
      target = .constraint(name)
    } else if let columns = cursor.optional("constraint_on") {
      target = .columns(try self.columns(columns, table))
    }
    guard cursor.value["action"] == "update" else { return ConflictClause(target, columns: []) }
    guard target != .any else {
      throw HasuraError(
        .unexpectedPayload,
        "Expecting 'constraint' or 'constraint_on' when the 'action' is 'update'",
        path: cursor.path.text
      )
    }
    let permission = roleSchema.writes[table].update
    return ConflictClause(
      target,
      columns: inserted.filter { permission?.columns.contains($0) ?? false },
      presets: permission?.presets ?? [],
      filter: permission?.filter ?? .never
    )
  }

  private func columns(_ cursor: JSONCursor, _ table: Int) throws(HasuraError) -> [Int] {
    do throws(MetadataError) {
      if cursor.value.string != nil { return [try self.conflictColumn(cursor, table)] }
      var columns: [Int] = []
      for element in try cursor.array() { columns.append(try conflictColumn(element, table)) }
      return columns
    } catch {
      throw HasuraError(error)
    }
  }

  private func conflictColumn(_ cursor: JSONCursor, _ table: Int) throws(MetadataError) -> Int {
    let name = try cursor.string("PGCol")
    guard let column = column(named: name, table) else {
      throw MetadataError(.notExists, "column \"\(name)\" does not exist", path: cursor.path.text)
    }
    return column
  }
}
