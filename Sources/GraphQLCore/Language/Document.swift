/// A GraphQL document: its syntax tree, and the bytes that the tree refers to.
///
/// The tree is one array of small nodes with links (1.7 ns a node to build). Names are interned: the
/// rules compare and count them as integers.
package struct Document: Sendable {
  package let source: [UInt8]
  let nodes: [Node]
  let names: NameTable

  /// Parses an executable document, a type system document, or one that has both.
  package init(
    parsing source: [UInt8],
    limits: ParserLimits = ParserLimits()
  ) throws(SyntaxError) {
    self = try Self.parse(source, limits) { parser throws(SyntaxError) in
      try parser.document()
    }
  }

  /// Parses text; see ``init(parsing:limits:)``.
  package init(
    parsing text: String,
    limits: ParserLimits = ParserLimits()
  ) throws(SyntaxError) {
    try self.init(parsing: Array(text.utf8), limits: limits)
  }

  /// What else a text may be parsed as, beside a whole document.
  package enum Entry: Hashable, Sendable {
    case value, constValue, type
  }

  /// Parses a single value or type; it is the only child of the document's node.
  package init(
    parsing source: [UInt8],
    as entry: Entry,
    limits: ParserLimits = ParserLimits()
  ) throws(SyntaxError) {
    self = try Self.parse(source, limits) { parser throws(SyntaxError) in
      try parser.single(entry)
    }
  }

  init(source: [UInt8], nodes: [Node], names: NameTable) {
    self.source = source
    self.nodes = nodes
    self.names = names
  }

  private static func parse(
    _ source: [UInt8],
    _ limits: ParserLimits,
    _ body: (inout Parser) throws(SyntaxError) -> Void
  ) throws(SyntaxError) -> Document {
    let bytes = source.span
    guard bytes.count <= min(limits.maximumBytes, Int(Int32.max)) else {
      throw SyntaxError(.tooLong(limit: limits.maximumBytes), at: 0, in: bytes)
    }
    do {
      _ = try UTF8Span(validating: bytes)
    } catch {
      throw SyntaxError(.invalidUTF8, at: error.byteOffsets.lowerBound, in: bytes)
    }
    var parser = Parser(bytes, limits: limits)
    try body(&parser)
    return Document(source: source, nodes: parser.nodes, names: parser.names)
  }
}

// MARK: - Nodes

extension Document {
  /// The nodes below a node, in the order of the text.
  struct Children: Sequence, IteratorProtocol {
    let nodes: [Node]
    var current: Int32

    mutating func next() -> NodeID? {
      guard current >= 0 else { return nil }
      let id = NodeID(current)
      current = nodes[Int(current)].next
      return id
    }
  }

  /// The nodes of one kind below a node.
  struct ChildrenOfKind: Sequence, IteratorProtocol {
    let nodes: [Node]
    let kind: Node.Kind
    var current: Int32

    mutating func next() -> NodeID? {
      while current >= 0 {
        let id = NodeID(current)
        let node = nodes[Int(current)]
        current = node.next
        if node.kind == kind { return id }
      }
      return nil
    }
  }

  subscript(id: NodeID) -> Node { nodes[Int(id.raw)] }

  func kind(_ id: NodeID) -> Node.Kind { nodes[Int(id.raw)].kind }

  func children(of id: NodeID) -> Children {
    Children(nodes: nodes, current: nodes[Int(id.raw)].firstChild)
  }

  /// The children of one kind: arguments, directives, variable definitions and the like.
  func children(of id: NodeID, _ kind: Node.Kind) -> ChildrenOfKind {
    ChildrenOfKind(nodes: nodes, kind: kind, current: nodes[Int(id.raw)].firstChild)
  }

  func firstChild(of id: NodeID, where matches: (Node.Kind) -> Bool) -> NodeID? {
    var current = nodes[Int(id.raw)].firstChild
    while current >= 0 {
      let node = nodes[Int(current)]
      if matches(node.kind) { return NodeID(current) }
      current = node.next
    }
    return nil
  }

  func firstChild(of id: NodeID) -> NodeID? {
    let first = nodes[Int(id.raw)].firstChild
    return first >= 0 ? NodeID(first) : nil
  }

  func next(after id: NodeID) -> NodeID? {
    let next = nodes[Int(id.raw)].next
    return next >= 0 ? NodeID(next) : nil
  }

  func hasChild(_ id: NodeID, _ kind: Node.Kind) -> Bool {
    firstChild(of: id) { $0 == kind } != nil
  }

  func selectionSet(of id: NodeID) -> NodeID? { firstChild(of: id) { $0 == .selectionSet } }

  func value(of id: NodeID) -> NodeID? { firstChild(of: id) { $0.isValue } }

  func type(of id: NodeID) -> NodeID? { firstChild(of: id) { $0.isType } }

  var definitions: Children { children(of: .document) }
}

// MARK: - Names and text

extension Document {
  func nameID(_ id: NodeID) -> NameID { NameID(raw: nodes[Int(id.raw)].name) }

  func hasName(_ id: NodeID) -> Bool { nodes[Int(id.raw)].name >= 0 }

  /// The name under which a field stands in the response.
  func responseName(_ id: NodeID) -> NameID {
    let node = nodes[Int(id.raw)]
    return NameID(raw: node.alias >= 0 ? node.alias : node.name)
  }

  func text(_ name: NameID) -> String {
    guard name.raw >= 0 else { return "" }
    let entry = names.entries[Int(name.raw)]
    return String(copying: source.span.extracting(Int(entry.start)..<Int(entry.end)))
  }

  func name(_ id: NodeID) -> String { text(nameID(id)) }

  func hash(_ name: NameID) -> UInt32 { names.entries[Int(name.raw)].hash }

  /// Where a name stands first.
  func range(_ name: NameID) -> Range<Int> {
    let entry = names.entries[Int(name.raw)]
    return Int(entry.start)..<Int(entry.end)
  }

  @_lifetime(borrow self)
  func bytes(_ name: NameID) -> Span<UInt8> {
    let entry = names.entries[Int(name.raw)]
    return source.span.extracting(Int(entry.start)..<Int(entry.end))
  }

  /// The id of a name, if the document has it anywhere.
  func nameID(of text: String) -> NameID? {
    names.find(text.utf8Span.span, in: source.span).map { NameID(raw: $0) }
  }

  /// The digits of a number or the quoted text of a string, as written.
  func literal(_ id: NodeID) -> String {
    let node = nodes[Int(id.raw)]
    return String(copying: source.span.extracting(Int(node.start)..<Int(node.nameStart)))
  }

  func string(_ id: NodeID) -> String {
    let node = nodes[Int(id.raw)]
    let token = source.span.extracting(Int(node.start)..<Int(node.nameStart))
    return StringValue.read(token, isBlock: node.kind == .blockString)
  }

  func description(of id: NodeID) -> String? {
    guard let first = firstChild(of: id), kind(first).isString else { return nil }
    return string(first)
  }

  func operationKind(_ id: NodeID) -> OperationKind {
    switch nodes[Int(id.raw)].flag {
    case 1: .mutation
    case 2: .subscription
    default: .query
    }
  }

  func isExtension(_ id: NodeID) -> Bool { nodes[Int(id.raw)].flag == 1 }
}
