/// No two types have the same name (§3.3).
enum UniqueTypeNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var known: [NameID: NodeID] = [:]
    for node in document.definitions
    where document.kind(node).definesType && !document.isExtension(node) {
      let name = document.nameID(node)
      if context.existingType(name) != nil {
        let message =
          "Type \"\(document.text(name))\" already exists in the schema. It cannot also be defined"
          + " in this type definition."
        context.report(.typeSystem(message), offsets: [context.nameStart(node)], on: node)
      } else if let first = known[name] {
        context.report(
          .typeSystem("There can be only one type named \"\(document.text(name))\"."),
          offsets: [context.nameStart(first), context.nameStart(node)],
          on: node
        )
      } else {
        known[name] = node
      }
    }
  }
}

extension ValidationContext {
  /// The type of a name in the schema that a document extends.
  func existingType(_ name: NameID) -> TypeID? {
    guard hasSchema, let type = schema.type(named: document.bytes(name)), schema[type].isListed
    else { return nil }
    return type
  }
}
