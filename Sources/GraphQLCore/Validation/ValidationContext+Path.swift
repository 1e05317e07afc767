extension ValidationContext {
  /// The way from an operation to a node, through the first spread of each fragment on the way.
  ///
  /// A fragment that no operation reaches starts the way itself.
  func path(to node: NodeID, _ firstSpreads: [NameID: NodeID]) -> [PathStep] {
    var steps: [PathStep] = []
    var passed: Set<NameID> = []
    var current: NodeID? = node
    while let node = current {
      switch document.kind(node) {
      case .field: steps.append(.field(document.name(node)))
      case .argument: steps.append(.argument(document.name(node)))
      case .objectField: steps.append(.inputField(document.name(node)))
      case .fragmentDefinition:
        let name = document.nameID(node)
        guard passed.insert(name).inserted, let spread = firstSpreads[name] else {
          current = parent(node)
          continue
        }
        steps.append(.fragment(document.text(name)))
        current = parent(spread)
        continue
      default: break
      }
      let above = parent(node)
      if let above, document.kind(above) == .list {
        let index = document.children(of: above).enumerated().first { $0.element == node }?.offset
        steps.append(.index(index ?? 0))
      } else if let above, document.kind(node).isSingleValue,
        info(above).knownType?.isList == true
      {
        // A single value stands for a list of it.
        steps.append(.index(0))
      }
      current = above
    }
    return steps.reversed()
  }

  /// The spread by which each fragment is first reached from the operations, in the order of the
  /// text, level by level.
  func firstSpreads() -> [NameID: NodeID] {
    guard !fragments.isEmpty else { return [:] }
    var first: [NameID: NodeID] = [:]
    var queue = operations
    var next = 0
    while next < queue.count {
      for spread in nodes(.fragmentSpread, in: queue[next].nodes) {
        let name = document.nameID(spread)
        guard first[name] == nil else { continue }
        first[name] = spread
        if let target = fragments[name].flatMap({ definition(of: $0) }) { queue.append(target) }
      }
      next += 1
    }
    return first
  }
}
