/// No two fields of a type have the same name (§3.6, §3.7, §3.10).
enum UniqueFieldDefinitionNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var known: [NameID: [NameID: NodeID]] = [:]
    for node in document.definitions {
      let memberKind: Node.Kind
      switch document.kind(node) {
      case .objectDefinition, .interfaceDefinition: memberKind = .fieldDefinition
      case .inputObjectDefinition: memberKind = .inputValueDefinition
      default: continue
      }
      let type = document.nameID(node)
      let existing = context.existingType(type)
      for field in document.children(of: node, memberKind) {
        let name = document.nameID(field)
        let title = "Field \"\(document.text(type)).\(document.text(name))\""
        if let existing, hasField(name, existing, context) {
          let message =
            "\(title) already exists in the schema. It cannot also be defined in this type"
            + " extension."
          context.report(.typeSystem(message), offsets: [context.nameStart(field)], on: field)
        } else if let first = known[type]?[name] {
          context.report(
            .typeSystem("\(title) can only be defined once."),
            offsets: [context.nameStart(first), context.nameStart(field)],
            on: field
          )
        } else {
          known[type, default: [:]][name] = field
        }
      }
    }
  }

  private static func hasField(
    _ name: NameID,
    _ type: TypeID,
    _ context: ValidationContext
  ) -> Bool {
    let bytes = context.document.bytes(name)
    return context.schema.field(named: bytes, of: type) != nil
      || context.schema.inputField(named: bytes, of: type) != nil
  }
}
