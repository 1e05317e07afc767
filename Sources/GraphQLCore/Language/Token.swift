/// A lexical token: a kind and the bytes of the document that it covers.
struct Token: Hashable, Sendable {
  enum Kind: UInt8, Hashable, Sendable {
    case endOfFile, name, int, float, string, blockString
    case bang, dollar, ampersand, leftParen, rightParen, spread, colon, equals, at
    case leftBracket, rightBracket, leftBrace, pipe, rightBrace

    /// The kind as error messages and the `lex` conformance cases name it.
    var text: String {
      switch self {
      case .endOfFile: "<EOF>"
      case .name: "Name"
      case .int: "Int"
      case .float: "Float"
      case .string: "String"
      case .blockString: "BlockString"
      case .bang: "!"
      case .dollar: "$"
      case .ampersand: "&"
      case .leftParen: "("
      case .rightParen: ")"
      case .spread: "..."
      case .colon: ":"
      case .equals: "="
      case .at: "@"
      case .leftBracket: "["
      case .rightBracket: "]"
      case .leftBrace: "{"
      case .pipe: "|"
      case .rightBrace: "}"
      }
    }

    var isPunctuator: Bool { rawValue >= Kind.bang.rawValue }

    /// What an error message says was expected.
    var expectation: String { isPunctuator ? "'\(text)'" : text }
  }

  var kind: Kind
  var start: Int32
  var end: Int32
  /// Of a name: the hash by which it is looked up.
  var hash: UInt32 = 0

  var range: Range<Int> { Int(start)..<Int(end) }
}
