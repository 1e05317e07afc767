/// Values and type references (§2.9 to §2.11).
extension Parser {
  mutating func value(isConst: Bool) throws(SyntaxError) -> Int32 {
    switch token.kind {
    case .leftBracket: return try list(isConst: isConst)
    case .leftBrace: return try object(isConst: isConst)
    case .int: return try literal(.int)
    case .float: return try literal(.float)
    case .string: return try literal(.string)
    case .blockString: return try literal(.blockString)
    case .name: return try nameValue()
    case .dollar: return isConst ? try variableInConstant() : try variable()
    default: throw unexpected(token)
    }
  }

  private mutating func nameValue() throws(SyntaxError) -> Int32 {
    if isKeyword(token, "true") || isKeyword(token, "false") {
      let isTrue = isKeyword(token, "true")
      let node = try literal(.boolean)
      setFlag(isTrue ? 1 : 0, of: node)
      return node
    }
    if isKeyword(token, "null") { return try literal(.null) }
    let node = add(.enumValue, at: token.start)
    try name(of: node)
    return node
  }

  mutating func variable() throws(SyntaxError) -> Int32 {
    let node = add(.variable, at: token.start)
    try expect(.dollar)
    try name(of: node)
    return node
  }

  private mutating func variableInConstant() throws(SyntaxError) -> Int32 {
    let dollar = token
    try advance()
    guard token.kind == .name else { throw unexpected(dollar) }
    let name = String(copying: lexer.bytes.extracting(token.range))
    throw error(.variableInConstant(name: name), at: dollar)
  }

  private mutating func list(isConst: Bool) throws(SyntaxError) -> Int32 {
    try enter()
    let node = add(.list, at: token.start)
    var children = ChildList()
    try expect(.leftBracket)
    while try !skip(.rightBracket) {
      append(try value(isConst: isConst), to: &children, of: node)
    }
    leave()
    return node
  }

  private mutating func object(isConst: Bool) throws(SyntaxError) -> Int32 {
    try enter()
    let node = add(.object, at: token.start)
    var children = ChildList()
    try expect(.leftBrace)
    while try !skip(.rightBrace) {
      let field = add(.objectField, at: token.start)
      var content = ChildList()
      try name(of: field)
      try expect(.colon)
      append(try value(isConst: isConst), to: &content, of: field)
      append(field, to: &children, of: node)
    }
    leave()
    return node
  }

  // MARK: - Types

  mutating func typeReference() throws(SyntaxError) -> Int32 {
    let start = token.start
    let type: Int32
    if try skip(.leftBracket) {
      try enter()
      type = add(.listType, at: start)
      var children = ChildList()
      append(try typeReference(), to: &children, of: type)
      leave()
      try expect(.rightBracket)
    } else {
      type = try namedType()
    }
    guard try skip(.bang) else { return type }
    let nonNull = add(.nonNullType, at: start)
    var children = ChildList()
    append(type, to: &children, of: nonNull)
    return nonNull
  }

  mutating func namedType() throws(SyntaxError) -> Int32 {
    let node = add(.namedType, at: token.start)
    try name(of: node)
    return node
  }
}
