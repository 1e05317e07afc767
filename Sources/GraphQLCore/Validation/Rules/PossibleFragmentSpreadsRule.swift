/// A fragment is spread only where an object can be of both types (§5.5.2.3).
enum PossibleFragmentSpreadsRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    let schema = context.schema
    for kind in [Node.Kind.inlineFragment, .fragmentSpread] {
      for node in context.nodes(kind) {
        let isSpread = kind == .fragmentSpread
        let fragment = isSpread ? context.fragments[document.nameID(node)] : node
        guard let type = fragment.flatMap({ context.info($0).scopeType }),
          let parent = context.parent(node).flatMap({ context.info($0).scopeType }),
          !schema.overlap(type, parent)
        else { continue }
        context.report(
          .impossibleSpread(
            fragment: isSpread ? document.name(node) : nil,
            parent: schema[parent].name,
            type: schema[type].name
          ),
          at: node
        )
      }
    }
  }
}
