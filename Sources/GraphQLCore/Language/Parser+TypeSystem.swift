/// Type system definitions and extensions (§3).
extension Parser {
  /// The definition that starts with a keyword, after its description; nil where the keyword is
  /// none of the type system's.
  mutating func typeSystemDefinition(_ keyword: Token) throws(SyntaxError) -> Int32? {
    guard let kind = typeSystemKind(keyword) else {
      return isKeyword(keyword, "directive") ? try directiveDefinition() : nil
    }
    let node = add(kind, at: token.start)
    var children = ChildList()
    try description(of: node, &children)
    try advance()
    _ = try body(of: node, kind, &children)
    return node
  }

  mutating func typeSystemExtension() throws(SyntaxError) -> Int32 {
    let keyword = try lookahead()
    guard let kind = typeSystemKind(keyword) else { throw unexpected(keyword) }
    let node = add(kind, at: token.start)
    setFlag(1, of: node)
    try advance()
    try advance()
    var children = ChildList()
    // An extension has to say something.
    guard try body(of: node, kind, &children) else { throw unexpected(token) }
    return node
  }

  private func typeSystemKind(_ keyword: Token) -> Node.Kind? {
    if isKeyword(keyword, "type") { return .objectDefinition }
    if isKeyword(keyword, "input") { return .inputObjectDefinition }
    if isKeyword(keyword, "enum") { return .enumDefinition }
    if isKeyword(keyword, "scalar") { return .scalarDefinition }
    if isKeyword(keyword, "interface") { return .interfaceDefinition }
    if isKeyword(keyword, "union") { return .unionDefinition }
    return isKeyword(keyword, "schema") ? .schemaDefinition : nil
  }

  /// What follows the keyword; whether there was anything but the name.
  private mutating func body(
    of node: Int32,
    _ kind: Node.Kind,
    _ children: inout ChildList
  ) throws(SyntaxError) -> Bool {
    if kind != .schemaDefinition { try name(of: node) }
    let start = token.start
    if kind == .objectDefinition || kind == .interfaceDefinition {
      try interfaces(of: node, &children)
    }
    try directives(of: node, &children, isConst: true)
    switch kind {
    case .schemaDefinition: try operationTypes(of: node, &children, start)
    case .objectDefinition, .interfaceDefinition: try fieldDefinitions(of: node, &children)
    case .unionDefinition: try unionMembers(of: node, &children)
    case .enumDefinition: try enumValues(of: node, &children)
    case .inputObjectDefinition:
      try inputValues(of: node, &children, between: .leftBrace, .rightBrace)
    default: break
    }
    return token.start != start
  }

  /// Only an extension may leave them out.
  private mutating func operationTypes(
    of node: Int32,
    _ children: inout ChildList,
    _ start: Int32
  ) throws(SyntaxError) {
    let isExtension = nodes[Int(node)].flag == 1
    if isExtension, token.kind != .leftBrace { return }
    try expect(.leftBrace)
    repeat {
      let operation = add(.operationType, at: token.start)
      var content = ChildList()
      setFlag(try operationType(), of: operation)
      try expect(.colon)
      append(try namedType(), to: &content, of: operation)
      append(operation, to: &children, of: node)
    } while try !skip(.rightBrace)
  }

  private mutating func interfaces(
    of node: Int32,
    _ children: inout ChildList
  ) throws(SyntaxError) {
    guard try skipKeyword("implements") else { return }
    _ = try skip(.ampersand)
    repeat {
      append(try namedType(), to: &children, of: node)
    } while try skip(.ampersand)
  }

  private mutating func unionMembers(
    of node: Int32,
    _ children: inout ChildList
  ) throws(SyntaxError) {
    guard try skip(.equals) else { return }
    _ = try skip(.pipe)
    repeat {
      append(try namedType(), to: &children, of: node)
    } while try skip(.pipe)
  }

  private mutating func fieldDefinitions(
    of node: Int32,
    _ children: inout ChildList
  ) throws(SyntaxError) {
    guard try skip(.leftBrace) else { return }
    repeat {
      let field = add(.fieldDefinition, at: token.start)
      var content = ChildList()
      try description(of: field, &content)
      try name(of: field)
      try inputValues(of: field, &content, between: .leftParen, .rightParen)
      try expect(.colon)
      append(try typeReference(), to: &content, of: field)
      try directives(of: field, &content, isConst: true)
      append(field, to: &children, of: node)
    } while try !skip(.rightBrace)
  }

  /// The arguments of a field or directive, or the fields of an input object.
  private mutating func inputValues(
    of node: Int32,
    _ children: inout ChildList,
    between open: Token.Kind,
    _ close: Token.Kind
  ) throws(SyntaxError) {
    guard try skip(open) else { return }
    repeat {
      let input = add(.inputValueDefinition, at: token.start)
      var content = ChildList()
      try description(of: input, &content)
      try name(of: input)
      try expect(.colon)
      append(try typeReference(), to: &content, of: input)
      if try skip(.equals) { append(try value(isConst: true), to: &content, of: input) }
      try directives(of: input, &content, isConst: true)
      append(input, to: &children, of: node)
    } while try !skip(close)
  }

  private mutating func enumValues(
    of node: Int32,
    _ children: inout ChildList
  ) throws(SyntaxError) {
    guard try skip(.leftBrace) else { return }
    repeat {
      let value = add(.enumValueDefinition, at: token.start)
      var content = ChildList()
      try description(of: value, &content)
      for reserved in ["true", "false", "null"] as [StaticString] where isKeyword(token, reserved) {
        throw error(.reservedEnumValue("\(reserved)"), at: token)
      }
      try name(of: value)
      try directives(of: value, &content, isConst: true)
      append(value, to: &children, of: node)
    } while try !skip(.rightBrace)
  }

  private mutating func directiveDefinition() throws(SyntaxError) -> Int32 {
    let node = add(.directiveDefinition, at: token.start)
    var children = ChildList()
    try description(of: node, &children)
    try expectKeyword("directive")
    try expect(.at)
    try name(of: node)
    try inputValues(of: node, &children, between: .leftParen, .rightParen)
    if try skipKeyword("repeatable") { setFlag(1, of: node) }
    try expectKeyword("on")
    _ = try skip(.pipe)
    repeat {
      append(try directiveLocation(), to: &children, of: node)
    } while try skip(.pipe)
    return node
  }

  private mutating func directiveLocation() throws(SyntaxError) -> Int32 {
    let location = token
    let node = add(.directiveLocation, at: token.start)
    try name(of: node)
    let name = String(copying: lexer.bytes.extracting(location.range))
    guard DirectiveLocation(rawValue: name) != nil else { throw unexpected(location) }
    return node
  }
}
