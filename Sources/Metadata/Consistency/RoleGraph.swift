import JSON

/// All roles that the document speaks of, and which are made of which.
package struct RoleGraph {
  /// Sorted.
  package let roles: [String]
  /// By the index of the role: the indices of its parents.
  private let parents: [[Int]]
  /// Of inherited roles: parents that no permission and no inherited role speaks of.
  private let missing: [String: [String]]

  package init(_ metadata: Metadata) {
    var names: Set<String> = []
    for role in metadata.inheritedRoles { names.insert(role.name) }
    for source in metadata.sources {
      for table in source.tables { names.formUnion(table.permittedRoles) }
      for function in source.functions { names.formUnion(function.permittedRoles) }
      let models = source.logicalModels + source.nativeQueries.compactMap(\.inlineModel)
      for model in models { names.formUnion(model.selectPermissions.map(\.role)) }
    }
    names.formUnion(metadata.otherRoles)
    roles = names.sorted { $0.precedes($1) }
    let index = Dictionary(uniqueKeysWithValues: roles.enumerated().map { ($1, $0) })
    var parents = [[Int]](repeating: [], count: roles.count)
    var missing: [String: [String]] = [:]
    for role in metadata.inheritedRoles {
      guard let own = index[role.name] else { continue }
      parents[own] = role.parents.compactMap { index[$0] }
      let unknown = role.parents.filter { index[$0] == nil && $0 != "admin" }
      if !unknown.isEmpty { missing[role.name] = unknown.sorted { $0.precedes($1) } }
    }
    self.parents = parents
    self.missing = missing
  }

  /// The parents of an inherited role that do not exist.
  package func missingParents(of role: String) -> [String] { missing[role] ?? [] }

  /// Roles that are made of each other, each list beginning and ending with the same.
  ///
  /// The components are found by two depth-first walks, the second against the first one's order
  /// (Kosaraju), so that lists begin where Hasura's do.
  package var cycles: [[String]] {
    var children = [[Int]](repeating: [], count: roles.count)
    for (role, list) in parents.enumerated().reversed() {
      for parent in list.reversed() { children[parent].append(role) }
    }
    var seen = [Bool](repeating: false, count: roles.count)
    var order: [Int] = []
    for role in roles.indices {
      Self.walk(role, children, &seen, after: true) { order.append($0) }
    }
    seen = [Bool](repeating: false, count: roles.count)
    var cycles: [[String]] = []
    for role in order.reversed() where !seen[role] {
      var component: [Int] = []
      Self.walk(role, parents, &seen, after: false) { component.append($0) }
      guard component.count > 1 || parents[role].contains(role) else { continue }
      cycles.append((component + [role]).map { roles[$0] })
    }
    return cycles
  }

  /// Visits what can be reached and has not been seen, before or after what lies beyond it.
  ///
  /// Without recursion: a chain of roles may be as long as a request allows.
  private static func walk(
    _ start: Int,
    _ edges: [[Int]],
    _ seen: inout [Bool],
    after: Bool,
    _ visit: (Int) -> Void
  ) {
    guard !seen[start] else { return }
    seen[start] = true
    var stack = [(node: start, next: 0)]
    if !after { visit(start) }
    while let (node, next) = stack.last {
      guard next < edges[node].count else {
        if after { visit(node) }
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].next += 1
      let target = edges[node][next]
      guard !seen[target] else { continue }
      seen[target] = true
      if !after { visit(target) }
      stack.append((target, 0))
    }
  }
}

extension TrackedTable {
  fileprivate var permittedRoles: [String] {
    insertPermissions.map(\.role) + selectPermissions.map(\.role)
      + updatePermissions.map(\.role) + deletePermissions.map(\.role)
  }
}

extension Metadata {
  /// Roles that are permitted something beside tables and functions.
  fileprivate var otherRoles: [String] {
    let owners = ["actions", "remote_schemas"].flatMap { others[$0]?.array ?? [] }
    return owners.flatMap { $0["permissions"]?.array ?? [] }.compactMap { $0["role"]?.string }
  }
}
