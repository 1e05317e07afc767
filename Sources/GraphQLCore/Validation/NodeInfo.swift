/// What the schema says about a node of a document.
struct NodeInfo: Sendable {
  /// The node above; -1 for the document.
  var parent: Int32 = -1
  /// Of a selection, a selection set or an operation: the index of the type in which it selects.
  ///
  /// -1 where there is none or it is unknown; of a field of an object the type of the object.
  var scope: Int32 = -1
  /// The index of what the node names: a field, an argument, an input field, a directive.
  ///
  /// Negative for none (-1) and for the meta fields.
  var definition: Int32 = -1
  /// Of a field its type, of a value the type that is expected; `hasType` says whether it is known.
  var type = TypeReference(.string)
  var hasType = false

  static var typename: Int32 { -2 }
  static var schema: Int32 { -3 }
  static var typeByName: Int32 { -4 }

  var scopeType: TypeID? { scope >= 0 ? TypeID(Int(scope)) : nil }
  var knownType: TypeReference? { hasType ? type : nil }
}

/// Works out what the schema says about each node, in one pass: a node stands after what it is in.
struct NodeInfoBuilder {
  private let document: Document
  private let schema: Schema
  private(set) var infos: [NodeInfo]

  init(_ document: Document, _ schema: Schema) {
    self.document = document
    self.schema = schema
    infos = Array(repeating: NodeInfo(), count: document.nodes.count)
  }

  mutating func build() -> [NodeInfo] {
    for index in document.nodes.indices {
      let id = NodeID(Int32(truncatingIfNeeded: index))
      var child = document.nodes[index].firstChild
      while child >= 0 {
        infos[Int(child)].parent = id.raw
        child = document.nodes[Int(child)].next
      }
      describe(id, document.nodes[index])
    }
    return infos
  }

  private mutating func describe(_ id: NodeID, _ node: Node) {
    let index = Int(id.raw)
    guard infos[index].parent >= 0 else { return }
    // A name's bytes are borrowed from here, not from what is changed.
    let document = document
    let parentID = NodeID(infos[index].parent)
    let parent = infos[Int(parentID.raw)]
    switch node.kind {
    case .operation:
      let root = schema.rootType(for: document.operationKind(id))
      set(scope: root.flatMap { schema[$0].kind == .object ? $0 : nil }, at: index)
    case .fragmentDefinition, .inlineFragment:
      if let condition = document.type(of: id) {
        set(scope: compositeType(named: condition), at: index)
      } else {
        infos[index].scope = parent.scope
      }
    case .selectionSet:
      if document.kind(parentID) == .field {
        let type = parent.hasType ? parent.type.type : nil
        set(scope: type.flatMap { schema[$0].kind.isComposite ? $0 : nil }, at: index)
      } else {
        infos[index].scope = parent.scope
      }
    case .field: describeField(id, node, in: parent.scopeType)
    case .fragmentSpread: infos[index].scope = parent.scope
    case .directive:
      let name = document.bytes(document.nameID(id))
      infos[index].definition = Int32(schema.directive(named: name)?.index ?? -1)
    case .variableDefinition:
      if let type = document.type(of: id).flatMap({ document.typeReference($0, in: schema) }),
        schema[type.type].kind.isInput
      {
        set(type: type, at: index)
      }
    case .argument: describeArgument(id, of: parentID, parent)
    case .objectField: describeInputField(id, of: parent)
    case _ where node.kind.isValue:
      guard let type = parent.knownType else { return }
      if document.kind(parentID) == .list {
        // What is in a list where none is expected has no type.
        guard let item = type.item else { return }
        set(type: item, at: index)
      } else {
        set(type: type, at: index)
      }
    default: return
    }
  }

  private mutating func set(scope: TypeID?, at index: Int) {
    infos[index].scope = Int32(truncatingIfNeeded: scope?.index ?? -1)
  }

  /// Notes the type of an argument or input field; an invalid schema may name no input type.
  private mutating func set(inputType type: TypeReference, at index: Int) {
    if schema[type.type].kind.isInput { set(type: type, at: index) }
  }

  private mutating func set(type: TypeReference, at index: Int) {
    infos[index].type = type
    infos[index].hasType = true
  }

  private func compositeType(named condition: NodeID) -> TypeID? {
    let name = document.bytes(document.nameID(condition))
    guard let type = schema.type(named: name), schema[type].kind.isComposite,
      schema[type].isListed
    else { return nil }
    return type
  }

  private mutating func describeField(_ id: NodeID, _ node: Node, in scope: TypeID?) {
    let index = Int(id.raw)
    guard let scope else { return }
    let document = document
    set(scope: scope, at: index)
    let name = document.bytes(document.nameID(id))
    if let field = schema.field(named: name, of: scope) {
      infos[index].definition = Int32(truncatingIfNeeded: field.index)
      set(type: schema[field].type, at: index)
    } else if name.isSame(as: "__typename") {
      infos[index].definition = NodeInfo.typename
      set(type: TypeReference(.string).nonNull, at: index)
    } else if scope == schema.queryType, name.isSame(as: "__schema") {
      infos[index].definition = NodeInfo.schema
      set(type: TypeReference(.schemaMeta).nonNull, at: index)
    } else if scope == schema.queryType, name.isSame(as: "__type") {
      infos[index].definition = NodeInfo.typeByName
      set(type: TypeReference(.typeMeta), at: index)
    }
  }

  private mutating func describeArgument(_ id: NodeID, of parentID: NodeID, _ parent: NodeInfo) {
    let index = Int(id.raw)
    let document = document
    let name = document.bytes(document.nameID(id))
    guard parent.definition >= 0 else {
      if parent.definition == NodeInfo.typeByName, name.isSame(as: "name") {
        set(type: TypeReference(.string).nonNull, at: index)
      }
      return
    }
    let argument =
      document.kind(parentID) == .directive
      ? schema.argument(named: name, of: DirectiveID(Int(parent.definition)))
      : schema.argument(named: name, of: FieldID(Int(parent.definition)))
    guard let argument else { return }
    infos[index].definition = Int32(truncatingIfNeeded: argument.index)
    set(inputType: schema[argument].type, at: index)
  }

  private mutating func describeInputField(_ id: NodeID, of parent: NodeInfo) {
    let index = Int(id.raw)
    guard let type = parent.knownType?.type, schema[type].kind == .inputObject else { return }
    set(scope: type, at: index)
    let document = document
    let name = document.bytes(document.nameID(id))
    guard let field = schema.inputField(named: name, of: type) else { return }
    infos[index].definition = Int32(truncatingIfNeeded: field.index)
    set(inputType: schema[field].type, at: index)
  }
}
