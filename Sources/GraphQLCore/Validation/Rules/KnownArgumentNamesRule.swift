/// Arguments are those that the field or directive has (§5.4.1).
enum KnownArgumentNamesRule {
  static func check(_ context: inout ValidationContext) {
    checkDirectives(&context)
    let document = context.document
    let schema = context.schema
    for node in context.nodes(.argument) {
      guard let field = context.parent(node), document.kind(field) == .field,
        context.info(node).definition == -1, !context.info(node).hasType,
        let scope = context.info(field).scopeType, context.info(field).definition != -1
      else { continue }
      let definition = context.info(field).definition
      let arguments = definition >= 0 ? schema.fields[Int(definition)].arguments : 0..<0
      var names = arguments.map { schema.inputValues[$0].name }
      if definition == NodeInfo.typeByName { names = ["name"] }
      let name = document.name(node)
      context.report(
        .unknownArgument(
          name: name,
          field: document.name(field),
          type: schema[scope].name,
          suggestions: context.suggests ? Suggestions.near(name, among: names) : []
        ),
        at: node
      )
    }
  }

  /// The part of the rule that holds for type system documents too.
  static func checkDirectives(_ context: inout ValidationContext) {
    let document = context.document
    let directives = context.nodes(.directive)
    guard !directives.isEmpty else { return }
    let table = DirectiveTable(context)
    for directive in directives {
      guard let known = table[document.nameID(directive)]?.arguments else { continue }
      for argument in document.children(of: directive) {
        let name = document.name(argument)
        if known.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) { continue }
        let suggestions =
          context.suggests ? Suggestions.near(name, among: known.map(\.name)) : []
        context.report(
          .unknownDirectiveArgument(
            name: name,
            directive: document.name(directive),
            suggestions: suggestions
          ),
          at: argument
        )
      }
    }
  }
}
