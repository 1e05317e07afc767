/// No two arguments of a field or directive have the same name (§3.6, §3.13).
enum UniqueArgumentDefinitionNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for node in document.definitions {
      switch document.kind(node) {
      case .directiveDefinition: check(node, "@\(document.name(node))", &context)
      case .objectDefinition, .interfaceDefinition:
        for field in document.children(of: node, .fieldDefinition) {
          check(field, "\(document.name(node)).\(document.name(field))", &context)
        }
      default: continue
      }
    }
  }

  private static func check(_ owner: NodeID, _ title: String, _ context: inout ValidationContext) {
    let document = context.document
    var groups: [(name: NameID, nodes: [NodeID])] = []
    for argument in document.children(of: owner, .inputValueDefinition) {
      let name = document.nameID(argument)
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].nodes.append(argument)
      } else {
        groups.append((name, [argument]))
      }
    }
    for group in groups where group.nodes.count > 1 {
      let message = "Argument \"\(title)(\(document.text(group.name)):)\" can only be defined once."
      context.report(
        .typeSystem(message),
        offsets: group.nodes.map { context.nameStart($0) },
        on: group.nodes[1]
      )
    }
  }
}
