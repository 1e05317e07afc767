import Catalog
import Engine
import GraphQLCore
import JSON
import Metadata
import Testing

@Suite struct NullCheckTests {
  private func error(_ text: String, _ values: JSONObject = [:]) throws -> HasuraError? {
    let schema = try RoleSchemaBuilder(
      catalog: SmallCatalog.library.catalog,
      source: Source(
        tables: [RoleSchemaBuilderTests.author, RoleSchemaBuilderTests.article]
      )
    ).build()
    let operation = try Operation(document: try Document(parsing: text), schema: schema.schema)
    let variables = try operation.coerceVariables(values)
    let field = try #require(try operation.rootFields(variables).first)
    var path = JSONPath()
    path.append(key: "selectionSet")
    path.append(key: "author")
    return NullCheck(schema, variables)
      .error(in: try operation.arguments(of: field, variables), of: path)
  }

  @Test(
    arguments: [
      "{ author(where: null, order_by: null, limit: null, offset: null, distinct_on: null) { id } }",
      "{ author(order_by: {id: null, articles_aggregate: {count: null}}) { id } }",
      "{ author(where: {}) { id } }",
      "{ author(where: {articles: {meta: {_has_key: null}}}) { id } }",
    ]
  )
  func letsNullStandForNothing(text: String) throws {
    #expect(try error(text) == nil)
  }

  @Test(
    arguments: [
      ("{id: {_eq: null}}", "unexpected null value for type 'Int'", ".id._eq"),
      ("{id: {_in: null}}", "expected a list, but found null", ".id._in"),
      ("{id: {_is_null: null}}", "unexpected null value for type 'Boolean'", ".id._is_null"),
      ("{born: {_gt: null}}", "unexpected null value for type 'date'", ".born._gt"),
      (
        "{id: null}", "expected an object for type 'Int_comparison_exp', but found null", ".id"
      ),
      ("{_and: null}", "expected a list, but found null", "._and"),
      ("{_not: null}", "expected an object for type 'author_bool_exp', but found null", "._not"),
      (
        "{_or: [{}, {articles: null}]}",
        "expected an object for type 'article_bool_exp', but found null", "._or[1].articles"
      ),
      (
        "{articles_aggregate: {count: {distinct: null, predicate: {}}}}",
        "unexpected null value for type 'Boolean'", ".articles_aggregate.count.distinct"
      ),
    ]
  )
  func refusesANullInAFilter(filter: String, message: String, place: String) throws {
    #expect(
      try error("{ author(where: \(filter)) { id } }")
        == HasuraError(
          .validationFailed,
          message,
          path: "$.selectionSet.author.args.where" + place
        )
    )
  }

  @Test func refusesANullThatAVariableBrings() throws {
    let refusal = HasuraError(
      .validationFailed,
      "unexpected null value for type 'Int'",
      path: "$.selectionSet.author.args.where.id._eq"
    )
    let one = "query ($id: Int) { author(where: {id: {_eq: $id}}) { id } }"
    #expect(try error(one, ["id": nil]) == refusal)
    #expect(try error(one, ["id": 1]) == nil)
    // A variable that is not given leaves the operator out.
    #expect(try error(one) == nil)
    let whole = "query ($w: author_bool_exp) { author(where: $w) { id } }"
    #expect(try error(whole, ["w": ["id": ["_eq": nil]]]) == refusal)
    #expect(try error(whole, ["w": nil]) == nil)
  }
}
