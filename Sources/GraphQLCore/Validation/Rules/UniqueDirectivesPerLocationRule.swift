/// A directive that is not repeatable stands once at a place (§5.7.3).
///
/// A type and its extensions are one place, and so is the schema.
enum UniqueDirectivesPerLocationRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    guard document.nodes.contains(where: { $0.kind == .directive }) else { return }
    let table = DirectiveTable(context)
    var ofSchema: [NameID: NodeID] = [:]
    var ofTypes: [NameID: [NameID: NodeID]] = [:]
    for index in document.nodes.indices {
      let node = NodeID(Int32(truncatingIfNeeded: index))
      guard document.hasChild(node, .directive) else { continue }
      let kind = document.kind(node)
      if kind == .schemaDefinition {
        check(node, &ofSchema, table, &context)
      } else if kind.definesType {
        check(node, &ofTypes[document.nameID(node), default: [:]], table, &context)
      } else {
        var seen: [NameID: NodeID] = [:]
        check(node, &seen, table, &context)
      }
    }
  }

  private static func check(
    _ node: NodeID,
    _ seen: inout [NameID: NodeID],
    _ table: DirectiveTable,
    _ context: inout ValidationContext
  ) {
    let document = context.document
    for directive in document.children(of: node, .directive) {
      let name = document.nameID(directive)
      guard let definition = table[name], !definition.isRepeatable else { continue }
      if let first = seen[name] {
        context.report(
          .duplicateDirective(document.text(name)),
          offsets: [context.start(first), context.start(directive)],
          on: directive
        )
      } else {
        seen[name] = directive
      }
    }
  }
}
