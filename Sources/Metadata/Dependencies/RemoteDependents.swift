import Catalog
import JSON

/// A remote relationship of one source that depends on something of another.
struct RemoteDependent: Hashable {
  var source: String
  var object: SchemaObject

  var description: String { object.description(in: source) }
}

extension Metadata {
  /// What other sources have that leads to a source.
  func remoteDependents(ofSource source: String) -> [RemoteDependent] {
    remoteDependents(of: source) { _ in true }
  }

  /// What other sources have that depends on tables or columns of a source.
  func remoteDependents(of objects: [SchemaObject], in source: String) -> [RemoteDependent] {
    guard !objects.isEmpty else { return [] }
    return remoteDependents(of: source) { relationship in
      objects.contains { object in
        switch object {
        case .table(let table): table == relationship.table
        case .column(let table, let column):
          table == relationship.table
            && relationship.columnMapping.contains { $0.remote.hasSameBytes(as: column) }
        default: false
        }
      }
    }
  }

  private func remoteDependents(
    of source: String,
    where isMeant: (RemoteRelationship) -> Bool
  ) -> [RemoteDependent] {
    sources.filter { !$0.name.hasSameBytes(as: source) }.flatMap { other in
      other.tables.flatMap { table in
        table.remoteRelationships.filter { $0.source.hasSameBytes(as: source) && isMeant($0) }
          .map {
            RemoteDependent(source: other.name, object: .remoteRelationship(table.table, $0.name))
          }
      }
    }
  }

  mutating func purge(_ dependents: [RemoteDependent]) {
    for dependent in dependents {
      for index in sources.indices where sources[index].name.hasSameBytes(as: dependent.source) {
        sources[index].purge(dependent.object)
      }
    }
  }
}
