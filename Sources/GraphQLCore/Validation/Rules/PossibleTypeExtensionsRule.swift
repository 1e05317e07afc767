/// What is extended exists and is of the kind that the extension says (§3.4.3).
enum PossibleTypeExtensionsRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var defined: [NameID: NodeID] = [:]
    for node in document.definitions
    where document.kind(node).definesType && !document.isExtension(node) {
      defined[document.nameID(node)] = node
    }
    for node in document.definitions
    where document.kind(node).definesType && document.isExtension(node) {
      let name = document.nameID(node)
      let definition = defined[name]
      let expected =
        definition.map { document.kind($0) }
        ?? context.existingType(name).map { Node.Kind(context.schema[$0].kind) }
      guard let expected else {
        reportUnknown(node, Array(defined.keys), &context)
        continue
      }
      guard expected != document.kind(node) else { continue }
      let kind = document.kind(node).typeKindText
      context.report(
        .typeSystem("Cannot extend non-\(kind) type \"\(document.text(name))\"."),
        offsets: [definition, node].compactMap { $0.map { context.start($0) } },
        on: node
      )
    }
  }

  private static func reportUnknown(
    _ node: NodeID,
    _ defined: [NameID],
    _ context: inout ValidationContext
  ) {
    let name = context.document.name(node)
    var names = defined.map { context.document.text($0) }
    if context.hasSchema {
      names += context.schema.types.filter(\.isListed).map(\.name)
    }
    let suggestions = context.suggests ? Suggestions.near(name, among: names) : []
    let message =
      "Cannot extend type \"\(name)\" because it is not defined." + Suggestions.text(suggestions)
    context.report(.typeSystem(message), offsets: [context.nameStart(node)], on: node)
  }
}

extension Node.Kind {
  fileprivate var typeKindText: String {
    switch self {
    case .scalarDefinition: "scalar"
    case .objectDefinition: "object"
    case .interfaceDefinition: "interface"
    case .unionDefinition: "union"
    case .enumDefinition: "enum"
    default: "input object"
    }
  }
}
