import Catalog
import JSON

extension MetadataEditor {
  mutating func createRelationship(
    _ relationship: Relationship,
    _ kind: Relationship.Kind,
    of reference: MetadataCommand.TableReference
  ) throws(MetadataError) -> JSONValue {
    let (tracked, table, _) = try table(reference)
    guard !tracked.hasField(relationship.name, in: table) else {
      throw failure(
        .alreadyExists,
        "field with name \"\(relationship.name)\" already exists in table \"\(reference.table)\""
      )
    }
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.table) { table in
        switch kind {
        case .object:
          table.objectRelationships.removeAll { $0.name.hasSameBytes(as: relationship.name) }
          table.objectRelationships.append(relationship)
        case .array:
          table.arrayRelationships.removeAll { $0.name.hasSameBytes(as: relationship.name) }
          table.arrayRelationships.append(relationship)
        }
      }
    }
    try store(
      changed,
      for: .relationship(
        source: reference.source,
        reference.table,
        kind,
        name: relationship.name
      )
    )
    return Self.success
  }

  mutating func dropRelationship(
    _ name: String,
    of reference: MetadataCommand.TableReference,
    cascades: Bool
  ) throws(MetadataError) -> JSONValue {
    try checkRelationship(name, of: reference)
    let (source, catalog) = try source(reference.source)
    let dependents = Dependencies(source, catalog: catalog)
      .dependents(of: .relationship(reference.table, name))
    guard dependents.isEmpty || cascades else {
      throw dependencyFailure(dependents, in: reference.source)
    }
    let changed = metadata(changing: reference.source) { source in
      for dependent in dependents { source.purge(dependent) }
      source.purge(.relationship(reference.table, name))
    }
    try storeRemoval(changed)
    return Self.success
  }

  /// Permissions that follow the relationship follow its new name.
  mutating func renameRelationship(
    _ name: String,
    of reference: MetadataCommand.TableReference,
    to newName: String
  ) throws(MetadataError) -> JSONValue {
    try checkRelationship(name, of: reference)
    let (tracked, table, catalog) = try table(reference)
    guard !tracked.hasField(newName, in: table) else {
      throw failure(
        .alreadyExists,
        "cannot rename relationship \"\(name)\" to \"\(newName)\" in table "
          + "\"\(reference.table)\" as a column/relationship with the name already exists."
      )
    }
    let changed = metadata(changing: reference.source) { source in
      Renaming(relationships: [reference.table: [name: newName]])
        .apply(to: &source, catalog: catalog)
    }
    try storeRemoval(changed)
    return Self.success
  }

  mutating func setComment(
    _ comment: String?,
    onRelationship name: String,
    of reference: MetadataCommand.TableReference
  ) throws(MetadataError) -> JSONValue {
    try checkRelationship(name, of: reference)
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.table) { table in
        table.updateRelationship(named: name) { $0.comment = comment }
      }
    }
    store(changed)
    return Self.success
  }

  private func checkRelationship(
    _ name: String,
    of reference: MetadataCommand.TableReference
  ) throws(MetadataError) {
    let (tracked, table, _) = try table(reference)
    guard tracked.relationship(named: name) == nil else { return }
    guard table.column(named: name) == nil else {
      throw failure(
        .unexpectedPayload,
        "expecting a relationship; but, \"\(name)\" is a postgres column; "
      )
    }
    throw failure(.notExists, "relationship \"\(name)\" does not exist")
  }
}

extension TrackedTable {
  /// Whether a column, relationship or computed field has the name.
  func hasField(_ name: String, in table: Table) -> Bool {
    table.column(named: name) != nil || relationship(named: name) != nil
      || computedField(named: name) != nil
      || remoteRelationshipNames.contains { $0.hasSameBytes(as: name) }
  }

  mutating func updateRelationship(named name: String, _ change: (inout Relationship) -> Void) {
    for index in objectRelationships.indices
    where objectRelationships[index].name.hasSameBytes(as: name) {
      change(&objectRelationships[index])
    }
    for index in arrayRelationships.indices
    where arrayRelationships[index].name.hasSameBytes(as: name) {
      change(&arrayRelationships[index])
    }
  }
}
