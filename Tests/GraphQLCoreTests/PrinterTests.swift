import Testing

@testable import GraphQLCore

@Suite struct PrinterTests {
  /// The braces of a query would be read as the body that the type does not have.
  @Test(arguments: ["enum t", "type t", "interface t", "input t", "extend schema @d"])
  func spellsAQueryOutBehindADefinitionWithoutABody(definition: String) throws {
    let document = try Document(parsing: Array("\(definition) query { a }".utf8))
    let text = "\(definition)\n\nquery {\n  a\n}"
    #expect(document.printed() == text)
    #expect(try Document(parsing: Array(text.utf8)).printed() == text)
  }

  @Test(arguments: ["scalar t", "union t = a", "enum t {\n  a\n}", "directive @d on FIELD"])
  func usesTheShortFormWhereItIsNotMistaken(definition: String) throws {
    let document = try Document(parsing: Array("\(definition) query { a }".utf8))
    #expect(document.printed() == "\(definition)\n\n{\n  a\n}")
  }
}
