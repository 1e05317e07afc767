import Testing

@testable import GraphQLCore

struct LexerTests {
  @Test(
    arguments: [
      ("", ["<EOF>"]),
      ("{ a }", ["{", "Name a", "}", "<EOF>"]),
      ("...x # c\r\n,-1 2.5e3", ["...", "Name x", "Int -1", "Float 2.5e3", "<EOF>"]),
      (#""a\n\u00e9\u{1F600}\uD83D\uDE00""#, ["String a\né😀😀", "<EOF>"]),
      (#""""#, ["String ", "<EOF>"]),
      (
        "\"\"\"\n    a\n      b \\\"\"\"\n\n    \"\"\"",
        ["BlockString a\n  b \"\"\"", "<EOF>"]
      ),
    ] as [(String, [String])]
  )
  func splits(text: String, into expected: [String]) throws {
    let tokens = try TokenList(of: Array(text.utf8)).tokens
    let shown = tokens.map { token in token.value.map { "\(token.kind) \($0)" } ?? token.kind }
    #expect(shown == expected)
  }

  @Test(
    arguments: [
      ("\u{FEFF} a \"x", "Unterminated string.", 1, 7),
      ("a\r\n\r  ?", "Unexpected character: '?'.", 3, 3),
      ("é", "Unexpected character: U+00E9.", 1, 1),
      ("01", "Invalid number, unexpected digit after 0: '1'.", 1, 2),
      ("1.", "Invalid number, expected digit but got: <EOF>.", 1, 3),
      ("1x", "Invalid number, expected digit but got: 'x'.", 1, 2),
      (".5", "Invalid number, expected digit before '.', did you mean '0.5'?", 1, 1),
      ("\"\\uD800\"", "Invalid Unicode escape sequence: '\\uD800'.", 1, 2),
      ("\"\\u{110000}\"", "Invalid Unicode escape sequence: '\\u{110000}'.", 1, 2),
      ("\"\\x\"", "Invalid character escape sequence: '\\x'.", 1, 2),
    ] as [(String, String, Int, Int)]
  )
  func refuses(text: String, message: String, line: Int, column: Int) throws {
    let error = #expect(throws: SyntaxError.self) { try TokenList(of: Array(text.utf8)) }
    #expect(error?.message == "Syntax Error: \(message)")
    #expect(error?.location == SourceLocation(line: line, column: column))
  }
}
