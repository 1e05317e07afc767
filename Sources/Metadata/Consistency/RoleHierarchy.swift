import JSON

/// Whose permissions count for a role.
///
/// A permission of the role's own comes before those that it inherits (spec/hasura.md §7).
package struct RoleHierarchy: Sendable {
  private let parents: [String: [String]]

  /// The roles that inherit, each with those that it inherits from.
  package init(_ parents: [String: [String]] = [:]) {
    self.parents = parents
  }

  /// The hierarchy that a document says.
  package init(_ metadata: Metadata) {
    parents = Dictionary(
      metadata.inheritedRoles.map { ($0.name, $0.parents) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  package func inherits(_ role: String) -> Bool { parents[role] != nil }

  /// The roles that a role inherits from, nil for one that does not.
  func parents(of role: String) -> [String]? { parents[role] }

  /// The roles that inherited roles are made of, and those themselves.
  package var roles: Set<String> { Set(parents.keys).union(parents.values.joined()) }

  /// Whether a role, or one that it inherits from, is permitted to call a function.
  package func permits(_ role: String, _ function: TrackedFunction) -> Bool {
    let permissions = function.permittedRoles.map { Permission(role: $0, definition: true) }
    return !definitions(of: role, in: permissions).isEmpty
  }

  /// The permissions that a role has in a list: its own, else all that it inherits.
  package func definitions<Definition>(
    of role: String,
    in permissions: [Permission<Definition>]
  ) -> [Definition] {
    var visited: Set<String> = []
    return definitions(of: role, in: permissions, &visited)
  }

  private func definitions<Definition>(
    of role: String,
    in permissions: [Permission<Definition>],
    _ visited: inout Set<String>
  ) -> [Definition] {
    // Cycles are refused when a role is made; a document may still have one.
    guard visited.insert(role).inserted else { return [] }
    // By index, for a permission that is looked at need not be copied.
    for index in permissions.indices where permissions[index].role.hasSameBytes(as: role) {
      return [permissions[index].definition]
    }
    var found: [Definition] = []
    for parent in parents[role] ?? [] {
      found += definitions(of: parent, in: permissions, &visited)
    }
    return found
  }
}
