import Catalog
import JSON

extension MetadataEditor {
  func export(version: Int) -> JSONValue {
    guard version >= 2 else { return metadata.encoded() }
    return [
      "resource_version": .number(JSONNumber(resourceVersion)), "metadata": metadata.encoded(),
    ]
  }

  mutating func replace(
    _ arguments: MetadataCommand.ReplaceMetadata
  ) throws(MetadataError) -> JSONValue {
    let replacement = try replacement(arguments)
    try checkCycles(replacement)
    store(replacement)
    if !arguments.allowsInconsistencies,
      consistency.inconsistencies.contains(where: \.isRefused)
    {
      throw failure(
        .unexpected,
        "cannot continue due to inconsistent metadata",
        internal: consistency.encodedObjects,
        status: 400
      )
    }
    return arguments.isDetailed ? consistency.encoded() : Self.success
  }

  /// Documents without sources replace the tables and functions of the default source.
  private func replacement(
    _ arguments: MetadataCommand.ReplaceMetadata
  ) throws(MetadataError) -> Metadata {
    guard arguments.isUnsourced, let unsourced = arguments.metadata.sources.first else {
      return arguments.metadata
    }
    guard metadata.source(named: "default") != nil else {
      throw failure(
        .notSupported,
        "cannot import metadata without sources since no default source is defined"
      )
    }
    let replaced = metadata(changing: "default") { source in
      source.tables = unsourced.tables
      source.functions = unsourced.functions
    }
    var others = arguments.metadata
    others.sources = replaced.sources
    return others
  }

  mutating func reload(
    _ sources: MetadataCommand.ReloadScope
  ) throws(MetadataError) -> JSONValue {
    if case .some(let names) = sources {
      for name in names where metadata.source(named: name) == nil {
        throw failure(.notExists, "Source with name \(name) not found in metadata")
      }
    }
    touch()
    var answer = JSONObject()
    answer.append("message", "success")
    answer.append("is_consistent", .bool(consistency.isConsistent))
    if !consistency.isConsistent {
      answer.append("inconsistent_objects", consistency.encodedObjects)
    }
    return .object(answer)
  }

  /// The default source stays, with nothing tracked: the server was started with it.
  mutating func clear() -> JSONValue {
    var cleared = Metadata()
    if var source = metadata.source(named: "default") {
      source.tables = []
      source.functions = []
      let kept = ["health_check", "query_tags"]
      source.others = JSONObject(source.others.members.filter { kept.contains($0.key) })
      cleared.sources = [source]
    }
    store(cleared)
    return Self.success
  }

  /// All that the state of a server comes to, for whoever looks for an error in it.
  var internalState: JSONValue {
    [
      "resource_version": .number(JSONNumber(resourceVersion)),
      "is_consistent": .bool(consistency.isConsistent),
      "inconsistent_objects": consistency.encodedObjects,
      "metadata": metadata.encoded(),
      "roles": .array(RoleGraph(metadata).roles.map { .string($0) }),
    ]
  }

  /// Drops what does not hold; what depended on it is wrong with it and goes as well.
  mutating func dropInconsistencies() -> JSONValue {
    var cleaned = metadata
    for object in consistency.inconsistencies.flatMap(\.objects) { cleaned.drop(object.id) }
    store(cleaned)
    return Self.success
  }
}

extension Metadata {
  /// Takes an object out; a source loses all that is tracked of it, and stays.
  fileprivate mutating func drop(_ id: MetadataObject.ID) {
    switch id {
    case .source(let name):
      update(name) { source in
        source.tables = []
        source.functions = []
      }
    case .table(let source, let table): update(source) { $0.purge(.table(table)) }
    case .relationship(let source, let table, _, let name):
      update(source) { $0.purge(.relationship(table, name)) }
    case .remoteRelationship(let source, let table, let name):
      update(source) { $0.purge(.remoteRelationship(table, name)) }
    case .permission(let source, let table, let kind, let role):
      update(source) { $0.purge(.permission(table, kind, role: role)) }
    case .computedField(let source, let table, let name):
      update(source) { $0.purge(.computedField(table, name)) }
    case .function(let source, let name): update(source) { $0.purge(.function(name)) }
    case .eventTrigger(let source, let table, let name):
      update(source) { $0.purge(.eventTrigger(table, name)) }
    case .action(let name):
      let rest = (others["actions"]?.array ?? []).filter { $0["name"]?.string != name }
      others["actions"] = .list(orNil: rest)
    case .customTypes: others["custom_types"] = nil
    case .nativeQuery(let source, let name): update(source) { $0.purge(.nativeQuery(name)) }
    case .logicalModel(let source, let name):
      update(source) { source in
        let list = source.others["logical_models"]?.array ?? []
        source.others["logical_models"] = .list(orNil: list.filter { $0["name"]?.string != name })
      }
    case .inheritedRole(let name):
      inheritedRoles.removeAll { $0.name.hasSameBytes(as: name) }
    case .restEndpoint(let name): restEndpoints.removeAll { $0.name.hasSameBytes(as: name) }
    case .query(let collection, let name):
      for index in queryCollections.indices
      where queryCollections[index].name.hasSameBytes(as: collection) {
        queryCollections[index].queries.removeAll { $0.name.hasSameBytes(as: name) }
      }
    }
  }

  private mutating func update(_ name: String, _ change: (inout Source) -> Void) {
    for index in sources.indices where sources[index].name.hasSameBytes(as: name) {
      change(&sources[index])
    }
  }
}
