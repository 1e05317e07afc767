/// No two variables of an operation have the same name (§5.8.1).
enum UniqueVariableNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for operation in context.operations {
      var groups: [(name: NameID, nodes: [NodeID])] = []
      var indices: [NameID: Int] = [:]
      for definition in document.children(of: operation.node, .variableDefinition) {
        guard let variable = document.firstChild(of: definition, where: { $0 == .variable })
        else { continue }
        let name = document.nameID(variable)
        if let index = indices[name] {
          groups[index].nodes.append(variable)
        } else {
          indices[name] = groups.count
          groups.append((name, [variable]))
        }
      }
      for group in groups where group.nodes.count > 1 {
        context.report(
          .duplicateVariable(document.text(group.name)),
          offsets: group.nodes.map { context.nameStart($0) },
          on: group.nodes[1]
        )
      }
    }
  }
}
