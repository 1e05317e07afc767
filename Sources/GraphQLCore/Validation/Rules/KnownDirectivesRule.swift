/// Directives exist and stand where they may (§5.7.1, §5.7.2).
enum KnownDirectivesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    let nodes = context.nodes(.directive)
    guard !nodes.isEmpty else { return }
    let table = DirectiveTable(context)
    for node in nodes {
      guard let directive = table[document.nameID(node)] else {
        context.report(.unknownDirective(document.name(node)), at: node)
        continue
      }
      guard let parent = context.parent(node), let location = location(parent, context),
        !directive.locations.contains(location)
      else { continue }
      context.report(.misplacedDirective(document.name(node), location), at: node)
    }
  }

  /// Where a directive stands that is on a node.
  private static func location(
    _ node: NodeID,
    _ context: ValidationContext
  ) -> DirectiveLocation? {
    switch context.document.kind(node) {
    case .operation:
      switch context.document.operationKind(node) {
      case .query: .query
      case .mutation: .mutation
      case .subscription: .subscription
      }
    case .field: .field
    case .fragmentSpread: .fragmentSpread
    case .inlineFragment: .inlineFragment
    case .fragmentDefinition: .fragmentDefinition
    case .variableDefinition: .variableDefinition
    case .schemaDefinition: .schema
    case .scalarDefinition: .scalar
    case .objectDefinition: .object
    case .fieldDefinition: .fieldDefinition
    case .interfaceDefinition: .interface
    case .unionDefinition: .union
    case .enumDefinition: .enum
    case .enumValueDefinition: .enumValue
    case .inputObjectDefinition: .inputObject
    case .inputValueDefinition:
      context.parent(node).map { context.document.kind($0) } == .inputObjectDefinition
        ? .inputFieldDefinition : .argumentDefinition
    default: nil
    }
  }
}
