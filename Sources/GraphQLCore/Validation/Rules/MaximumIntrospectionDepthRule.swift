/// Introspection does not go round through lists of fields and types again and again.
///
/// Not a rule of the specification: each such round multiplies the answer by the size of the schema.
enum MaximumIntrospectionDepthRule {
  private static var maximumLists: Int { 3 }

  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for field in context.nodes(.field) {
      let name = document.bytes(document.nameID(field))
      guard name.isSame(as: "__schema") || name.isSame(as: "__type") else { continue }
      if isTooDeep(field, context) { context.report(.introspectionTooDeep, at: field) }
    }
  }

  /// Goes through what is selected below; a fragment again only where it is deeper than before.
  private static func isTooDeep(_ root: NodeID, _ context: ValidationContext) -> Bool {
    let document = context.document
    var pending = [(node: root, lists: 0)]
    var visited: [NameID: Int] = [:]
    while let (node, lists) = pending.popLast() {
      var lists = lists
      var content: NodeID? = node
      switch document.kind(node) {
      case .field:
        if isList(document.bytes(document.nameID(node))) { lists += 1 }
        if lists >= maximumLists { return true }
      case .fragmentSpread:
        let name = document.nameID(node)
        if let before = visited[name], before >= lists { continue }
        visited[name] = lists
        content = context.fragments[name]
      default: break
      }
      guard let set = content.flatMap({ document.selectionSet(of: $0) }) else { continue }
      for selection in document.children(of: set) { pending.append((selection, lists)) }
    }
    return false
  }

  private static func isList(_ name: Span<UInt8>) -> Bool {
    name.isSame(as: "fields") || name.isSame(as: "interfaces") || name.isSame(as: "possibleTypes")
      || name.isSame(as: "inputFields")
  }
}
