import Catalog
import Engine
import GraphQLCore
import Metadata
import Testing

@Suite struct HasuraErrorValidationTests {
  private func error(_ text: String) throws -> HasuraError? {
    let schema = try RoleSchemaBuilder(
      catalog: SmallCatalog.library.catalog,
      source: Source(
        tables: [RoleSchemaBuilderTests.author, RoleSchemaBuilderTests.article]
      )
    ).build().schema
    return HasuraError(validate(try Document(parsing: text), against: schema), in: schema)
  }

  private func expect(
    _ text: String,
    _ message: String,
    _ path: String,
    _ code: HasuraError.Code = .validationFailed,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      try error(text) == HasuraError(code, message, path: path),
      sourceLocation: sourceLocation
    )
  }

  @Test func findsFieldsThatThereAreNot() throws {
    try expect("{ x }", "field 'x' not found in type: 'query_root'", "$.selectionSet.x")
    try expect(
      "{ a: author { b: articles { c: nothing } } }",
      "field 'nothing' not found in type: 'article'",
      "$.selectionSet.author.selectionSet.articles.selectionSet.nothing"
    )
    try expect(
      "{ author { ...f } } fragment f on author { articles { ...g } } "
        + "fragment g on article { nothing }",
      "field 'nothing' not found in type: 'article'",
      "$.selectionSet.author.selectionSet.articles.selectionSet.nothing"
    )
    try expect(
      "{ author { ... on author { nothing } } }",
      "field 'nothing' not found in type: 'author'",
      "$.selectionSet.author.selectionSet.nothing"
    )
  }

  @Test func findsSelectionsThatAreOrAreNotThere() throws {
    try expect(
      "{ author { id { x } } }",
      "unexpected subselection set for non-object field",
      "$.selectionSet.author.selectionSet.id"
    )
    try expect(
      "{ author { articles } }",
      "missing selection set for 'article'",
      "$.selectionSet.author.selectionSet.articles.selectionSet"
    )
  }

  @Test func findsArgumentsThatThereAreNot() throws {
    try expect(
      "{ author(foo: 1) { id } }",
      "'author' has no argument named 'foo'",
      "$.selectionSet.author"
    )
    try expect(
      "{ author_by_pk { id } }",
      "missing required field 'id'",
      "$.selectionSet.author_by_pk.args.id"
    )
  }

  @Test func findsValuesThatDoNotFit() throws {
    let place = "$.selectionSet.author.args."
    try expect(
      "{ author(limit: \"1\") { id } }",
      "expected a 32-bit integer for type 'Int', but found a string",
      place + "limit"
    )
    try expect(
      "{ author(limit: 1.5) { id } }",
      "expected a 32-bit integer for type 'Int', but found a float",
      place + "limit"
    )
    try expect(
      "{ author(where: {id: {_eq: 2147483648}}) { id } }",
      "The value 2.147483648e9 lies outside the bounds or is not an integer. "
        + "Maybe it is a float, or is there integer overflow?",
      place + "where.id._eq",
      .parseFailed
    )
    try expect(
      "{ author(where: {name: {_eq: 1}}) { id } }",
      "expected a string for type 'String', but found an integer",
      place + "where.name._eq"
    )
    try expect(
      "{ author(where: {is_alive: {_eq: maybe}}) { id } }",
      "expected a boolean for type 'Boolean', but found an enum value",
      place + "where.is_alive._eq"
    )
    try expect(
      "{ author(where: 1) { id } }",
      "expected an object for type 'author_bool_exp', but found an integer",
      place + "where"
    )
    try expect(
      "{ author(where: {_or: [{}, {nme: {}}]}) { id } }",
      "field 'nme' not found in type: 'author_bool_exp'",
      place + "where._or[1].nme"
    )
    try expect(
      "{ author(where: {articles_aggregate: {count: {distinct: true}}}) { id } }",
      "missing required field 'predicate'",
      place + "where.articles_aggregate.count.predicate"
    )
    try expect(
      "{ author(distinct_on: [nothing]) { id } }",
      "expected one of the values ['born', 'id', 'is_alive', 'name', 'rating'] for type "
        + "'author_select_column', but found 'nothing'",
      place + "distinct_on[0]"
    )
    try expect(
      "{ author(order_by: {id: \"asc\"}) { id } }",
      "expected an enum value for type 'order_by', but found a string",
      place + "order_by.id"
    )
    try expect(
      "{ author_by_pk(id: null) { id } }",
      "unexpected null value for type 'Int'",
      "$.selectionSet.author_by_pk.args.id"
    )
    try expect(
      "{ author(where: {_and: [null]}) { id } }",
      "expected an object for type 'author_bool_exp', but found null",
      place + "where._and[0]"
    )
  }

  @Test func findsVariablesThatDoNotFit() throws {
    try expect("{ author(limit: $n) { id } }", "unbound variable \"n\"", "$")
    try expect(
      "query ($a: Int, $a: Int) { author(limit: $a) { id } }",
      "multiple definitions for variable \"a\"",
      "$",
      .parseFailed
    )
    try expect(
      "query ($limit: String) { author(limit: $limit) { id } }",
      "variable 'limit' is declared as 'String', but used where 'Int' is expected",
      "$.selectionSet.author.args.limit"
    )
    try expect(
      "query ($i: Int) { author_by_pk(id: $i) { id } }",
      "variable 'i' is declared as 'Int', but used where 'Int!' is expected",
      "$.selectionSet.author_by_pk.args.id"
    )
    try expect(
      "query ($i: Int) { author { articles(where: {_and: [{title: {_eq: $i}}]}) { id } } }",
      "variable 'i' is declared as 'Int', but used where 'String' is expected",
      "$.selectionSet.author.selectionSet.articles.args.where._and[0].title._eq"
    )
  }

  @Test func findsFragmentsThatCannotBePutIn() throws {
    try expect(
      "query { author { ...authorFragment } } "
        + "fragment authorFragment on author { id articles { ...articleFragment } } "
        + "fragment articleFragment on article { title author { ...authorFragment } }",
      "the fragment definition(s) authorFragment and articleFragment form a cycle",
      "$.selectionSet.author.selectionSet.authorFragment.selectionSet.articles.selectionSet"
        + ".articleFragment.selectionSet.author.selectionSet"
    )
    try expect(
      "{ author { ...f } } fragment f on author { ...f }",
      "the fragment definition(s) f form a cycle",
      "$.selectionSet.author.selectionSet.f.selectionSet"
    )
    try expect(
      "{ author { ...f } }",
      "reference to undefined fragment \"f\"",
      "$.selectionSet.author.selectionSet"
    )
    try expect(
      "{ author { ...f } } fragment f on author { id } fragment f on author { id }",
      "multiple definitions for fragment \"f\"",
      "$",
      .parseFailed
    )
  }

  @Test func findsDirectivesThatThereAreNot() throws {
    try expect(
      "{ author { id @nothing } }",
      "directive 'nothing' is not defined in the schema",
      "$.selectionSet.author.selectionSet"
    )
    try expect(
      "{ author @cached { id } }",
      "directive 'cached' is not allowed on a field",
      "$.selectionSet"
    )
    try expect(
      "{ author { id @include(if: true) @include(if: true) } }",
      "the following directives are used more than once: ['include']",
      "$.selectionSet.author.selectionSet"
    )
    try expect(
      "{ author { id @skip } }",
      "missing required field 'if'",
      "$.selectionSet.author.selectionSet.skip.args.if"
    )
  }

  @Test func findsSelectionsThatConflict() throws {
    try expect(
      "{ author { a: id a: name } }",
      "selection of both 'id' and 'name' specify the same response name, 'a'",
      "$.selectionSet.author.selectionSet"
    )
    try expect(
      "{ author(limit: 1) { id } author(limit: 2) { id } }",
      "inconsistent arguments between multiple selections of field 'author'",
      "$.selectionSet"
    )
  }

  @Test func tellsWhatHasuraWouldComeUponFirst() throws {
    try expect(
      "query ($a: Int) { x author(limit: $b) { id } }",
      "unbound variable \"b\"",
      "$"
    )
    try expect(
      "{ author(limit: true) { x } y }",
      "expected a 32-bit integer for type 'Int', but found a boolean",
      "$.selectionSet.author.args.limit"
    )
  }

  @Test(
    arguments: [
      "{ author { id } } fragment f on author { id }",
      "{ author { id ... on article { title } } }",
      "query ($n: Int) @cached(ttl: 10) { author(limit: $n) { id __typename } }",
    ]
  )
  func letsBeWhatHasuraLetsBe(text: String) throws {
    #expect(try error(text) == nil)
  }
}
