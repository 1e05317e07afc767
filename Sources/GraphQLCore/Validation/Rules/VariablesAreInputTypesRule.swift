/// Variables are of types that can be given (§5.8.2).
enum VariablesAreInputTypesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for node in context.nodes(.variableDefinition) {
      guard let typeNode = document.type(of: node),
        let type = document.typeReference(typeNode, in: context.schema),
        !context.schema[type.type].kind.isInput,
        let variable = document.firstChild(of: node, where: { $0 == .variable })
      else { continue }
      context.report(
        .nonInputVariable(document.name(variable), type: document.printed(typeNode)),
        at: typeNode
      )
    }
  }
}
