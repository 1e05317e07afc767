/// A type that is named exists (§5.5.1.2, §3.3).
enum KnownTypeNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var defined: Set<NameID> = []
    for node in document.definitions
    where document.kind(node).definesType && !document.isExtension(node) {
      defined.insert(document.nameID(node))
    }
    var isTypeSystem = false
    for index in document.nodes.indices {
      let node = NodeID(Int32(truncatingIfNeeded: index))
      if context.parent(node) == .document { isTypeSystem = !document.kind(node).isExecutable }
      guard document.kind(node) == .namedType else { continue }
      let name = document.nameID(node)
      if defined.contains(name) { continue }
      if let type = context.schema.type(named: document.bytes(name)) {
        if context.hasSchema, context.schema[type].isListed { continue }
        if isTypeSystem, type.index < TypeID.builtInCount { continue }
      }
      let suggestions = suggestions(document.text(name), isTypeSystem, defined, context)
      context.report(
        .unknownType(document.text(name), suggestions: suggestions),
        at: node
      )
    }
  }

  private static func suggestions(
    _ name: String,
    _ isTypeSystem: Bool,
    _ defined: Set<NameID>,
    _ context: ValidationContext
  ) -> [String] {
    guard context.suggests else { return [] }
    var names: Set<String> = Set(defined.map { context.document.text($0) })
    for (index, type) in context.schema.types.enumerated() {
      let isBuiltIn = index < TypeID.builtInCount
      if isTypeSystem && isBuiltIn || context.hasSchema && type.isListed { names.insert(type.name) }
    }
    return Suggestions.near(name, among: Array(names))
  }
}
