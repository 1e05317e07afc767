/// All tokens of a document with their values and places, for tools that show them.
package struct TokenList: Sendable {
  package struct Entry: Hashable, Sendable {
    package let kind: String
    /// Of a name, a number (as written) or a string (what it says).
    package let value: String?
    package let location: SourceLocation
  }

  package let tokens: [Entry]

  package init(of source: [UInt8]) throws(SyntaxError) {
    let bytes = source.span
    var lexer = Lexer(bytes)
    var cursor = LocationCursor()
    var tokens: [Entry] = []
    var token: Token
    repeat {
      token = try lexer.next()
      let location = cursor.advance(to: Int(token.start), in: bytes)
      let covered = bytes.extracting(token.range)
      let value: String? =
        switch token.kind {
        case .name, .int, .float: String(copying: covered)
        case .string: StringValue.read(covered, isBlock: false)
        case .blockString: StringValue.read(covered, isBlock: true)
        default: nil
        }
      tokens.append(Entry(kind: token.kind.text, value: value, location: location))
    } while token.kind != .endOfFile
    self.tokens = tokens
  }
}
