/// A document defines the schema once, and not where there is one already (§3.3).
enum LoneSchemaDefinitionRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    let schema = context.schema
    let isDefined =
      schema.queryType != nil || schema.mutationType != nil || schema.subscriptionType != nil
    var count = 0
    for node in document.definitions
    where document.kind(node) == .schemaDefinition && !document.isExtension(node) {
      if isDefined {
        let message = "Cannot define a new schema within a schema extension."
        context.report(.typeSystem(message), at: node)
        continue
      }
      if count > 0 {
        context.report(.typeSystem("Must provide only one schema definition."), at: node)
      }
      count += 1
    }
  }
}
