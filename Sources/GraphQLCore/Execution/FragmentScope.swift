/// Which fragments count where the fields of one object type are collected (§6.3.2): those whose
/// condition the type meets, each named one once.
struct FragmentScope {
  let document: Document
  let schema: Schema
  let fragments: [NameID: NodeID]
  let type: TypeID
  private var visited: Set<NameID> = []

  init(document: Document, schema: Schema, fragments: [NameID: NodeID], type: TypeID) {
    self.document = document
    self.schema = schema
    self.fragments = fragments
    self.type = type
  }

  /// The selection set of a fragment that applies to the type and was not met before.
  mutating func content(of selection: NodeID) -> NodeID? {
    var fragment = selection
    if document.kind(selection) == .fragmentSpread {
      let name = document.nameID(selection)
      guard let definition = fragments[name] else { return nil }
      guard applies(definition), visited.insert(name).inserted else { return nil }
      fragment = definition
    } else if !applies(selection) {
      return nil
    }
    return document.selectionSet(of: fragment)
  }

  private func applies(_ fragment: NodeID) -> Bool {
    guard let condition = document.type(of: fragment) else { return true }
    let name = document.bytes(document.nameID(condition))
    guard let conditionType = schema.type(named: name) else { return false }
    return schema.isPossible(type, for: conditionType)
  }
}
