import JSON

extension MetadataEditor {
  mutating func apply(_ command: QueryCollectionCommand) throws(MetadataError) -> JSONValue {
    switch command {
    case .create(let collection): try create(collection)
    case .rename(let name, let newName): try renameCollection(name, to: newName)
    case .drop(let name, let cascades): try dropCollection(name, cascades: cascades)
    case .addQuery(let query, let collection): try add(query, to: collection)
    case .dropQuery(let query, let collection): try dropQuery(query, from: collection)
    case .allow(let entry): return try allow(entry)
    case .setScope(let entry): try setScope(entry)
    case .disallow(let collection): try disallow(collection)
    case .getAllowlist: return .array(metadata.allowlist.map { $0.encoded() })
    }
    return Self.success
  }

  // MARK: - Collections

  private mutating func create(_ collection: QueryCollection) throws(MetadataError) {
    try checkAbsence(collection.name, at: "name")
    let names = collection.queries.map(\.name)
    let repeated = Set(names.filter { name in names.filter { $0 == name }.count > 1 })
    guard repeated.isEmpty else {
      let list = repeated.sorted { $0.precedes($1) }.map { "\"\($0)\"" }.joined(separator: ", ")
      throw failure(
        .notSupported,
        "found duplicate query names \(list)",
        at: ["definition", "queries"]
      )
    }
    for (index, query) in collection.queries.enumerated() {
      let place = path.key("definition").key("queries").index(index).key("query")
      try checkSyntax(query, at: place)
    }
    var changed = metadata
    changed.queryCollections.append(collection)
    try storeRemoval(changed)
  }

  private mutating func renameCollection(
    _ name: String,
    to newName: String
  ) throws(MetadataError) {
    let index = try collectionIndex(name)
    try checkAbsence(newName, at: "new_name")
    var changed = metadata
    changed.queryCollections[index].name = newName
    try storeRemoval(changed)
  }

  private mutating func dropCollection(
    _ name: String,
    cascades: Bool
  ) throws(MetadataError) {
    let index = try collectionIndex(name, at: ["collection"])
    let isAllowed = metadata.allowlist.contains { $0.collection.hasSameBytes(as: name) }
    guard cascades || !isAllowed else {
      throw failure(
        .dependencyError,
        "query collection with name \"\(name)\" is present in the allowlist; cannot proceed to "
          + "drop. please use cascade to confirm you wish to drop it from the allowlist as well",
        at: ["collection"]
      )
    }
    var changed = metadata
    changed.queryCollections.remove(at: index)
    changed.allowlist.removeAll { $0.collection.hasSameBytes(as: name) }
    try storeRemoval(changed)
  }

  private mutating func add(
    _ query: QueryCollection.Query,
    to collection: String
  ) throws(MetadataError) {
    let index = try collectionIndex(collection)
    guard metadata.queryCollections[index].query(named: query.name) == nil else {
      throw failure(
        .alreadyExists,
        "query with name \"\(query.name)\" already exists in collection \"\(collection)\""
      )
    }
    try checkSyntax(query, at: path.key("query"))
    var changed = metadata
    changed.queryCollections[index].queries.append(query)
    try storeRemoval(changed)
  }

  private mutating func dropQuery(
    _ name: String,
    from collection: String
  ) throws(MetadataError) {
    let index = try collectionIndex(collection)
    guard metadata.queryCollections[index].query(named: name) != nil else {
      throw failure(
        .notFound,
        "query with name \"\(name)\" not found in collection \"\(collection)\""
      )
    }
    var changed = metadata
    changed.queryCollections[index].queries.removeAll { $0.name.hasSameBytes(as: name) }
    try storeRemoval(changed)
  }

  // MARK: - The allow list

  /// A collection that is listed already is not an error: the answer says what was done with it.
  private mutating func allow(_ entry: AllowlistEntry) throws(MetadataError) -> JSONValue {
    _ = try collectionIndex(entry.collection, at: ["collection"])
    guard allowlistIndex(entry.collection) == nil else {
      return [
        "message": .string(
          "collection \"\(entry.collection)\" already exists in the allowlist, scope ignored; "
            + "to change scope, use update_scope_of_collection_in_allowlist"
        )
      ]
    }
    var changed = metadata
    changed.allowlist.append(entry)
    try storeRemoval(changed)
    return Self.success
  }

  private mutating func setScope(_ entry: AllowlistEntry) throws(MetadataError) {
    _ = try collectionIndex(entry.collection, at: ["collection"])
    guard let index = allowlistIndex(entry.collection) else {
      throw notAllowed(entry.collection)
    }
    var changed = metadata
    changed.allowlist[index].scope = entry.scope
    try storeRemoval(changed)
  }

  private mutating func disallow(_ collection: String) throws(MetadataError) {
    _ = try collectionIndex(collection, at: ["collection"])
    guard let index = allowlistIndex(collection) else { throw notAllowed(collection) }
    var changed = metadata
    changed.allowlist.remove(at: index)
    try storeRemoval(changed)
  }

  private func allowlistIndex(_ collection: String) -> Int? {
    metadata.allowlist.firstIndex { $0.collection.hasSameBytes(as: collection) }
  }

  private func notAllowed(_ collection: String) -> MetadataError {
    failure(.notFound, "collection \"\(collection)\" doesn't exist in the allowlist")
  }

  // MARK: - Lookups

  private func collectionIndex(
    _ name: String,
    at keys: [String] = []
  ) throws(MetadataError) -> Int {
    let index = metadata.queryCollections.firstIndex { $0.name.hasSameBytes(as: name) }
    guard let index else {
      throw failure(
        .notExists,
        "query collection with name \"\(name)\" does not exist",
        at: keys
      )
    }
    return index
  }

  private func checkAbsence(_ name: String, at key: String) throws(MetadataError) {
    guard metadata.queryCollection(named: name) == nil else {
      throw failure(
        .alreadyExists,
        "query collection with name \"\(name)\" already exists",
        at: [key]
      )
    }
  }

  private func checkSyntax(
    _ query: QueryCollection.Query,
    at place: JSONPath
  ) throws(MetadataError) {
    guard case .unreadable(let reason)? = context.inspector?.outline(of: query.text) else { return }
    throw MetadataError(
      .parseFailed,
      "parsing the graphql query failed: \(reason)",
      path: place.description
    )
  }
}
