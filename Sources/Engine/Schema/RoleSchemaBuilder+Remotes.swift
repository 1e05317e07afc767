import Catalog
import JSON
import Metadata
import SQLCompiler

// Relationships to tables of any source, which can be bound once all sources are.
extension RoleSchemaBuilder {
  /// Gives tables the remote relationships that the role can use.
  ///
  /// It has to see the other table; as with relationships within a source, not the columns that lead
  /// there. All tables are gone through, those too that were bound before: the other table may be
  /// another one than it was.
  func bindRemoteRelationships(_ bound: inout Bound) {
    for index in sources.indices {
      let source = sources[index].source
      for tracked in source.tables {
        let relationships = tracked.remoteRelationships
        guard !relationships.isEmpty,
          let table = bound.table(tracked.table, inSource: index)
        else { continue }
        bound.tables[table].bound.remoteRelationships = relationships.compactMap {
          self.bound($0, from: table, bound)
        }
      }
    }
  }

  /// Nil where the role cannot use it.
  private func bound(
    _ relationship: RemoteRelationship,
    from table: Int,
    _ bound: Bound
  ) -> BoundRelationship? {
    guard relationship.name.isGraphQLName,
      let source = bound.sources.firstIndex(where: { $0.name == relationship.source }),
      let target = bound.table(relationship.table, inSource: source),
      bound.tables[target].isVisible
    else { return nil }
    let remote = bound.tables[target].bound
    guard
      let pairs = relationship.columnMapping.bound(from: bound.tables[table].bound, to: remote)
    else { return nil }
    return BoundRelationship(
      name: relationship.name,
      kind: relationship.kind == .array ? .array : .object,
      target: target,
      columns: pairs,
      isNullable: true,
      targetIsUnique: remote.uniqueKeys.contains { key in
        key.allSatisfy { column in pairs.contains { $0.remote == column } }
      }
    )
  }
}

extension RoleSchemaBuilder.Bound {
  /// A table of a source, by its name.
  fileprivate func table(_ name: TableName, inSource index: Int) -> Int? {
    sources[index].tables.first { tables[$0].bound.name == name }
  }
}
