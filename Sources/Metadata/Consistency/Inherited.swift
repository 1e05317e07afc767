package import Catalog
import JSON

/// What a role may write by one kind of permission.
package enum Inherited<Definition: Hashable>: Hashable {
  case nothing
  case permission(Definition)
  /// The roles that it inherits from do not agree, so that it has none.
  case conflict

  package var permission: Definition? {
    guard case .permission(let definition) = self else { return nil }
    return definition
  }
}

extension RoleHierarchy {
  /// The permission to write that a role has in a list.
  ///
  /// It is its own, else the one that all parents agree on that have any. A parent that inherits a
  /// conflict has none, and so takes no part. Parents agree on what they let be written, however
  /// they say it.
  package func writeDefinition<Definition: WriteDefinition>(
    of role: String,
    in permissions: [Permission<Definition>],
    on table: Table?
  ) -> Inherited<Definition> {
    var path: [String] = []
    return writeDefinition(of: role, in: permissions, on: table, &path)
  }

  private func writeDefinition<Definition: WriteDefinition>(
    of role: String,
    in permissions: [Permission<Definition>],
    on table: Table?,
    _ path: inout [String]
  ) -> Inherited<Definition> {
    if let own = permissions.first(where: { $0.role.hasSameBytes(as: role) }) {
      return .permission(own.definition)
    }
    // Cycles are refused when a role is made; a document may still have one.
    guard let parents = parents(of: role), !path.contains(role) else { return .nothing }
    path.append(role)
    defer { path.removeLast() }
    var agreed: Definition?
    for parent in parents {
      let inherited = writeDefinition(of: parent, in: permissions, on: table, &path)
      guard let definition = inherited.permission else { continue }
      if let agreed, agreed != definition,
        agreed.normalized(in: table) != definition.normalized(in: table)
      {
        return .conflict
      }
      agreed = definition
    }
    return agreed.map(Inherited.permission) ?? .nothing
  }
}
