/// No argument is given twice (§5.4.2).
enum UniqueArgumentNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for index in document.nodes.indices {
      let node = NodeID(Int32(truncatingIfNeeded: index))
      let kind = document.kind(node)
      guard kind == .field || kind == .directive else { continue }
      var groups: [(name: NameID, nodes: [NodeID])] = []
      var indices: [NameID: Int] = [:]
      for argument in document.children(of: node, .argument) {
        let name = document.nameID(argument)
        if let index = indices[name] {
          groups[index].nodes.append(argument)
        } else {
          indices[name] = groups.count
          groups.append((name, [argument]))
        }
      }
      for group in groups where group.nodes.count > 1 {
        context.report(
          .duplicateArgument(document.text(group.name)),
          offsets: group.nodes.map { context.nameStart($0) },
          on: group.nodes[1]
        )
      }
    }
  }
}
