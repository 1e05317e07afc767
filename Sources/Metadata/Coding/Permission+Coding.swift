package import JSON

/// What one of the four permissions says, as it is written in the document.
package protocol PermissionDefinition: Hashable, Sendable {
  init(decoding cursor: JSONCursor) throws(MetadataError)
  func encoded() -> JSONValue
}

extension Permission where Definition: PermissionDefinition {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("PermDef")
    self.init(
      role: try cursor.required("role").nonEmptyString(),
      definition: try Definition(decoding: cursor.required("permission")),
      comment: try cursor.optional("comment")?.string()
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("role", .string(role))
    object.append("permission", definition.encoded())
    if let comment { object.append("comment", .string(comment)) }
    return .object(object)
  }
}

extension PermittedColumns {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    if let text = cursor.value.string {
      guard text == "*" else {
        throw cursor.failure("expecting a list of columns or \"*\"")
      }
      self = .all
    } else {
      self = .some(try cursor.map { column throws(MetadataError) in try column.string() })
    }
  }

  package func encoded() -> JSONValue {
    switch self {
    case .all: "*"
    case .some(let columns): .array(columns.map { .string($0) })
    }
  }
}

extension SelectPermission: PermissionDefinition {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("SelPerm")
    self.init(
      columns: try PermittedColumns(decoding: cursor.required("columns")),
      filter: try cursor.booleanExpression("filter"),
      limit: try cursor.optional("limit")?.nonNegativeInt(),
      allowsAggregations: try cursor.optional("allow_aggregations")?.bool() ?? false,
      computedFields: try cursor.list("computed_fields") { name throws(MetadataError) in
        try name.nonEmptyString()
      },
      queryRootFields: try cursor.rootFields("query_root_fields", streaming: false),
      subscriptionRootFields: try cursor.rootFields("subscription_root_fields", streaming: true)
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("columns", columns.encoded())
    if !computedFields.isEmpty {
      object.append("computed_fields", .array(computedFields.map { .string($0) }))
    }
    object.append("filter", filter)
    if let limit { object.append("limit", .number(JSONNumber(limit))) }
    if allowsAggregations { object.append("allow_aggregations", true) }
    if let queryRootFields {
      object.append("query_root_fields", .array(queryRootFields.map { .string($0.rawValue) }))
    }
    if let subscriptionRootFields {
      let names: [JSONValue] = subscriptionRootFields.map { .string($0.rawValue) }
      object.append("subscription_root_fields", .array(names))
    }
    return .object(object)
  }
}

extension InsertPermission: PermissionDefinition {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("InsPerm")
    self.init(
      columns: try cursor.optional("columns").map(PermittedColumns.init(decoding:)),
      check: try cursor.booleanExpression("check"),
      set: try cursor.optional("set")?.object("HashMap") ?? JSONObject(),
      isBackendOnly: try cursor.optional("backend_only")?.bool() ?? false,
      validator: try cursor.optional("validate_input").map(InputValidator.init(decoding:))
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("check", check)
    if !set.isEmpty { object.append("set", .object(set)) }
    if let columns { object.append("columns", columns.encoded()) }
    if isBackendOnly { object.append("backend_only", true) }
    if let validator { object.append("validate_input", validator.encoded()) }
    return .object(object)
  }
}

extension UpdatePermission: PermissionDefinition {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("UpdPerm")
    self.init(
      columns: try PermittedColumns(decoding: cursor.required("columns")),
      filter: try cursor.booleanExpression("filter"),
      check: cursor.optional("check")?.value,
      set: try cursor.optional("set")?.object("HashMap") ?? JSONObject(),
      isBackendOnly: try cursor.optional("backend_only")?.bool() ?? false,
      validator: try cursor.optional("validate_input").map(InputValidator.init(decoding:))
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("columns", columns.encoded())
    object.append("filter", filter)
    object.append("check", check ?? .null)
    if !set.isEmpty { object.append("set", .object(set)) }
    if isBackendOnly { object.append("backend_only", true) }
    if let validator { object.append("validate_input", validator.encoded()) }
    return .object(object)
  }
}

extension DeletePermission: PermissionDefinition {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("DelPerm")
    self.init(
      filter: try cursor.booleanExpression("filter"),
      isBackendOnly: try cursor.optional("backend_only")?.bool() ?? false,
      validator: try cursor.optional("validate_input").map(InputValidator.init(decoding:))
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("filter", filter)
    if isBackendOnly { object.append("backend_only", true) }
    if let validator { object.append("validate_input", validator.encoded()) }
    return .object(object)
  }
}

extension JSONCursor {
  /// An expression over the columns of a table; what it says is read when it is compiled.
  fileprivate func booleanExpression(_ key: String) throws(MetadataError) -> JSONValue {
    let expression = try required(key)
    return .object(try expression.object("BoolExp"))
  }

  func nonNegativeInt() throws(MetadataError) -> Int {
    let int = try int()
    guard int >= 0 else { throw failure("unexpected negative value") }
    return int
  }

  fileprivate func rootFields(
    _ key: String,
    streaming: Bool
  ) throws(MetadataError) -> [CustomRootFields.Key]? {
    let allowed: [CustomRootFields.Key] =
      [.select, .selectByPrimaryKey, .selectAggregate] + (streaming ? [.selectStream] : [])
    return try optional(key)?.map { name throws(MetadataError) in
      let text = try name.string()
      guard let key = allowed.first(where: { $0.rawValue == text }) else {
        let list = allowed.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        throw name.failure("unexpected root field \"\(text)\", expected one of [\(list)]")
      }
      return key
    }
  }
}
