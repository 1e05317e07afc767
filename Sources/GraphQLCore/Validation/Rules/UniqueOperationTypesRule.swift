/// A schema has one root type for a kind of operation (§3.3.1).
enum UniqueOperationTypesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var known: [OperationKind: NodeID] = [:]
    for node in document.definitions where document.kind(node) == .schemaDefinition {
      for operation in document.children(of: node, .operationType) {
        let kind = document.operationKind(operation)
        if context.schema.rootType(for: kind) != nil {
          let message =
            "Type for \(kind.rawValue) already defined in the schema. It cannot be redefined."
          context.report(.typeSystem(message), at: operation)
        } else if let first = known[kind] {
          let message = "There can be only one \(kind.rawValue) type in schema."
          context.report(.typeSystem(message), at: first, operation)
        } else {
          known[kind] = operation
        }
      }
    }
  }
}
