/// Fields of scalar and enum types have no selection, all others have one (§5.3.3).
enum ScalarLeafsRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for node in context.nodes(.field) {
      guard let type = context.info(node).knownType else { continue }
      let set = document.selectionSet(of: node)
      let isLeaf = context.schema[type.type].kind.isLeaf
      if isLeaf, let set {
        context.report(
          .selectionOfLeaf(field: document.name(node), type: context.schema.name(of: type)),
          at: set
        )
      } else if !isLeaf, set == nil {
        context.report(
          .missingSelection(field: document.name(node), type: context.schema.name(of: type)),
          at: node
        )
      }
    }
  }
}
