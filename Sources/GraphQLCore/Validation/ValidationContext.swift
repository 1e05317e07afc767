/// What rules see of a document and its schema, and where they report to.
///
/// The tree is one array in the order of the text, so most rules are a loop over it; a definition's
/// nodes stand together.
struct ValidationContext {
  /// An operation or fragment, with all its nodes.
  struct Definition {
    let node: NodeID
    let nodes: Range<Int>
  }

  /// An error before places and path are worked out.
  struct Report {
    let reason: ValidationError.Reason
    let offsets: [Int32]
    /// The node that the path leads to.
    let anchor: NodeID
    /// What follows after the anchor: the way into a value.
    let tail: [PathStep]
    /// Where in the order of rules and nodes it is reported.
    let order: Int
  }

  let document: Document
  let schema: Schema
  /// False where a type system document stands alone.
  let hasSchema: Bool
  let suggests: Bool
  let infos: [NodeInfo]
  let definitions: [Definition]
  let fragments: [NameID: NodeID]
  /// The place of a definition in ``definitions``.
  private let indices: [NodeID: Int]
  private(set) var reports: [Report] = []
  private(set) var isAborted = false
  private let maximumReports: Int

  init(
    _ document: Document,
    _ schema: Schema?,
    suggests: Bool,
    maximumReports: Int
  ) {
    self.document = document
    self.schema = schema ?? SchemaBuilder().assemble(RootTypes())
    hasSchema = schema != nil
    self.suggests = suggests
    self.maximumReports = maximumReports
    var builder = NodeInfoBuilder(document, self.schema)
    infos = builder.build()
    var definitions: [Definition] = []
    var fragments: [NameID: NodeID] = [:]
    var indices: [NodeID: Int] = [:]
    for node in document.definitions where document.kind(node).isExecutable {
      let end = document.next(after: node).map { Int($0.raw) } ?? document.nodes.count
      indices[node] = definitions.count
      definitions.append(Definition(node: node, nodes: Int(node.raw)..<end))
      if document.kind(node) == .fragmentDefinition { fragments[document.nameID(node)] = node }
    }
    self.definitions = definitions
    self.fragments = fragments
    self.indices = indices
  }

  // MARK: - Nodes

  /// The nodes of a kind, in the order of the text.
  func forEach(_ kind: Node.Kind, _ body: (NodeID) -> Void) {
    for index in document.nodes.indices where document.nodes[index].kind == kind {
      body(NodeID(Int32(truncatingIfNeeded: index)))
    }
  }

  func nodes(_ kind: Node.Kind) -> [NodeID] {
    nodes(kind, in: 0..<document.nodes.count)
  }

  func nodes(_ kind: Node.Kind, in range: Range<Int>) -> [NodeID] {
    var found: [NodeID] = []
    for index in range where document.nodes[index].kind == kind {
      found.append(NodeID(Int32(truncatingIfNeeded: index)))
    }
    return found
  }

  func info(_ node: NodeID) -> NodeInfo { infos[Int(node.raw)] }

  func parent(_ node: NodeID) -> NodeID? {
    let parent = info(node).parent
    return parent >= 0 ? NodeID(parent) : nil
  }

  var operations: [Definition] {
    definitions.filter { document.kind($0.node) == .operation }
  }

  /// The variables that a definition uses, by node.
  func variableUses(in definition: Definition) -> [NodeID] {
    nodes(.variable, in: definition.nodes)
      .filter { node in parent(node).map { document.kind($0) != .variableDefinition } ?? false }
  }

  func definition(of node: NodeID) -> Definition? {
    indices[node].map { definitions[$0] }
  }

  func name(ofOperation node: NodeID) -> String? {
    document.hasName(node) ? document.name(node) : nil
  }

  func start(_ node: NodeID) -> Int32 { document[node].start }

  func nameStart(_ node: NodeID) -> Int32 { document[node].nameStart }

  // MARK: - Reporting

  /// Reports an error whose place is the nodes' first tokens.
  mutating func report(_ reason: ValidationError.Reason, at nodes: NodeID...) {
    guard let first = nodes.first else { return }
    report(reason, offsets: nodes.map { start($0) }, on: first)
  }

  mutating func report(
    _ reason: ValidationError.Reason,
    offsets: [Int32],
    on anchor: NodeID,
    tail: [PathStep] = []
  ) {
    guard reports.count < maximumReports else {
      isAborted = true
      return
    }
    reports.append(
      Report(
        reason: reason,
        offsets: offsets,
        anchor: anchor,
        tail: tail,
        order: reports.count
      )
    )
  }

  /// Ends validation at a node, as if nothing after it was looked at: to go on would take too long.
  mutating func abort(at node: NodeID = .document) {
    reports.removeAll { $0.anchor > node }
    report(.aborted, offsets: [], on: .document)
    isAborted = true
  }
}
