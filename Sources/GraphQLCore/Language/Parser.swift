/// Builds the syntax tree of a document by recursive descent (§2).
///
/// One token is looked at ahead. Whatever nests counts its depth before it recurses, and every token
/// is counted, so that no document can exhaust the stack or grow the tree without bound.
struct Parser: ~Escapable {
  var lexer: Lexer
  var token = Token(kind: .endOfFile, start: 0, end: 0)
  private(set) var nodes: [Node] = []
  private(set) var names: NameTable
  private let limits: ParserLimits
  private var depth = 0
  private var tokens = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, limits: ParserLimits) {
    lexer = Lexer(bytes)
    self.limits = limits
    names = NameTable(expected: min(bytes.count / 32, 1024))
    nodes.reserveCapacity(min(bytes.count / 10, 1 << 16) + 8)
  }

  mutating func document() throws(SyntaxError) {
    let root = add(.document, at: 0)
    try advance()
    var definitions = ChildList()
    repeat {
      append(try definition(), to: &definitions, of: root)
    } while token.kind != .endOfFile
  }

  mutating func single(_ entry: Document.Entry) throws(SyntaxError) {
    let root = add(.document, at: 0)
    try advance()
    var content = ChildList()
    switch entry {
    case .value: append(try value(isConst: false), to: &content, of: root)
    case .constValue: append(try value(isConst: true), to: &content, of: root)
    case .type: append(try typeReference(), to: &content, of: root)
    }
    guard token.kind == .endOfFile else { throw expectationFailed("<EOF>") }
  }

  private mutating func definition() throws(SyntaxError) -> Int32 {
    if token.kind == .leftBrace { return try operation() }
    // A description may come first; what follows it says what is defined.
    let hasDescription = token.kind == .string || token.kind == .blockString
    let keyword = hasDescription ? try lookahead() : token
    if hasDescription, keyword.kind == .leftBrace {
      throw error(.descriptionOfShorthand, at: token)
    }
    guard keyword.kind == .name else { throw unexpected(keyword) }
    if let definition = try executableDefinition(keyword) { return definition }
    if let definition = try typeSystemDefinition(keyword) { return definition }
    if hasDescription { throw error(.descriptionOfNoDefinition, at: token) }
    guard isKeyword(keyword, "extend") else { throw unexpected(keyword) }
    return try typeSystemExtension()
  }

  // MARK: - Tokens

  mutating func advance() throws(SyntaxError) {
    token = try lexer.next()
    guard token.kind != .endOfFile else { return }
    tokens += 1
    if tokens > limits.maximumTokens {
      throw error(.tooManyTokens(limit: limits.maximumTokens), at: token)
    }
  }

  func lookahead() throws(SyntaxError) -> Token {
    var ahead = lexer
    return try ahead.next()
  }

  mutating func expect(_ kind: Token.Kind) throws(SyntaxError) {
    guard token.kind == kind else { throw expectationFailed(kind.expectation) }
    try advance()
  }

  /// Passes a token of this kind, if it is the next.
  mutating func skip(_ kind: Token.Kind) throws(SyntaxError) -> Bool {
    guard token.kind == kind else { return false }
    try advance()
    return true
  }

  func isKeyword(_ token: Token, _ keyword: StaticString) -> Bool {
    token.kind == .name && lexer.bytes.extracting(token.range).isSame(as: keyword)
  }

  mutating func expectKeyword(_ keyword: StaticString) throws(SyntaxError) {
    guard isKeyword(token, keyword) else { throw expectationFailed("'\(keyword)'") }
    try advance()
  }

  mutating func skipKeyword(_ keyword: StaticString) throws(SyntaxError) -> Bool {
    guard isKeyword(token, keyword) else { return false }
    try advance()
    return true
  }

  mutating func enter() throws(SyntaxError) {
    depth += 1
    guard depth <= limits.maximumDepth else { throw error(.tooDeep, at: token) }
  }

  mutating func leave() {
    depth -= 1
  }

  // MARK: - Nodes

  /// The children of a node that is being parsed.
  struct ChildList {
    fileprivate var last: Int32 = -1
  }

  mutating func add(_ kind: Node.Kind, at start: Int32) -> Int32 {
    nodes.append(Node(kind: kind, start: start))
    return Int32(truncatingIfNeeded: nodes.count - 1)
  }

  mutating func append(_ child: Int32, to list: inout ChildList, of parent: Int32) {
    if list.last < 0 {
      nodes[Int(parent)].firstChild = child
    } else {
      nodes[Int(list.last)].next = child
    }
    list.last = child
  }

  mutating func setFlag(_ flag: UInt8, of node: Int32) {
    nodes[Int(node)].flag = flag
  }

  /// Takes the next token, which must be a name, as the node's name.
  mutating func name(of node: Int32) throws(SyntaxError) {
    guard token.kind == .name else { throw expectationFailed("Name") }
    nodes[Int(node)].nameStart = token.start
    nodes[Int(node)].name = names.intern(token, in: lexer.bytes)
    try advance()
  }

  /// Makes the name that the node has got its alias, and takes the next token as its name.
  mutating func nameAfterAlias(of node: Int32) throws(SyntaxError) {
    nodes[Int(node)].alias = nodes[Int(node)].name
    try name(of: node)
  }

  /// A node that is one token, whose text it keeps.
  mutating func literal(_ kind: Node.Kind) throws(SyntaxError) -> Int32 {
    let node = add(kind, at: token.start)
    nodes[Int(node)].nameStart = token.end
    try advance()
    return node
  }

  // MARK: - Errors

  func error(_ reason: SyntaxError.Reason, at token: Token) -> SyntaxError {
    SyntaxError(reason, at: Int(token.start), in: lexer.bytes)
  }

  func unexpected(_ token: Token) -> SyntaxError {
    error(.unexpected(describe(token)), at: token)
  }

  func expectationFailed(_ expected: String) -> SyntaxError {
    error(.expected(expected, found: describe(token)), at: token)
  }

  private func describe(_ token: Token) -> String {
    switch token.kind {
    case .name, .int, .float:
      "\(token.kind.text) '\(String(copying: lexer.bytes.extracting(token.range)))'"
    case .string, .blockString: "\(token.kind.text) '\(stringValue(token))'"
    default: token.kind.expectation
    }
  }

  private func stringValue(_ token: Token) -> String {
    StringValue.read(
      lexer.bytes.extracting(token.range),
      isBlock: token.kind == .blockString
    )
  }
}
