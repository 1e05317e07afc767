/// No two values of an enum have the same name (§3.9).
enum UniqueEnumValueNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var known: [NameID: [NameID: NodeID]] = [:]
    for node in document.definitions where document.kind(node) == .enumDefinition {
      let type = document.nameID(node)
      let existing = context.existingType(type)
      for value in document.children(of: node, .enumValueDefinition) {
        let name = document.nameID(value)
        let title = "Enum value \"\(document.text(type)).\(document.text(name))\""
        let isThere =
          existing.flatMap { context.schema.enumValue(named: document.bytes(name), of: $0) } != nil
        if isThere {
          let message =
            "\(title) already exists in the schema. It cannot also be defined in this type"
            + " extension."
          context.report(.typeSystem(message), offsets: [context.nameStart(value)], on: value)
        } else if let first = known[type]?[name] {
          context.report(
            .typeSystem("\(title) can only be defined once."),
            offsets: [context.nameStart(first), context.nameStart(value)],
            on: value
          )
        } else {
          known[type, default: [:]][name] = value
        }
      }
    }
  }
}
