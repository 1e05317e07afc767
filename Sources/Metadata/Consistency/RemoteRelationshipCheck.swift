import Catalog
import JSON

/// Checks relationships to tables of any source, once it is known which tables hold.
struct RemoteRelationshipCheck {
  private let context: DatabaseContext
  /// Without what does not hold.
  private(set) var metadata: Metadata
  private(set) var inconsistencies: [InconsistentObject] = []

  /// `metadata` have those tables alone that hold.
  init(_ metadata: Metadata, in context: DatabaseContext) {
    self.metadata = metadata
    self.context = context
    for (index, source) in metadata.sources.enumerated() {
      guard let catalog = context.catalogs[source.name] else { continue }
      for (place, tracked) in source.tables.enumerated() {
        let relationships = tracked.remoteRelationships
        guard !relationships.isEmpty, let table = catalog.table(tracked.table) else { continue }
        var failing: [String] = []
        for relationship in relationships {
          guard let message = failure(of: relationship, tracked, table) else { continue }
          failing.append(relationship.name)
          inconsistencies.append(
            InconsistentObject(relationship.object(of: tracked.table, in: source.name), message)
          )
        }
        guard !failing.isEmpty else { continue }
        self.metadata.sources[index].tables[place].keepRemoteRelationships { name in
          !failing.contains { $0.hasSameBytes(as: name) }
        }
      }
    }
  }

  private func failure(
    of relationship: RemoteRelationship,
    _ tracked: TrackedTable,
    _ table: Table
  ) -> String? {
    let isArray = relationship.kind == .array
    if let conflict = tracked.conflict(relationship.name, isArray: isArray, in: table) {
      return conflict
    }
    guard let message = failure(of: relationship, table) else { return nil }
    return "in table \"\(tracked.table)\": in remote relationship \"\(relationship.name)\": "
      + message
  }

  private func failure(of relationship: RemoteRelationship, _ table: Table) -> String? {
    guard let source = metadata.source(named: relationship.source),
      let catalog = context.catalogs[relationship.source]
    else { return "source not found: \"\(relationship.source)\"" }
    guard source.table(relationship.table) != nil, let target = catalog.table(relationship.table)
    else {
      return "table \"\(relationship.table)\" does not exist in source: \(relationship.source)"
    }
    guard !relationship.columnMapping.isEmpty else {
      return "the field mapping has to name a column"
    }
    for pair in relationship.columnMapping {
      if table.column(named: pair.local) == nil { return "\"\(pair.local)\" does not exist" }
      if target.column(named: pair.remote) == nil { return "\"\(pair.remote)\" does not exist" }
      let isEnum = target.foreignKeys.contains { key in
        key.columns.count == 1 && key.columns[0].hasSameBytes(as: pair.remote)
          && source.table(key.target)?.isEnum == true
      }
      if isEnum { return "relationships to enum fields are not supported yet" }
    }
    return nil
  }
}
