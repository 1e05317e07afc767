/// No two fragments have the same name (§5.5.1.1).
enum UniqueFragmentNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var known: [NameID: NodeID] = [:]
    for definition in context.definitions
    where document.kind(definition.node) == .fragmentDefinition {
      let name = document.nameID(definition.node)
      guard let first = known[name] else {
        known[name] = definition.node
        continue
      }
      context.report(
        .duplicateFragment(document.text(name)),
        offsets: [context.nameStart(first), context.nameStart(definition.node)],
        on: definition.node
      )
    }
  }
}
