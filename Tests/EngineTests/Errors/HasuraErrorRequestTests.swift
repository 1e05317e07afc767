import Catalog
import Engine
import GraphQLCore
import JSON
import Metadata
import Testing

@Suite struct HasuraErrorRequestTests {
  private static func schema() throws -> GraphQLCore.Schema {
    try RoleSchemaBuilder(
      catalog: SmallCatalog.library.catalog,
      source: Source(
        tables: [RoleSchemaBuilderTests.author, RoleSchemaBuilderTests.article]
      )
    ).build().schema
  }

  private func operation(_ text: String, _ name: String? = nil) throws -> Operation {
    try Operation(
      document: try Document(parsing: text),
      schema: try Self.schema(),
      operationName: name
    )
  }

  private func error(ofVariables values: JSONObject, in text: String) throws -> HasuraError? {
    let operation = try operation(text)
    do throws(CoercionErrors) {
      _ = try operation.coerceVariables(values)
    } catch {
      return HasuraError(error, in: operation)
    }
    return HasuraError.unexpectedVariables(GraphQLRequest(variables: values), in: operation)
  }

  @Test(arguments: ["", "{", "query { a(b: ) }", "{ a } fragment"])
  func refusesWhatIsNoDocument(text: String) {
    let error = #expect(throws: SyntaxError.self) { try Document(parsing: text) }
    #expect(
      error.map { HasuraError($0) }
        == HasuraError(.validationFailed, "not a valid graphql query", path: "$.query")
    )
  }

  @Test func namesTheLimitThatADocumentExceeds() {
    let error = #expect(throws: SyntaxError.self) {
      try Document(parsing: "{ a b c }", limits: ParserLimits(maximumTokens: 3))
    }
    #expect(
      error.map { HasuraError($0) }
        == HasuraError(
          .validationFailed,
          "Syntax Error: Document contains more than 3 tokens. Parsing aborted.",
          path: "$.query"
        )
    )
  }

  @Test(
    arguments: [
      (
        "query a { author { id } } query b { author { id } }", nil,
        "exactly one operation has to be present in the document when operationName is not"
          + " specified"
      ),
      ("query a { author { id } }", "x", "no such operation found in the document: \"x\""),
    ] as [(String, String?, String)]
  )
  func refusesAnOperationThatThereIsNot(text: String, name: String?, message: String) {
    let error = #expect(throws: RequestError.self) { try operation(text, name) }
    #expect(error.map { HasuraError($0) } == HasuraError(.validationFailed, message))
  }

  @Test func refusesSubscriptionsWhereThereAreNone() throws {
    let schema = try RoleSchemaBuilder(catalog: Catalog(), source: Source()).build().schema
    let error = #expect(throws: RequestError.self) {
      try Operation(document: try Document(parsing: "subscription { a }"), schema: schema)
    }
    #expect(
      error.map { HasuraError($0) } == HasuraError(.validationFailed, "no subscriptions exist")
    )
  }

  @Test func refusesMutationsWhereThereAreNone() throws {
    let schema = try RoleSchemaBuilder(catalog: Catalog(), source: Source()).build().schema
    let document = try Document(parsing: Array("mutation { a }".utf8))
    let error = #expect(throws: RequestError.self) {
      try Operation(document: document, schema: schema, operationName: nil)
    }
    #expect(
      error.map { HasuraError($0) } == HasuraError(.validationFailed, "no mutations exist")
    )
  }

  @Test(
    arguments: [
      (
        "query ($limit: Int! = 1) { author(limit: $limit) { id } }", ["limit": nil],
        HasuraError(.validationFailed, "null value found for non-nullable type: \"Int!\"")
      ),
      (
        "query ($first_name: String!) { author(where: {name: {_eq: $first_name}}) { id } }", [:],
        HasuraError(
          .validationFailed,
          "expecting a value for non-nullable variable: \"first_name\""
        )
      ),
      (
        "query { author { id } }", ["a": 1, "b": 2],
        HasuraError(.validationFailed, "unexpected variables in variableValues: a, b")
      ),
      (
        "query ($n: Int) { x: author(limit: $n) { id } }", ["n": "1"],
        HasuraError(
          .validationFailed,
          "expected a 32-bit integer for type 'Int', but found a string",
          path: "$.selectionSet.author.args.limit"
        )
      ),
      (
        "query ($n: Int) { author { articles(limit: $n) { id } } }", ["n": 2_147_483_648],
        HasuraError(
          .parseFailed,
          "The value 2.147483648e9 lies outside the bounds or is not an integer. "
            + "Maybe it is a float, or is there integer overflow?",
          path: "$.selectionSet.author.selectionSet.articles.args.limit"
        )
      ),
      (
        "query ($w: author_bool_exp) { author(where: {_and: [{}, $w]}) { id } }",
        ["w": ["id": ["_eq": true]]],
        HasuraError(
          .validationFailed,
          "expected a 32-bit integer for type 'Int', but found a boolean",
          path: "$.selectionSet.author.args.where._and[1].id._eq"
        )
      ),
      (
        "query ($w: author_bool_exp) { author(where: $w) { id } }", ["w": ["nme": [:]]],
        HasuraError(
          .validationFailed,
          "field 'nme' not found in type: 'author_bool_exp'",
          path: "$.selectionSet.author.args.where.nme"
        )
      ),
      (
        "query ($w: author_bool_exp) { author(where: $w) { id } }", ["w": [1]],
        HasuraError(
          .validationFailed,
          "expected an object for type 'author_bool_exp', but found a list",
          path: "$.selectionSet.author.args.where"
        )
      ),
      (
        "query ($w: author_bool_exp) { author(where: $w) { id } }",
        ["w": ["articles_aggregate": ["count": [:]]]],
        HasuraError(
          .validationFailed,
          "missing required field 'predicate'",
          path: "$.selectionSet.author.args.where.articles_aggregate.count.predicate"
        )
      ),
      (
        "query ($w: author_bool_exp) { author(where: $w) { id } }",
        ["w": ["_and": [nil]]],
        HasuraError(
          .validationFailed,
          "expected an object for type 'author_bool_exp', but found null",
          path: "$.selectionSet.author.args.where._and[0]"
        )
      ),
      (
        "query ($o: [author_order_by!]) { author(order_by: $o) { id } }",
        ["o": [["id": "up"]]],
        HasuraError(
          .validationFailed,
          "expected one of the values ['asc', 'asc_nulls_first', 'asc_nulls_last', 'desc', "
            + "'desc_nulls_first', 'desc_nulls_last'] for type 'order_by', but found 'up'",
          path: "$.selectionSet.author.args.order_by[0].id"
        )
      ),
      (
        "query ($o: [author_order_by!]) { author(order_by: $o) { id } }", ["o": [["id": 1]]],
        HasuraError(
          .validationFailed,
          "expected an enum value for type 'order_by', but found a number",
          path: "$.selectionSet.author.args.order_by[0].id"
        )
      ),
      (
        "query ($i: Boolean!) { author { id @include(if: $i) } }", ["i": 1],
        HasuraError(
          .validationFailed,
          "expected a boolean for type 'Boolean', but found a number"
        )
      ),
    ] as [(String, JSONObject, HasuraError)]
  )
  func tellsFaultsOfVariablesWhereTheyAreUsed(
    text: String,
    values: JSONObject,
    error: HasuraError
  ) throws {
    #expect(try self.error(ofVariables: values, in: text) == error)
  }

  @Test func looksAtABoundedNumberOfFields() throws {
    var text = "query ($n: Int) { author { ...f0 } }"
    for level in 0..<40 {
      text += " fragment f\(level) on author { a: articles { author { ...f\(level + 1) } }"
      text += " b: articles { author { ...f\(level + 1) } } }"
    }
    text += " fragment f40 on author { articles(limit: $n) { id } }"
    #expect(
      try error(ofVariables: ["n": "x"], in: text)
        == HasuraError(
          .validationFailed,
          "expected a 32-bit integer for type 'Int', but found a string",
          path: "$.selectionSet.author"
            + String(repeating: ".selectionSet.articles.selectionSet.author", count: 40)
            + ".selectionSet.articles.args.limit"
        )
    )
  }
}
