/// Names one element of a schema, such as `Query.user(id:)` (§3.14).
package enum SchemaCoordinate: Hashable, Sendable {
  case type(String)
  /// A field, an input field or an enum value.
  case member(type: String, name: String)
  case argument(type: String, field: String, name: String)
  case directive(String)
  case directiveArgument(directive: String, name: String)

  package init(parsing source: [UInt8]) throws(SyntaxError) {
    var parser = CoordinateParser(source.span)
    self = try parser.coordinate()
  }
}

extension SchemaCoordinate: CustomStringConvertible {
  package var description: String {
    switch self {
    case .type(let name): name
    case .member(let type, let name): "\(type).\(name)"
    case .argument(let type, let field, let name): "\(type).\(field)(\(name):)"
    case .directive(let name): "@\(name)"
    case .directiveArgument(let directive, let name): "@\(directive)(\(name):)"
    }
  }
}

/// Parses a coordinate, which has fewer tokens than a document: no white space, no comments.
private struct CoordinateParser: ~Escapable {
  private let bytes: Span<UInt8>
  private var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
  }

  mutating func coordinate() throws(SyntaxError) -> SchemaCoordinate {
    let isDirective = skip(UInt8(ascii: "@"))
    let first = try name()
    let member = !isDirective && skip(UInt8(ascii: ".")) ? try name() : nil
    var argument: String?
    if isDirective || member != nil, skip(UInt8(ascii: "(")) {
      argument = try name()
      try expect(UInt8(ascii: ":"))
      try expect(UInt8(ascii: ")"))
    }
    guard position == bytes.count else { throw try expected("<EOF>") }
    if let member {
      return argument.map { .argument(type: first, field: member, name: $0) }
        ?? .member(type: first, name: member)
    }
    guard isDirective else { return .type(first) }
    return argument.map { .directiveArgument(directive: first, name: $0) } ?? .directive(first)
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(SyntaxError) {
    if !skip(byte) { throw try expected("'\(Unicode.Scalar(byte))'") }
  }

  private mutating func name() throws(SyntaxError) -> String {
    let start = position
    guard start < bytes.count, bytes[start].startsName else { throw try expected("Name") }
    while position < bytes.count, bytes[position].continuesName { position += 1 }
    return String(copying: bytes.extracting(start..<position))
  }

  /// The error for what stands here instead.
  ///
  /// Throws another one where no token of a coordinate starts here.
  private func expected(_ expected: String) throws(SyntaxError) -> SyntaxError {
    let lexer = Lexer(bytes)
    let found: String
    if position == bytes.count {
      found = "<EOF>"
    } else if bytes[position].startsName {
      var end = position
      while end < bytes.count, bytes[end].continuesName { end += 1 }
      found = "Name '\(String(copying: bytes.extracting(position..<end)))'"
    } else if ".():@".utf8.contains(bytes[position]) {
      found = lexer.shown(position)
    } else {
      throw SyntaxError(.invalidCharacter(found: lexer.shown(position)), at: position, in: bytes)
    }
    return SyntaxError(.expected(expected, found: found), at: position, in: bytes)
  }
}
