/// A request's document has only operations and fragments (§5.1.1).
enum ExecutableDefinitionsRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for node in document.definitions where !document.kind(node).isExecutable {
      let name = document.kind(node) == .schemaDefinition ? nil : document.name(node)
      context.report(.notExecutable(definition: name), at: node)
    }
  }
}
