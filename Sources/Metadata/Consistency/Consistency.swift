import Catalog
package import JSON

/// What of a document holds in its databases, and what does not.
package struct Consistency: Sendable {
  /// In the order of the document: sources, tables, relationships, permissions; then roles,
  /// endpoints and saved queries.
  package fileprivate(set) var inconsistencies: [InconsistentObject]
  /// The document without what does not hold: what a schema is made of.
  package fileprivate(set) var metadata: Metadata

  /// By the name of a source: what it was checked against, and whether all of it held.
  private var checked: [String: CheckedSource] = [:]

  package var isConsistent: Bool { inconsistencies.isEmpty }

  /// Says the same whether something was checked before or not; but then only what may hold otherwise
  /// than before is checked again.
  package init(
    of metadata: Metadata,
    in context: DatabaseContext,
    after previous: Consistency? = nil
  ) {
    self.metadata = metadata
    inconsistencies = []
    for (index, source) in metadata.sources.enumerated() {
      var check = CheckedSource(source, in: context)
      let stale = previous?.checked[source.name].flatMap { check.tablesToCheck(after: $0) }
      var checker = ConsistencyChecker(source, context: context, checking: stale)
      checker.check()
      check.holds = checker.inconsistencies.isEmpty
      checked[source.name] = check
      self.metadata.sources[index] = checker.consistent
      inconsistencies += checker.inconsistencies
    }
    let remotes = RemoteRelationshipCheck(self.metadata, in: context)
    self.metadata = remotes.metadata
    inconsistencies += remotes.inconsistencies
    let actions = ActionCheck(self.metadata, in: context)
    if self.metadata.others["actions"] != nil {
      self.metadata.others["actions"] = .array(actions.actions)
    }
    if self.metadata.others["custom_types"] != nil {
      self.metadata.others["custom_types"] = actions.customTypes.encoded()
    }
    inconsistencies += actions.inconsistencies
    checkRoles()
    checkInheritedPermissions(in: context)
    let endpoints = EndpointCheck(metadata, inspector: context.inspector)
    self.metadata.restEndpoints = endpoints.endpoints
    inconsistencies += endpoints.inconsistencies
    checkQueries(in: context)
  }

  /// An inherited role without one of its parents is none.
  private mutating func checkRoles() {
    // Taking one out may leave others without a parent.
    while true {
      let graph = RoleGraph(metadata)
      let broken = metadata.inheritedRoles.filter { !graph.missingParents(of: $0.name).isEmpty }
      guard !broken.isEmpty else { return }
      for role in broken {
        let parents = graph.missingParents(of: role.name).joined(separator: ", ")
        inconsistencies.append(
          InconsistentObject(
            MetadataObject(id: .inheritedRole(role.name), definition: role.encoded()),
            "the following parent role(s) are not found: \(parents) which are required to "
              + "construct the inherited role: \"\(role.name)\""
          )
        )
      }
      let names = Set(broken.map(\.name))
      metadata.inheritedRoles.removeAll { names.contains($0.name) }
    }
  }

  /// What a role may write is inherited where all parents that may write it may do the same.
  private mutating func checkInheritedPermissions(in context: DatabaseContext) {
    guard !metadata.inheritedRoles.isEmpty else { return }
    let hierarchy = RoleHierarchy(metadata)
    for role in metadata.inheritedRoles.map(\.name).sorted(by: { $0.precedes($1) }) {
      for source in metadata.sources {
        for table in source.tables {
          let known = context.catalogs[source.name]?.table(table.table)
          let inserts = hierarchy.writeDefinition(of: role, in: table.insertPermissions, on: known)
          let updates = hierarchy.writeDefinition(of: role, in: table.updatePermissions, on: known)
          let deletes = hierarchy.writeDefinition(of: role, in: table.deletePermissions, on: known)
          if inserts == .conflict { report(.insert, role, source, table) }
          if updates == .conflict { report(.update, role, source, table) }
          if deletes == .conflict { report(.delete, role, source, table) }
        }
      }
    }
  }

  private mutating func report(
    _ kind: MetadataObject.PermissionKind,
    _ role: String,
    _ source: Source,
    _ table: TrackedTable
  ) {
    inconsistencies.append(
      InconsistentObject(
        notInherited: .permission(source: source.name, table.table, kind, role: role),
        "Could not inherit permission for the role '\(role)' for the entity: "
          + "'\(kind.rawValue) permission, table: \(table.table), source: '\(source.name)''"
      )
    )
  }

  /// Saved queries that ask for what is not there are told, and stay: others may hold.
  private mutating func checkQueries(in context: DatabaseContext) {
    let queries = metadata.queryCollections.flatMap { collection in
      collection.queries.map { (collection: collection.name, query: $0) }
    }
    guard let inspector = context.inspector, !queries.isEmpty else { return }
    let problems = inspector.problems(of: queries.map(\.query.text), in: metadata, context)
    for ((collection, query), problems) in zip(queries, problems) where !problems.isEmpty {
      inconsistencies.append(
        InconsistentObject(
          MetadataObject(
            id: .query(collection: collection, name: query.name),
            definition: query.encoded()
          ),
          message(problems, of: query.name, in: collection)
        )
      )
    }
  }

  private func message(
    _ problems: [String],
    of query: String,
    in collection: String
  ) -> String {
    let list = { (texts: [String]) in texts.map { "\"\($0)\"" }.joined(separator: ", ") }
    var message =
      "In query collection \"\(collection)\" the query \"\(query)\" is invalid with the "
      + "following error(s): \(list(problems))"
    let endpoints = metadata.restEndpoints
      .filter { $0.collection.hasSameBytes(as: collection) && $0.query.hasSameBytes(as: query) }
      .map(\.name)
    if !endpoints.isEmpty {
      message += ". This query is being used in the following REST endpoint(s): \(list(endpoints))"
    }
    if metadata.allowlist.contains(where: { $0.collection.hasSameBytes(as: collection) }) {
      message += ". This query is in allowlist."
    }
    return message
  }

  /// `is_consistent` and `inconsistent_objects`.
  package func encoded() -> JSONValue {
    ["is_consistent": .bool(isConsistent), "inconsistent_objects": encodedObjects]
  }

  package var encodedObjects: JSONValue { .array(inconsistencies.map { $0.encoded() }) }
}
