/// Where in a document the parts of a schema are defined, for messages that point there.
struct SchemaOrigins: Sendable {
  let document: Document
  var schemaNodes: [NodeID] = []
  /// The name of the root type in the schema's definition.
  var rootNodes: [OperationKind: NodeID] = [:]
  /// The definition and the extensions of a type.
  var typeNodes: [TypeID: [NodeID]] = [:]
  var directiveNodes: [String: NodeID] = [:]
  var fieldNodes: [Int: NodeID] = [:]
  var inputNodes: [Int: NodeID] = [:]
  var enumValueNodes: [Int: NodeID] = [:]

  init(document: Document) {
    self.document = document
  }

  /// Notes the nodes of definitions that got ids one after the other.
  mutating func note(
    _ nodes: [NodeID],
    at first: Int,
    in table: WritableKeyPath<SchemaOrigins, [Int: NodeID]>
  ) {
    for (offset, node) in nodes.enumerated() { self[keyPath: table][first + offset] = node }
  }
}
