package import JSON

extension QueryCollection {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    var others = try cursor.object("CreateCollection")
    for key in ["name", "definition", "comment"] { others[key] = nil }
    self.init(
      name: try cursor.required("name").nonEmptyString(),
      queries: try Self.queries(decoding: cursor.required("definition")),
      comment: try cursor.optional("comment")?.string(),
      others: others
    )
  }

  static func queries(decoding definition: JSONCursor) throws(MetadataError) -> [Query] {
    _ = try definition.object("CollectionDef")
    return try definition.required("queries").map(Query.init(decoding:))
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("definition", ["queries": .array(queries.map { $0.encoded() })])
    if let comment { object.append("comment", .string(comment)) }
    object.append(others, order: [])
    return .object(object)
  }
}

extension QueryCollection.Query {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    var others = try cursor.object("ListedQuery")
    for key in ["name", "query"] { others[key] = nil }
    self.init(
      name: try cursor.required("name").nonEmptyString(),
      text: try cursor.required("query").string(),
      others: others
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("query", .string(text))
    object.append(others, order: [])
    return .object(object)
  }
}

extension AllowlistEntry {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("AllowlistEntry")
    self.init(
      collection: try cursor.required("collection").nonEmptyString(),
      scope: try cursor.optional("scope").map(Scope.init(decoding:)) ?? .global
    )
  }

  package func encoded() -> JSONValue {
    ["collection": .string(collection), "scope": scope.encoded()]
  }
}

extension AllowlistEntry.Scope {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("AllowlistScope")
    if try cursor.required("global").bool() {
      guard cursor.optional("roles") == nil else {
        throw cursor.failure("roles are not allowed when global is true")
      }
      self = .global
      return
    }
    let list = try cursor.required("roles")
    let roles = try list.map { role throws(MetadataError) in try role.nonEmptyString() }
    guard !roles.isEmpty else {
      throw list.failure("parsing NonEmpty failed, unexpected empty list")
    }
    guard Set(roles.map { Array($0.utf8) }).count == roles.count else {
      throw cursor.failure("duplicate roles are not allowed")
    }
    self = .roles(roles)
  }

  package func encoded() -> JSONValue {
    switch self {
    case .global: ["global": true]
    case .roles(let roles): ["global": false, "roles": .array(roles.map { .string($0) })]
    }
  }
}
