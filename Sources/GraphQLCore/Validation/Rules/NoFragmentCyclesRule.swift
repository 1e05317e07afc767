/// No fragment leads back to itself (§5.5.2.2).
enum NoFragmentCyclesRule {
  static func check(_ context: inout ValidationContext) {
    guard !context.fragments.isEmpty else { return }
    var search = CycleSearch(context)
    for definition in context.definitions
    where context.document.kind(definition.node) == .fragmentDefinition {
      search.visit(definition)
    }
    for cycle in search.cycles {
      guard let last = cycle.last else { continue }
      let names = cycle.map { context.document.name($0) }
      context.report(
        .fragmentCycle(fragment: names.last ?? "", via: Array(names.dropLast())),
        offsets: cycle.map { context.start($0) },
        on: last
      )
    }
  }
}

/// Goes through the fragments depth first, each once, without recursion.
private struct CycleSearch {
  private struct Step {
    let fragment: NameID
    let spreads: [NodeID]
    var next = 0
  }

  private let context: ValidationContext
  private var visited: Set<NameID> = []
  /// The spreads that lead to a cycle, and close it.
  private(set) var cycles: [[NodeID]] = []

  init(_ context: ValidationContext) {
    self.context = context
  }

  mutating func visit(_ root: ValidationContext.Definition) {
    let document = context.document
    var path: [Step] = []
    /// Where in the path a fragment is entered.
    var positions: [NameID: Int] = [:]
    var spreadPath: [NodeID] = []
    enter(root, &path, &positions)
    while let step = path.last {
      guard step.next < step.spreads.count else {
        positions[step.fragment] = nil
        path.removeLast()
        if !path.isEmpty { spreadPath.removeLast() }
        continue
      }
      path[path.count - 1].next += 1
      let spread = step.spreads[step.next]
      let name = document.nameID(spread)
      if let start = positions[name] {
        if cycles.count < 200 { cycles.append(Array(spreadPath[start...]) + [spread]) }
      } else if let fragment = context.fragments[name].flatMap({ context.definition(of: $0) }) {
        let count = path.count
        enter(fragment, &path, &positions)
        if path.count > count { spreadPath.append(spread) }
      }
    }
  }

  private mutating func enter(
    _ definition: ValidationContext.Definition,
    _ path: inout [Step],
    _ positions: inout [NameID: Int]
  ) {
    let name = context.document.nameID(definition.node)
    guard visited.insert(name).inserted else { return }
    positions[name] = path.count
    path.append(
      Step(fragment: name, spreads: context.nodes(.fragmentSpread, in: definition.nodes))
    )
  }
}
