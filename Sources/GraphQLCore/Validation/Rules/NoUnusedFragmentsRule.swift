/// Every fragment is spread by an operation, or by a fragment that one spreads (§5.5.1.4).
enum NoUnusedFragmentsRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    guard !context.fragments.isEmpty else { return }
    var used: Set<NameID> = []
    for operation in context.operations { context.collectFragments(of: operation, into: &used) }
    for definition in context.definitions
    where document.kind(definition.node) == .fragmentDefinition
      && !used.contains(document.nameID(definition.node))
    {
      context.report(.unusedFragment(document.name(definition.node)), at: definition.node)
    }
  }
}

extension ValidationContext {
  /// Adds the fragments that a definition spreads, directly or through others; in the order of a
  /// search that goes on with what was found last.
  @discardableResult
  func collectFragments(
    of definition: Definition,
    into found: inout Set<NameID>
  ) -> [Definition] {
    var pending = [definition]
    var collected: [Definition] = []
    while let current = pending.popLast() {
      for spread in nodes(.fragmentSpread, in: current.nodes) {
        let name = document.nameID(spread)
        guard found.insert(name).inserted, let fragment = fragments[name],
          let definition = self.definition(of: fragment)
        else { continue }
        collected.append(definition)
        pending.append(definition)
      }
    }
    return collected
  }

  /// An operation together with the fragments that it uses.
  func reachable(from operation: Definition) -> [Definition] {
    guard !fragments.isEmpty else { return [operation] }
    var found: Set<NameID> = []
    return [operation] + collectFragments(of: operation, into: &found)
  }
}
