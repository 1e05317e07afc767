/// Every variable that an operation defines is used by it, or by a fragment that it spreads (§5.8.4).
enum NoUnusedVariablesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for operation in context.operations
    where document.hasChild(operation.node, .variableDefinition) {
      var used: Set<NameID> = []
      for definition in context.reachable(from: operation) {
        for use in context.variableUses(in: definition) { used.insert(document.nameID(use)) }
      }
      for definition in document.children(of: operation.node, .variableDefinition) {
        guard let variable = document.firstChild(of: definition, where: { $0 == .variable }),
          !used.contains(document.nameID(variable))
        else { continue }
        let name = context.name(ofOperation: operation.node)
        context.report(.unusedVariable(document.name(variable), operation: name), at: definition)
      }
    }
  }
}
