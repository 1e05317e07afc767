import Testing

@testable import GraphQLCore

struct ValidationTests {
  private static let sdl = """
    type Query { me: Person people(where: Filter, limit: Int, order: [Order!]): [Person!]! }
    type Person { name: String friends(where: Filter): [Person!]! }
    input Filter { name: Match and: [Filter!] }
    input Match { eq: String }
    enum Order { ASC DESC }
    """

  private func errors(_ text: String) throws -> [ValidationError] {
    try validate(
      Document(parsing: text, limits: .trusted),
      against: Schema(parsing: Self.sdl)
    )
  }

  @Test func givesTheReasonAndTheWayToIt() throws {
    let found = try errors(
      """
      query ($n: Int) {
        all: people(where: {and: [{name: {eq: "a"}}, {name: {eq: $n, no: 1}}]}) {
          name
          friends(where: {name: {eq: 5}}) { nick }
        }
      }
      """
    )
    let reasons = Set(found.map(\.reason))
    #expect(
      reasons == [
        .misplacedVariable("n", type: "Int", expected: "String"),
        .unknownField(field: "nick", type: "Person", typeSuggestions: [], suggestions: []),
        .invalidValue(
          InputProblem(
            reason: .unknownField(
              type: "Match",
              field: "no",
              suggestions: [],
              found: "{ eq: $n, no: 1 }"
            ),
            path: [.inputField("and"), .index(1), .inputField("name")],
            offset: 81
          )
        ),
        .invalidValue(
          InputProblem(
            reason: .notAString(found: "5"),
            path: [.inputField("name"), .inputField("eq")],
            offset: 134
          )
        ),
      ]
    )
    let paths = Set(found.map(\.path))
    #expect(
      paths == [
        [
          .field("people"), .argument("where"), .inputField("and"), .index(1), .inputField("name"),
          .inputField("eq"),
        ],
        [
          .field("people"), .argument("where"), .inputField("and"), .index(1), .inputField("name"),
        ],
        [
          .field("people"), .field("friends"), .argument("where"), .inputField("name"),
          .inputField("eq"),
        ],
        [.field("people"), .field("friends"), .field("nick")],
      ]
    )
    #expect(found.allSatisfy { !$0.locations.isEmpty })
  }

  @Test func suggestsNamesOnlyWhereAsked() throws {
    let document = try Document(parsing: "{ me { nam } }")
    let schema = try Schema(parsing: Self.sdl)
    #expect(
      validate(document, against: schema).map(\.message)
        == ["Cannot query field \"nam\" on type \"Person\"."]
    )
    #expect(
      validate(document, against: schema, suggests: true).map(\.message)
        == ["Cannot query field \"nam\" on type \"Person\". Did you mean \"name\"?"]
    )
  }

  @Test func takesManyAliases() throws {
    let aliases = (0..<10_000).map { "a\($0): name" }.joined(separator: " ")
    #expect(try errors("{ me { \(aliases) } }").isEmpty)
  }

  @Test func givesUpOnEndlessComparisons() throws {
    let same = Array(repeating: "friends { name }", count: 3000).joined(separator: " ")
    #expect(try errors("{ me { \(same) } }").map(\.reason) == [.aborted])
  }

  @Test func givesUpOnDeepChainsOfFragments() throws {
    let chain = (0..<5000)
      .map { "fragment F\($0) on Person { friends { ...F\($0 + 1) } }" }
      .joined(separator: " ")
    let text = "{ me { ...F0 } } \(chain) fragment F5000 on Person { name }"
    #expect(try errors(text).map(\.reason) == [.aborted])
  }

  @Test func findsFragmentCycles() throws {
    let text = """
      { me { ...A } }
      fragment A on Person { friends { ...B } }
      fragment B on Person { name ...A ...B }
      """
    #expect(
      try errors(text).map(\.message) == [
        "Cannot spread fragment \"A\" within itself via \"B\".",
        "Cannot spread fragment \"B\" within itself.",
      ]
    )
  }

  @Test func reportsAtMostAHundredErrors() throws {
    let fields = (0..<3000).map { "f\($0)" }.joined(separator: " ")
    let found = try errors("{ me { \(fields) } }")
    #expect(found.count == 101)
    #expect(found.last?.reason == .tooManyErrors)
  }

  @Test func limitsTheDepthOfIntrospection() throws {
    let deep = "{ __schema { types { fields { type { ...T } } } } } "
    let fragment = "fragment T on __Type { fields { type { fields { name } } } }"
    let document = try Document(parsing: deep + fragment)
    let schema = try Schema(parsing: Self.sdl)
    let rules = [ValidationRule.maximumIntrospectionDepth]
    let found = validate(document, against: schema, rules: rules)
    #expect(found.map(\.message) == ["Maximum introspection depth exceeded"])
  }
}
