/// No field of an input object is given twice (§5.6.3).
enum UniqueInputFieldNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for object in context.nodes(.object) {
      var known: [NameID: NodeID] = [:]
      for field in document.children(of: object) {
        let name = document.nameID(field)
        guard let first = known[name] else {
          known[name] = field
          continue
        }
        context.report(
          .duplicateInputField(document.text(name)),
          offsets: [context.nameStart(first), context.nameStart(field)],
          on: field
        )
      }
    }
  }
}
