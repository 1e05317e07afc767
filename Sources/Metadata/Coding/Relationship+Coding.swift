import Catalog
package import JSON

extension Relationship {
  package init(decoding cursor: JSONCursor, kind: Kind) throws(MetadataError) {
    _ = try cursor.object("RelDef")
    self.init(
      name: try cursor.required("name").nonEmptyString(),
      using: try Using(decoding: cursor.required("using"), kind: kind),
      comment: try cursor.optional("comment")?.string()
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("using", using.encoded())
    if let comment { object.append("comment", .string(comment)) }
    return .object(object)
  }
}

extension Relationship.Using {
  package init(
    decoding cursor: JSONCursor,
    kind: Relationship.Kind
  ) throws(MetadataError) {
    guard let members = cursor.value.object else {
      throw cursor.failure("using should be an object")
    }
    let keys = "one of foreign_key_constraint_on/manual_configuration should be present"
    switch (members["foreign_key_constraint_on"], members["manual_configuration"]) {
    case (nil, nil): throw cursor.failure("atleast \(keys)")
    case (_?, _?): throw cursor.failure("only \(keys)")
    case (_?, nil):
      try self.init(foreignKey: cursor.required("foreign_key_constraint_on"), kind: kind)
    case (nil, _?): try self.init(manual: cursor.required("manual_configuration"))
    }
  }

  private init(
    foreignKey cursor: JSONCursor,
    kind: Relationship.Kind
  ) throws(MetadataError) {
    switch (cursor.value, kind) {
    case (.string(let column), .object): self = .foreignKey(columns: [column])
    case (.array, .object): self = .foreignKey(columns: try Self.columns(cursor))
    case (.object, _):
      let table = try TableName(decoding: cursor.required("table"))
      if let column = cursor.optional("column") {
        guard cursor.optional("columns") == nil else {
          throw cursor.failure("Expected either 'column' or 'columns', but both were provided.")
        }
        self = .foreignKeyOn(table: table, columns: [try column.string()])
      } else {
        self = .foreignKeyOn(table: table, columns: try Self.columns(cursor.required("columns")))
      }
    case (_, .object):
      throw cursor.failure("Expecting object { table, columns } or list of columns")
    case (_, .array): throw cursor.failure("Expecting object { table, columns }.")
    }
  }

  /// A list of columns, or the name of one.
  private static func columns(_ cursor: JSONCursor) throws(MetadataError) -> [String] {
    if let column = cursor.value.string { return [column] }
    let columns = try cursor.map { column throws(MetadataError) in try column.string() }
    guard !columns.isEmpty else {
      throw cursor.failure("parsing NonEmpty failed, unexpected empty list")
    }
    return columns
  }

  /// A mapping of columns to those of a table or of a native query.
  init(manual cursor: JSONCursor) throws(MetadataError) {
    guard cursor.value.object != nil else {
      throw cursor.failure("manual_configuration should be an object")
    }
    let mapping = try cursor.required("column_mapping")
    var pairs: [Relationship.ColumnPair] = []
    for member in try mapping.object("HashMap").members {
      let remote = try mapping.required(member.key).string()
      pairs.append(Relationship.ColumnPair(local: member.key, remote: remote))
    }
    var order: Relationship.InsertionOrder?
    if let cursor = cursor.optional("insertion_order") {
      let name = try cursor.string("InsertOrder")
      guard let known = Relationship.InsertionOrder(rawValue: name) else {
        throw cursor.failure(
          "unrecognised insertion_order: expected \"before_parent\" or \"after_parent\""
        )
      }
      order = known
    }
    pairs.sort { $0.local.precedes($1.local) }
    if let query = cursor.optional("remote_native_query") {
      self = .nativeQuery(
        try query.graphQLName(),
        columnMapping: pairs,
        insertionOrder: order
      )
      return
    }
    self = .manual(
      remoteTable: try TableName(decoding: cursor.required("remote_table")),
      columnMapping: pairs,
      insertionOrder: order
    )
  }

  package func encoded() -> JSONValue {
    switch self {
    case .foreignKey(let columns):
      let single: JSONValue? = columns.count == 1 ? columns.first.map { .string($0) } : nil
      return [
        "foreign_key_constraint_on": single ?? .array(columns.map { .string($0) })
      ]
    case .foreignKeyOn(let table, let columns):
      var object = JSONObject()
      if columns.count == 1, let column = columns.first {
        object.append("column", .string(column))
      } else {
        object.append("columns", .array(columns.map { .string($0) }))
      }
      object.append("table", table.encoded())
      return ["foreign_key_constraint_on": .object(object)]
    case .manual, .nativeQuery: return ["manual_configuration": encodedMapping ?? .null]
    }
  }

  /// Of a manual relationship: the mapping by itself.
  var encodedMapping: JSONValue? {
    let (pairs, order, target): ([Relationship.ColumnPair], Relationship.InsertionOrder?, JSONValue)
    let key: String
    switch self {
    case .foreignKey, .foreignKeyOn: return nil
    case .manual(let table, let mapping, let insertionOrder):
      (pairs, order, target) = (mapping, insertionOrder, table.encoded())
      key = "remote_table"
    case .nativeQuery(let query, let mapping, let insertionOrder):
      (pairs, order, target) = (mapping, insertionOrder, .string(query))
      key = "remote_native_query"
    }
    var object = JSONObject()
    object.append(
      "column_mapping",
      .object(JSONObject(pairs.map { JSONObject.Member(key: $0.local, value: .string($0.remote)) }))
    )
    object.append("insertion_order", order.map { .string($0.rawValue) } ?? .null)
    object.append(key, target)
    return .object(object)
  }
}
