/// The schema has a root type for each kind of operation that is used (§5.2.1.1).
enum KnownOperationTypesRule {
  static func check(_ context: inout ValidationContext) {
    for operation in context.operations {
      let kind = context.document.operationKind(operation.node)
      if context.schema.rootType(for: kind) == nil {
        context.report(.unsupportedOperation(kind), at: operation.node)
      }
    }
  }
}
