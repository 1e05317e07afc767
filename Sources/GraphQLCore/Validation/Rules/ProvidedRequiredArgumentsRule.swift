/// Arguments that are required are given (§5.4.3).
enum ProvidedRequiredArgumentsRule {
  static func check(_ context: inout ValidationContext) {
    checkDirectives(&context)
    let document = context.document
    let schema = context.schema
    for field in context.nodes(.field) {
      let definition = context.info(field).definition
      if definition == NodeInfo.typeByName {
        if !hasArgument("name", field, document) {
          report("name", "<meta>", "String!", field, &context)
        }
        continue
      }
      guard definition >= 0, let scope = context.info(field).scopeType else { continue }
      for index in schema.fields[Int(definition)].arguments {
        let argument = schema.inputValues[index]
        guard argument.isRequired, !hasArgument(argument.name, field, document) else { continue }
        let isMeta = schema.fields[Int(definition)].type.type.isIntrospectionType
        report(
          argument.name,
          isMeta ? "<meta>" : schema[scope].name,
          schema.name(of: argument.type),
          field,
          &context
        )
      }
    }
  }

  private static func report(
    _ argument: String,
    _ type: String,
    _ argumentType: String,
    _ field: NodeID,
    _ context: inout ValidationContext
  ) {
    context.report(
      .missingArgument(
        name: argument,
        field: context.document.name(field),
        type: type,
        argumentType: argumentType
      ),
      at: field
    )
  }

  private static func hasArgument(_ name: String, _ node: NodeID, _ document: Document) -> Bool {
    document.children(of: node, .argument)
      .contains { name.hasSameBytes(as: document.bytes(document.nameID($0))) }
  }

  /// The part of the rule that holds for type system documents too.
  static func checkDirectives(_ context: inout ValidationContext) {
    let document = context.document
    let directives = context.nodes(.directive)
    guard !directives.isEmpty else { return }
    let table = DirectiveTable(context)
    for directive in directives {
      guard let arguments = table[document.nameID(directive)]?.arguments else { continue }
      for argument in arguments
      where argument.isRequired && !hasArgument(argument.name, directive, document) {
        context.report(
          .missingDirectiveArgument(
            name: argument.name,
            directive: document.name(directive),
            argumentType: argument.type
          ),
          at: directive
        )
      }
    }
  }
}
