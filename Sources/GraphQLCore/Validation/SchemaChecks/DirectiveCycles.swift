/// Directive definitions that refer to themselves (§3.13): by directives on their arguments, or by
/// directives on the types of these and on what the types consist of.
enum DirectiveCycles {
  /// The definitions of the directives that do.
  static func find(in document: Document) -> [NodeID] {
    var directives: [NameID: NodeID] = [:]
    var types: [NameID: [NodeID]] = [:]
    for node in document.definitions {
      if document.kind(node) == .directiveDefinition {
        directives[document.nameID(node)] = node
      } else if document.kind(node).definesType {
        types[document.nameID(node), default: []].append(node)
      }
    }
    return document.definitions.filter { node in
      document.kind(node) == .directiveDefinition
        && reachesItself(node, directives, types, document)
    }
  }

  private static func reachesItself(
    _ start: NodeID,
    _ directives: [NameID: NodeID],
    _ types: [NameID: [NodeID]],
    _ document: Document
  ) -> Bool {
    var pending = Array(document.children(of: start))
    var visited: Set<NodeID> = []
    while let node = pending.popLast() {
      switch document.kind(node) {
      case .directive:
        guard let definition = directives[document.nameID(node)] else { continue }
        if definition == start { return true }
        if visited.insert(definition).inserted { pending += document.children(of: definition) }
      case .namedType:
        for definition in types[document.nameID(node)] ?? []
        where visited.insert(definition).inserted {
          pending += document.children(of: definition)
        }
      default: pending += document.children(of: node)
      }
    }
    return false
  }
}
