import Catalog
import JSON
import Metadata

/// The arguments of a writing command of the query API, read but not yet looked up.
///
/// What is malformed is told by its place in the arguments alone, as Hasura does.
struct WriteCall {
  /// A column and its value; nil stands for the column's default.
  struct Value {
    var column: String
    var value: JSONValue?
  }

  /// What happens to rows that are there already.
  struct Conflict {
    var updates: Bool
    var constraint: String?
    var columns: [String]?
  }

  let table: TableName
  let returning: [String]?
  private(set) var objects: [JSONObject] = []
  private(set) var conflict: Conflict?
  /// The changes of an update by the name of their operator.
  private(set) var changes: [(operator: String, values: [Value])] = []

  private init(_ cursor: JSONCursor) throws(MetadataError) {
    table = try TableName(decoding: try cursor.required("table"))
    returning = try cursor.optional("returning").map { cursor throws(MetadataError) in
      try cursor.names()
    }
  }

  init(inserting arguments: JSONCursor) throws(HasuraError) {
    do throws(MetadataError) {
      let cursor = JSONCursor(arguments.value)
      try self.init(cursor)
      let objects = try cursor.required("objects")
      conflict = try cursor.optional("on_conflict").map { cursor throws(MetadataError) in
        try Conflict(cursor)
      }
      // Objects are looked at when the rest is known to be well formed, and told of by the whole path.
      self.objects = try JSONCursor(objects.value, at: arguments.path.key("objects"))
        .map { object throws(MetadataError) in try object.object("HashMap") }
    } catch {
      throw HasuraError(error)
    }
    guard !objects.isEmpty else {
      throw HasuraError(
        .unexpectedPayload,
        "objects should not be empty",
        path: arguments.path.key("objects").text
      )
    }
  }

  init(updating arguments: JSONCursor) throws(HasuraError) {
    do throws(MetadataError) {
      let cursor = JSONCursor(arguments.value)
      try self.init(cursor)
      _ = try cursor.required("where").object("HashMap")
      for name in ["$set", "$inc", "$mul"] {
        let given = cursor.optional(name) ?? (name == "$set" ? cursor.optional("values") : nil)
        let members = try given?.object("HashMap").members ?? []
        changes.append((name, members.map { Value(column: $0.key, value: $0.value) }))
      }
      let defaults = try cursor.list("$default") { name throws(MetadataError) in
        try name.string("PGCol")
      }
      changes.append(("$default", defaults.map { Value(column: $0, value: nil) }))
    } catch {
      throw HasuraError(error)
    }
  }

  init(deleting arguments: JSONCursor) throws(HasuraError) {
    do throws(MetadataError) {
      let cursor = JSONCursor(arguments.value)
      try self.init(cursor)
      _ = try cursor.required("where").object("HashMap")
    } catch {
      throw HasuraError(error)
    }
  }
}

extension WriteCall.Conflict {
  fileprivate init(_ cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("OnConflict")
    guard let action = cursor.value["action"] else {
      throw cursor.failure("the key 'action' was not present")
    }
    switch action.string {
    case "update": updates = true
    case "ignore": updates = false
    default:
      throw JSONCursor(action, at: cursor.path.key("action"))
        .failure("Expecting 'ignore' or 'update'")
    }
    constraint = try cursor.optional("constraint")?.string("ConstraintName")
    columns = try cursor.optional("constraint_on").map { cursor throws(MetadataError) in
      try cursor.names()
    }
  }
}

extension JSONCursor {
  /// The names of columns; a single one stands for a list of it, and `"*"` for all.
  fileprivate func names() throws(MetadataError) -> [String] {
    if let name = value.string { return [name] }
    return try map { name throws(MetadataError) in try name.string("PGCol") }
  }
}
