/// A place in a document where the grammar, or a limit, does not allow what stands there (§2).
package struct SyntaxError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The characters in `found` are written as messages show them: `'x'`, `U+0007` or `<EOF>`.
    case unexpectedCharacter(found: String)
    case invalidCharacter(found: String)
    case singleQuote
    case twoDots
    case numberWithoutInteger(digits: String)
    case digitAfterZero(found: String)
    case expectedDigit(found: String)
    case unterminatedString
    case invalidUnicodeEscape(String)
    case invalidEscape(String)
    /// A token, as messages describe it, where another was due.
    case expected(String, found: String)
    case unexpected(String)
    case descriptionOfShorthand
    case descriptionOfNoDefinition
    case variableInConstant(name: String)
    case reservedEnumValue(String)
    case tooManyTokens(limit: Int)
    case tooDeep
    case tooLong(limit: Int)
    case invalidUTF8
  }

  package let reason: Reason
  /// Byte offset from the start of the document.
  package let offset: Int
  package let location: SourceLocation

  init(_ reason: Reason, at offset: Int, in source: Span<UInt8>) {
    self.reason = reason
    self.offset = offset
    location = SourceLocation(offset: offset, in: source)
  }

  /// The message in the words of the reference implementation.
  package var message: String { "Syntax Error: " + reason.message }
}

extension SyntaxError: CustomStringConvertible {
  package var description: String {
    "\(message) (line \(location.line), column \(location.column))"
  }
}

extension SyntaxError.Reason {
  fileprivate var message: String {
    switch self {
    case .unexpectedCharacter(let found): "Unexpected character: \(found)."
    case .invalidCharacter(let found): "Invalid character: \(found)."
    case .singleQuote:
      "Unexpected single quote character ('), did you mean to use a double quote (\")?"
    case .twoDots: "Unexpected '..', did you mean '...'?"
    case .numberWithoutInteger(let digits):
      "Invalid number, expected digit before '.', did you mean '0.\(digits)'?"
    case .digitAfterZero(let found): "Invalid number, unexpected digit after 0: \(found)."
    case .expectedDigit(let found): "Invalid number, expected digit but got: \(found)."
    case .unterminatedString: "Unterminated string."
    case .invalidUnicodeEscape(let text): "Invalid Unicode escape sequence: '\(text)'."
    case .invalidEscape(let text): "Invalid character escape sequence: '\(text)'."
    case .expected(let expected, let found): "Expected \(expected), found \(found)."
    case .unexpected(let found): "Unexpected \(found)."
    case .descriptionOfShorthand:
      "Unexpected description, descriptions are not supported on shorthand queries."
    case .descriptionOfNoDefinition:
      "Unexpected description, only GraphQL definitions support descriptions."
    case .variableInConstant(let name): "Unexpected variable '$\(name)' in constant value."
    case .reservedEnumValue(let name):
      "Name '\(name)' is reserved and cannot be used for an enum value."
    case .tooManyTokens(let limit):
      "Document contains more than \(limit) tokens. Parsing aborted."
    case .tooDeep: "Document is nested too deeply. Parsing aborted."
    case .tooLong(let limit): "Document is longer than \(limit) bytes. Parsing aborted."
    case .invalidUTF8: "Document is not valid UTF-8."
    }
  }
}
