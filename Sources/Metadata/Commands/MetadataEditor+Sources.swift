import Catalog
import JSON

// Sources as a whole.
extension MetadataEditor {
  mutating func apply(_ command: SourceCommand) throws(MetadataError) -> JSONValue {
    switch command {
    case .add(let source, let replaces): return try add(source, replaces: replaces)
    case .drop(let name, let cascades): return try drop(name, cascades: cascades)
    case .update(let name, let configuration, let customization, let healthCheck):
      guard metadata.source(named: name) != nil else { throw unknown(name) }
      let changed = metadata(changing: name) { source in
        if let configuration { source.configuration = configuration }
        if let customization { source.customization = customization }
        if let healthCheck { source.others["health_check"] = healthCheck }
      }
      try store(changed, for: .source(name))
      return Self.success
    case .rename(let name, let newName): return try rename(name, to: newName)
    case .listKinds:
      return [
        "sources": [
          ["builtin": true, "kind": "pg", "display_name": "pg", "available": true]
        ]
      ]
    case .kindCapabilities(let kind):
      // Only data connectors have them, and there are none.
      let message =
        Self.nativeKinds.contains(kind)
        ? "\(kind) does not support Capabilities" : "Source Kind \(kind) was not found"
      throw failure(.dataConnector, message)
    }
  }

  /// The kinds of databases that Hasura itself speaks to.
  private static let nativeKinds: Set<String> = [
    "pg", "postgres", "citus", "cockroach", "mssql", "bigquery",
  ]

  private func unknown(_ name: String) -> MetadataError {
    failure(.notExists, "source with name \"\(name)\" does not exist")
  }

  private mutating func add(_ source: Source, replaces: Bool) throws(MetadataError) -> JSONValue {
    if metadata.source(named: source.name) != nil {
      guard replaces else {
        throw failure(.alreadyExists, "source with name \"\(source.name)\" already exists")
      }
      let changed = metadata(changing: source.name) { known in
        known.configuration = source.configuration
        known.customization = source.customization
        if let check = source.others["health_check"] { known.others["health_check"] = check }
      }
      try store(changed, for: .source(source.name))
      return Self.success
    }
    var changed = metadata
    changed.sources.append(source)
    try store(changed, for: .source(source.name))
    return Self.success
  }

  /// What is tracked of the source goes with it; only what other sources have to do with it is asked
  /// about.
  private mutating func drop(_ name: String, cascades: Bool) throws(MetadataError) -> JSONValue {
    guard metadata.source(named: name) != nil else { throw unknown(name) }
    let dependents = metadata.remoteDependents(ofSource: name)
    guard dependents.isEmpty || cascades else {
      throw dependencyFailure([], in: name, dependents)
    }
    var changed = metadata
    changed.sources.removeAll { $0.name.hasSameBytes(as: name) }
    changed.purge(dependents)
    try storeRemoval(changed)
    return Self.success
  }

  private mutating func rename(
    _ name: String,
    to newName: String
  ) throws(MetadataError) -> JSONValue {
    guard metadata.source(named: name) != nil else {
      throw failure(.notExists, "Could not find source with name \"\(name)\"")
    }
    guard metadata.source(named: newName) == nil else {
      throw failure(.alreadyExists, "Source with name \"\(newName)\" already exists")
    }
    var changed = metadata(changing: name) { $0.name = newName }
    for source in changed.sources.indices {
      for table in changed.sources[source].tables.indices {
        changed.sources[source].tables[table].updateRemoteRelationships { relationship in
          if relationship.source.hasSameBytes(as: name) { relationship.source = newName }
        }
      }
    }
    changed.renameSourceInCustomTypes(name, to: newName)
    renameContext(name, to: newName)
    store(changed)
    return Self.success
  }
}

extension Metadata {
  fileprivate mutating func renameSourceInCustomTypes(_ name: String, to newName: String) {
    guard var types = others["custom_types"]?.object, let objects = types["objects"]?.array else {
      return
    }
    types["objects"] = .array(
      objects.map { object in
        guard var members = object.object, let list = members["relationships"]?.array else {
          return object
        }
        members["relationships"] = .array(
          list.map { $0.replacing("source", name, newName) }
        )
        return .object(members)
      }
    )
    others["custom_types"] = .object(types)
  }
}

extension JSONValue {
  /// The value with another text under a key, where it has the one that is told.
  fileprivate func replacing(_ key: String, _ text: String, _ other: String) -> JSONValue {
    guard var members = object, members[key]?.string == text else { return self }
    members[key] = .string(other)
    return .object(members)
  }
}
