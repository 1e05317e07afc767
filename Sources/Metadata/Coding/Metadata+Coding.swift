package import JSON

extension Metadata {
  /// The members that follow `sources`, in the order of an export, with the key by which an export
  /// sorts each list.
  private static let order: [(member: String, sortKey: String)] = [
    ("remote_schemas", "name"), ("query_collections", "name"), ("allowlist", "collection"),
    ("actions", "name"), ("custom_types", ""), ("cron_triggers", "name"),
    ("rest_endpoints", "name"), ("api_limits", ""), ("metrics_config", ""),
    ("inherited_roles", "role_name"), ("graphql_schema_introspection", ""), ("network", ""),
    ("backend_configs", ""), ("opentelemetry", ""),
  ]

  package init(decoding value: JSONValue) throws(MetadataError) {
    try self.init(decoding: JSONCursor(value))
  }

  /// Documents of the versions 1 and 2 have tables and functions of one source, `default`.
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    others = try cursor.object("Metadata")
    let version = try cursor.optional("version")?.int() ?? 1
    switch version {
    case 3:
      sources = try cursor.required("sources").map(Source.init(decoding:))
      others["sources"] = nil
    case 1, 2:
      sources = [try Source(decodingUnsourced: cursor)]
      for key in ["tables", "functions"] { others[key] = nil }
    default: throw cursor.failure("unexpected metadata version from storage: \(version)")
    }
    queryCollections = try cursor.list("query_collections", QueryCollection.init(decoding:))
    allowlist = try cursor.list("allowlist", AllowlistEntry.init(decoding:))
    restEndpoints = try cursor.list("rest_endpoints", RESTEndpoint.init(decoding:))
    inheritedRoles = try cursor.list("inherited_roles", InheritedRole.init(decoding:))
    for key in Metadata.typedMembers { others[key] = nil }
    try Metadata.checkMembers(of: cursor)
    try cursor.checkUnique("sources", sources.map(\.name))
    try cursor.checkUnique("query collections", queryCollections.map(\.name))
    try cursor.checkUnique("allow list", allowlist.map(\.collection))
    try cursor.checkUnique("rest endpoints", restEndpoints.map(\.name))
    try cursor.checkUnique("inherited roles", inheritedRoles.map(\.name))
  }

  /// Refuses actions, custom types and triggers that cannot be read.
  private static func checkMembers(of cursor: JSONCursor) throws(MetadataError) {
    let actions = try cursor.list("actions") { entry throws(MetadataError) -> String in
      let name = try entry.required("name").graphQLName()
      // Of those that are built into the server an entry only says whom they are permitted.
      if entry.value["definition"]?["output_type"] != nil { _ = try Action(decoding: entry) }
      return name
    }
    try cursor.checkUnique("actions", actions)
    _ = try cursor.optional("custom_types").map(CustomTypes.init(decoding:))
    let triggers = try cursor.list("cron_triggers") { entry throws(MetadataError) in
      try CronTrigger(decoding: entry).name
    }
    try cursor.checkUnique("cron triggers", triggers)
  }

  private static let typedMembers = [
    "version", "query_collections", "allowlist", "rest_endpoints", "inherited_roles",
  ]

  /// The document as an export has it: sorted, and without what is default.
  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("version", 3)
    let sources = self.sources.sorted { $0.name.precedes($1.name) }
    object.append("sources", .array(sources.map { $0.encoded() }))
    var members = others
    members["query_collections"] = .array(queryCollections.map { $0.encoded() })
    members["allowlist"] = .array(allowlist.map { $0.encoded() })
    members["rest_endpoints"] = .array(restEndpoints.map { $0.encoded() })
    members["inherited_roles"] = .array(inheritedRoles.map { $0.encoded() })
    object.append(members, order: Metadata.order)
    return .object(object)
  }
}

extension JSONObject {
  /// Adds the members that `order` names, in that order, then those that it does not name.
  ///
  /// Lists are sorted by the member that the order gives them; empty lists are left out.
  mutating func append(_ members: JSONObject, order: [(member: String, sortKey: String)]) {
    for (key, sortKey) in order {
      guard let value = members[key], value != .array([]) else { continue }
      append(key, value.sorted(by: sortKey))
    }
    for member in members.members where !order.contains(where: { $0.member == member.key }) {
      append(member.key, member.value)
    }
  }
}

extension JSONValue {
  /// A list ordered by a member of its elements; any other value as it is.
  fileprivate func sorted(by key: String) -> JSONValue {
    guard let array else { return self }
    let keyed = array.map { (key: $0[key]?.string ?? "", value: $0) }
    return .array(keyed.sorted { $0.key.precedes($1.key) }.map(\.value))
  }
}

extension String {
  /// Bytewise order.
  func precedes(_ other: String) -> Bool {
    let (left, right) = (utf8Span.span, other.utf8Span.span)
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return left[index] < right[index]
    }
    return left.count < right.count
  }
}
