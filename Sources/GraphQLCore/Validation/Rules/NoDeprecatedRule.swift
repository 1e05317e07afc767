/// Nothing is used that is deprecated; not a rule of the specification.
enum NoDeprecatedRule {
  static func check(_ context: inout ValidationContext) {
    for index in context.document.nodes.indices {
      let node = NodeID(Int32(truncatingIfNeeded: index))
      guard let (element, reason) = deprecation(of: node, context) else { continue }
      context.report(.deprecated(element: element, reason: reason), at: node)
    }
  }

  private static func deprecation(
    of node: NodeID,
    _ context: ValidationContext
  ) -> (element: String, reason: String)? {
    let document = context.document
    let schema = context.schema
    let info = context.info(node)
    switch document.kind(node) {
    case .field where info.definition >= 0:
      guard let reason = schema.fields[Int(info.definition)].deprecationReason else { return nil }
      let type = info.scopeType.map { schema[$0].name } ?? ""
      return ("field \(type).\(document.name(node))", reason)
    case .argument where info.definition >= 0:
      guard let reason = schema.inputValues[Int(info.definition)].deprecationReason,
        let parent = context.parent(node)
      else { return nil }
      let isDirective = document.kind(parent) == .directive
      let type = context.info(parent).scopeType.map { schema[$0].name } ?? ""
      let owner = isDirective ? "@\(document.name(parent))" : "\(type).\(document.name(parent))"
      return ("argument \"\(owner)(\(document.name(node)):)\"", reason)
    case .objectField where info.definition >= 0:
      guard let reason = schema.inputValues[Int(info.definition)].deprecationReason else {
        return nil
      }
      let type = info.scopeType.map { schema[$0].name } ?? ""
      return ("input field \(type).\(document.name(node))", reason)
    case .enumValue:
      guard let type = info.knownType?.type,
        let value = schema.enumValue(named: document.bytes(document.nameID(node)), of: type),
        let reason = schema[value].deprecationReason
      else { return nil }
      return ("enum value \"\(schema[type].name).\(document.name(node))\"", reason)
    default: return nil
    }
  }
}
