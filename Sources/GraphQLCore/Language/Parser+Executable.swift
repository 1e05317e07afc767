/// Operations, fragments and selections (§2.3 to §2.8).
extension Parser {
  /// The definition that starts with a keyword, after its description; nil where the keyword is
  /// none of an executable definition.
  mutating func executableDefinition(_ keyword: Token) throws(SyntaxError) -> Int32? {
    if isKeyword(keyword, "fragment") { return try fragmentDefinition() }
    return operationKind(keyword) == nil ? nil : try operation()
  }

  private func operationKind(_ keyword: Token) -> UInt8? {
    if isKeyword(keyword, "query") { return 0 }
    if isKeyword(keyword, "mutation") { return 1 }
    return isKeyword(keyword, "subscription") ? 2 : nil
  }

  mutating func operation() throws(SyntaxError) -> Int32 {
    let node = add(.operation, at: token.start)
    var children = ChildList()
    if token.kind != .leftBrace {
      try description(of: node, &children)
      setFlag(try operationType(), of: node)
      if token.kind == .name { try name(of: node) }
      try variableDefinitions(of: node, &children)
      try directives(of: node, &children, isConst: false)
    }
    append(try selectionSet(), to: &children, of: node)
    return node
  }

  mutating func operationType() throws(SyntaxError) -> UInt8 {
    let keyword = token
    guard keyword.kind == .name else { throw expectationFailed("Name") }
    try advance()
    guard let kind = operationKind(keyword) else { throw unexpected(keyword) }
    return kind
  }

  private mutating func variableDefinitions(
    of node: Int32,
    _ children: inout ChildList
  ) throws(SyntaxError) {
    guard try skip(.leftParen) else { return }
    repeat {
      append(try variableDefinition(), to: &children, of: node)
    } while try !skip(.rightParen)
  }

  private mutating func variableDefinition() throws(SyntaxError) -> Int32 {
    let node = add(.variableDefinition, at: token.start)
    var children = ChildList()
    try description(of: node, &children)
    append(try variable(), to: &children, of: node)
    try expect(.colon)
    append(try typeReference(), to: &children, of: node)
    if try skip(.equals) { append(try value(isConst: true), to: &children, of: node) }
    try directives(of: node, &children, isConst: true)
    return node
  }

  private mutating func selectionSet() throws(SyntaxError) -> Int32 {
    try enter()
    let node = add(.selectionSet, at: token.start)
    var children = ChildList()
    try expect(.leftBrace)
    repeat {
      let selection = token.kind == .spread ? try fragment() : try field()
      append(selection, to: &children, of: node)
    } while try !skip(.rightBrace)
    leave()
    return node
  }

  private mutating func field() throws(SyntaxError) -> Int32 {
    let node = add(.field, at: token.start)
    var children = ChildList()
    try name(of: node)
    if try skip(.colon) { try nameAfterAlias(of: node) }
    try arguments(of: node, &children, isConst: false)
    try directives(of: node, &children, isConst: false)
    if token.kind == .leftBrace { append(try selectionSet(), to: &children, of: node) }
    return node
  }

  /// A fragment spread or an inline fragment.
  private mutating func fragment() throws(SyntaxError) -> Int32 {
    let start = token.start
    try expect(.spread)
    let hasCondition = try skipKeyword("on")
    if !hasCondition, token.kind == .name {
      let node = add(.fragmentSpread, at: start)
      var children = ChildList()
      try name(of: node)
      try directives(of: node, &children, isConst: false)
      return node
    }
    let node = add(.inlineFragment, at: start)
    var children = ChildList()
    if hasCondition { append(try namedType(), to: &children, of: node) }
    try directives(of: node, &children, isConst: false)
    append(try selectionSet(), to: &children, of: node)
    return node
  }

  private mutating func fragmentDefinition() throws(SyntaxError) -> Int32 {
    let node = add(.fragmentDefinition, at: token.start)
    var children = ChildList()
    try description(of: node, &children)
    try expectKeyword("fragment")
    if isKeyword(token, "on") { throw unexpected(token) }
    try name(of: node)
    try expectKeyword("on")
    append(try namedType(), to: &children, of: node)
    try directives(of: node, &children, isConst: false)
    append(try selectionSet(), to: &children, of: node)
    return node
  }

  mutating func arguments(
    of node: Int32,
    _ children: inout ChildList,
    isConst: Bool
  ) throws(SyntaxError) {
    guard try skip(.leftParen) else { return }
    repeat {
      let argument = add(.argument, at: token.start)
      var content = ChildList()
      try name(of: argument)
      try expect(.colon)
      append(try value(isConst: isConst), to: &content, of: argument)
      append(argument, to: &children, of: node)
    } while try !skip(.rightParen)
  }

  mutating func directives(
    of node: Int32,
    _ children: inout ChildList,
    isConst: Bool
  ) throws(SyntaxError) {
    while token.kind == .at {
      let directive = add(.directive, at: token.start)
      var content = ChildList()
      try advance()
      try name(of: directive)
      try arguments(of: directive, &content, isConst: isConst)
      append(directive, to: &children, of: node)
    }
  }

  mutating func description(of node: Int32, _ children: inout ChildList) throws(SyntaxError) {
    switch token.kind {
    case .string: append(try literal(.string), to: &children, of: node)
    case .blockString: append(try literal(.blockString), to: &children, of: node)
    default: return
    }
  }
}
