/// No two directives have the same name (§3.13).
enum UniqueDirectiveNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var known: [NameID: NodeID] = [:]
    for node in document.definitions where document.kind(node) == .directiveDefinition {
      let name = document.nameID(node)
      if context.hasSchema, context.schema.directive(named: document.bytes(name)) != nil {
        let message =
          "Directive \"@\(document.text(name))\" already exists in the schema. It cannot be"
          + " redefined."
        context.report(.typeSystem(message), offsets: [context.nameStart(node)], on: node)
      } else if let first = known[name] {
        context.report(
          .typeSystem("There can be only one directive named \"@\(document.text(name))\"."),
          offsets: [context.nameStart(first), context.nameStart(node)],
          on: node
        )
      } else {
        known[name] = node
      }
    }
  }
}
