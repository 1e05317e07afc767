import GraphQLCore
import JSON
import Testing

@Suite struct QueryDiagnosisTests {
  private static let schema = """
    type Query { author(id: Int): Author, colour: Colour }
    type Author { id: Int, books: [Book!]! }
    type Book { title: String }
    enum Colour { red }
    input Filter { id: Int }
    """

  @Test(
    arguments: [
      ("{ author(nothing: 1) { id books { title __typename } } __typename }", []),
      ("{ editor { id } }", ["$.editor: field 'editor' not found in object 'Query'"]),
      (
        "{ author { books { pages } name } }",
        [
          "$.author.books.pages: field 'pages' not found in object 'Book'",
          "$.author.name: field 'name' not found in object 'Author'",
        ]
      ),
      ("{ author }", ["$.author: object of type 'Author' must have a selection set"]),
      (
        "{ author { id { x } } colour { y } }",
        [
          "$.author.id: scalar 'Int' does not accept a selection set",
          "$.colour: enum 'Colour' does not accept a selection set",
        ]
      ),
      (
        "query ($a: Filter, $b: [Nothing!]!, $c: Author) { colour }",
        [
          "$.b: type 'Nothing' not found in the schema",
          "$.c: object 'Author' cannot be used in an input type",
        ]
      ),
      ("mutation { x }", ["$: type 'mutation_root' not found in the schema"]),
      ("subscription { author { id } }", []),
      (
        "{ ...F } fragment F on Query { author { ...G } } fragment G on Author { none ...G }",
        ["$.author.none: field 'none' not found in object 'Author'"]
      ),
    ] as [(String, [String])]
  )
  func tells(text: String, has problems: [String]) throws {
    let schema = try Schema(parsing: Self.schema)
    #expect(QueryDiagnosis(try Document(parsing: text), in: schema).problems == problems)
  }

  @Test func printsDocumentsAlikeWithoutTypenames() throws {
    let plain = try Document(parsing: "query A($x:Int=1){author(id:$x){id}}")
    let other = try Document(
      parsing: "query A($x: Int = 1) {\n  __typename author(id: $x) { id, __typename }\n}"
    )
    let aliased = try Document(parsing: "query A($x: Int = 1) { author(id: $x) { x: id } }")
    #expect(plain.normalized == other.normalized)
    #expect(plain.normalized != aliased.normalized)
  }

  @Test func readsWhatVariablesADocumentDeclares() throws {
    let document = try Document(
      parsing: #"query ($a: [uuid!]! = ["x"], $b: Int = 9007199254740993, $c: Flag! = {on: true}) "#
        + "{ a }"
    )
    #expect(
      document.declaredVariables.map {
        "\($0.name) \($0.type) \($0.typeName) \($0.isList) \($0.isNonNull)"
      }
        == ["a [uuid!]! uuid true true", "b Int Int false false", "c Flag! Flag false true"]
    )
    #expect(
      document.declaredVariables.map { $0.defaultValue?.text }
        == [#"["x"]"#, "9007199254740993", #"{"on":true}"#]
    )
  }
}
