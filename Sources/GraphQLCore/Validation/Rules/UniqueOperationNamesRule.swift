/// No two operations have the same name (§5.2.2.1).
enum UniqueOperationNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var known: [NameID: NodeID] = [:]
    for operation in context.operations where document.hasName(operation.node) {
      let name = document.nameID(operation.node)
      guard let first = known[name] else {
        known[name] = operation.node
        continue
      }
      context.report(
        .duplicateOperation(document.text(name)),
        offsets: [context.nameStart(first), context.nameStart(operation.node)],
        on: operation.node
      )
    }
  }
}
