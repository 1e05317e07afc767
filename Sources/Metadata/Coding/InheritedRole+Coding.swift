package import JSON

extension InheritedRole {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    var others = try cursor.object("Role")
    for key in ["role_name", "role_set"] { others[key] = nil }
    self.init(
      name: try cursor.required("role_name").nonEmptyString(),
      parents: try cursor.required("role_set").map { role throws(MetadataError) in
        try role.nonEmptyString()
      },
      others: others
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("role_name", .string(name))
    object.append("role_set", .array(parents.map { .string($0) }))
    object.append(others, order: [])
    return .object(object)
  }
}
