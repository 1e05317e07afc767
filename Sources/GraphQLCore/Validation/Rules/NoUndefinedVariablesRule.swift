/// Every variable that an operation uses, also through fragments, is defined by it (§5.8.3).
enum NoUndefinedVariablesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for operation in context.operations {
      let defined = context.variableNames(of: operation.node)
      for definition in context.reachable(from: operation) {
        for use in context.variableUses(in: definition)
        where !defined.contains(document.nameID(use)) {
          let name = context.name(ofOperation: operation.node)
          context.report(
            .undefinedVariable(document.name(use), operation: name),
            at: use,
            operation.node
          )
          if context.isAborted { return }
        }
      }
    }
  }
}

extension ValidationContext {
  /// The names of the variables that an operation defines.
  func variableNames(of operation: NodeID) -> Set<NameID> {
    var names: Set<NameID> = []
    for definition in document.children(of: operation, .variableDefinition) {
      if let variable = document.firstChild(of: definition, where: { $0 == .variable }) {
        names.insert(document.nameID(variable))
      }
    }
    return names
  }
}
