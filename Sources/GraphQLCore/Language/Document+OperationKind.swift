extension Document {
  /// What the operation of a name does, or without a name the only one; nil where there is none.
  package func operationKind(named name: String?) -> OperationKind? {
    var found: NodeID?
    for definition in definitions where kind(definition) == .operation {
      if let name {
        guard hasName(definition), self.name(definition).utf8.elementsEqual(name.utf8) else {
          continue
        }
        return operationKind(definition)
      }
      guard found == nil else { return nil }
      found = definition
    }
    return found.map(operationKind)
  }
}
