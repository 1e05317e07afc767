import Catalog
package import JSON

extension TrackedTable {
  private static let typedMembers = [
    "table", "is_enum", "configuration", "object_relationships", "array_relationships",
    "computed_fields", "insert_permissions", "select_permissions", "update_permissions",
    "delete_permissions",
  ]

  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    others = try cursor.object("Object")
    for member in TrackedTable.typedMembers { others[member] = nil }
    table = try TableName(decoding: cursor.required("table"))
    isEnum = try cursor.optional("is_enum")?.bool() ?? false
    configuration =
      try cursor.optional("configuration").map(TableConfiguration.init(decoding:))
      ?? TableConfiguration()
    objectRelationships = try cursor.list("object_relationships") { cursor throws(MetadataError) in
      try Relationship(decoding: cursor, kind: .object)
    }
    arrayRelationships = try cursor.list("array_relationships") { cursor throws(MetadataError) in
      try Relationship(decoding: cursor, kind: .array)
    }
    computedFields = try cursor.list("computed_fields", ComputedField.init(decoding:))
    insertPermissions = try cursor.list("insert_permissions", Permission.init(decoding:))
    selectPermissions = try cursor.list("select_permissions", Permission.init(decoding:))
    updatePermissions = try cursor.list("update_permissions", Permission.init(decoding:))
    deletePermissions = try cursor.list("delete_permissions", Permission.init(decoding:))
    let triggers = try cursor.list("event_triggers") { entry throws(MetadataError) in
      try EventTrigger(decoding: entry).name
    }
    try cursor.checkUnique("event triggers", triggers)
    try Self.checkRemoteRelationships(of: cursor)
    try cursor.checkUnique("object relationships", objectRelationships.map(\.name))
    try cursor.checkUnique("array relationships", arrayRelationships.map(\.name))
    try cursor.checkUnique("computed fields", computedFields.map(\.name))
    try cursor.checkUnique("insert permissions", insertPermissions.map(\.role))
    try cursor.checkUnique("select permissions", selectPermissions.map(\.role))
    try cursor.checkUnique("update permissions", updatePermissions.map(\.role))
    try cursor.checkUnique("delete permissions", deletePermissions.map(\.role))
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("table", table.encoded())
    if isEnum { object.append("is_enum", true) }
    if !configuration.isEmpty { object.append("configuration", configuration.encoded()) }
    appendRelationships(objectRelationships, as: "object_relationships", to: &object)
    appendRelationships(arrayRelationships, as: "array_relationships", to: &object)
    if !computedFields.isEmpty {
      let sorted = computedFields.sorted { $0.name.precedes($1.name) }
      object.append("computed_fields", .array(sorted.map { $0.encoded() }))
    }
    var trailing = others
    if let remote = trailing["remote_relationships"] {
      var leading = JSONObject()
      leading.append("remote_relationships", remote)
      trailing["remote_relationships"] = nil
      object.append(leading, order: [("remote_relationships", "name")])
    }
    appendPermissions(insertPermissions, as: "insert_permissions", to: &object)
    appendPermissions(selectPermissions, as: "select_permissions", to: &object)
    appendPermissions(updatePermissions, as: "update_permissions", to: &object)
    appendPermissions(deletePermissions, as: "delete_permissions", to: &object)
    object.append(
      trailing,
      order: [("event_triggers", "name"), ("apollo_federation_config", ""), ("logical_model", "")]
    )
    return .object(object)
  }

  private func appendRelationships(
    _ relationships: [Relationship],
    as key: String,
    to object: inout JSONObject
  ) {
    guard !relationships.isEmpty else { return }
    let sorted = relationships.sorted { $0.name.precedes($1.name) }
    object.append(key, .array(sorted.map { $0.encoded() }))
  }

  private func appendPermissions<Definition: PermissionDefinition>(
    _ permissions: [Permission<Definition>],
    as key: String,
    to object: inout JSONObject
  ) {
    guard !permissions.isEmpty else { return }
    // By index, for permissions are large and there may be hundreds.
    let order = permissions.indices.sorted { permissions[$0].role.precedes(permissions[$1].role) }
    object.append(key, .array(order.map { permissions[$0].encoded() }))
  }
}
