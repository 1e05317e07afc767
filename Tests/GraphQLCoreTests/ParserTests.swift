import Testing

@testable import GraphQLCore

struct ParserTests {
  @Test func countsTokens() {
    let limits = ParserLimits(maximumTokens: 3)
    #expect(throws: Never.self) { try Document(parsing: "{ a } # { b }", limits: limits) }
    let error = #expect(throws: SyntaxError.self) {
      try Document(parsing: "{ a b }", limits: limits)
    }
    #expect(
      error?.message == "Syntax Error: Document contains more than 3 tokens. Parsing aborted."
    )
    #expect(error?.location == SourceLocation(line: 1, column: 7))
  }

  @Test(arguments: [
    ("", "{a"), ("", "{..."), ("{a(b:", "["), ("{a(b:", "{c:"), ("query($a:", "["),
  ])
  func refusesEndlessNesting(start: String, repeated: String) {
    let error = #expect(throws: SyntaxError.self) {
      try Document(
        parsing: start + String(repeating: repeated, count: 100_000),
        limits: .trusted
      )
    }
    #expect(error?.reason == .tooDeep)
  }

  @Test func refusesADocumentThatIsNoUTF8() {
    let error = #expect(throws: SyntaxError.self) {
      try Document(parsing: [0x7B, 0x20, 0xFF, 0x7D])
    }
    #expect(error?.reason == .invalidUTF8)
    #expect(error?.location == SourceLocation(line: 1, column: 3))
  }

  @Test func refusesALongDocument() {
    let error = #expect(throws: SyntaxError.self) {
      try Document(parsing: "{ abc }", limits: ParserLimits(maximumBytes: 6))
    }
    #expect(error?.reason == .tooLong(limit: 6))
  }

  @Test func givesEqualNamesEqualIDs() throws {
    let document = try Document(parsing: "{ a: b(b: $a) a }")
    let operation = try #require(document.firstChild(of: .document))
    let set = try #require(document.selectionSet(of: operation))
    let fields = document.children(of: set).map { $0 }
    #expect(fields.count == 2)
    #expect(document.responseName(fields[0]) == document.responseName(fields[1]))
    #expect(document.name(fields[0]) == "b")
    #expect(document.name(fields[1]) == "a")
    let argument = try #require(document.firstChild(of: fields[0]))
    #expect(document.nameID(argument) == document.nameID(fields[0]))
  }
}
