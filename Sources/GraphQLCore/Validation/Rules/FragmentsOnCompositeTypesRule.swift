/// Fragments are on types that have fields or members (§5.5.1.3).
enum FragmentsOnCompositeTypesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for kind in [Node.Kind.inlineFragment, .fragmentDefinition] {
      for node in context.nodes(kind) {
        guard let condition = document.type(of: node),
          let type = document.typeReference(condition, in: context.schema)?.type,
          !context.schema[type].kind.isComposite
        else { continue }
        let name = kind == .fragmentDefinition ? document.name(node) : nil
        context.report(
          .fragmentOnNonComposite(fragment: name, type: context.schema[type].name),
          offsets: [context.start(condition)],
          on: node
        )
      }
    }
  }
}
