import JSON
import Testing

@testable import Engine

/// Lists of objects that are left in the text of the request do what lists of values do.
@Suite(.timeLimit(.minutes(2))) struct TextRowsTests {
  private typealias Fixture = WritingFixture

  private static let insert = """
    mutation ($r: [accounts_insert_input!]!) { insert_accounts(objects: $r) {
      affected_rows returning { name kind equity units tags raw } } }
    """

  /// Both ways, each over a database of its own, answer the same.
  private func check(
    _ query: String,
    _ variables: JSONObject,
    _ answer: String,
    location: SourceLocation = #_sourceLocation
  ) async throws {
    for leavesRows in [true, false] {
      let harness = try await EngineHarness(sql: Fixture.sql, metadata: Fixture.metadata)
      let found =
        leavesRows
        ? try await harness.answer(query, leavingRowsOf: variables)
        : await harness.answer(query, variables)
      #expect(found == answer, "rows left in the text: \(leavesRows)", sourceLocation: location)
      await harness.stop()
    }
  }

  @Test func fillsInDefaultsWhereRowsLeaveColumnsOut() async throws {
    try await check(
      Self.insert,
      [
        "r": [
          ["name": "a\"\\\n", "equity": "1.10", "units": 9_007_199_254_740_993],
          ["units": nil, "name": "é😀", "kind": nil],
          ["name": "{c,d}", "raw": ["k": ["x\"", true]]],
        ]
      ],
      #"{"data":{"insert_accounts":{"affected_rows":3,"returning":["#
        + #"{"name":"a\"\\\n","kind":"cash","equity":1.10,"units":9007199254740993,"tags":null,"raw":null},"#
        + #"{"name":"é😀","kind":null,"equity":null,"units":null,"tags":null,"raw":null},"#
        + #"{"name":"{c,d}","kind":"cash","equity":null,"units":null,"tags":null,"#
        + #""raw":{"k": ["x\"", true]}}]}}}"#
    )
  }

  @Test func readsRowsWithMoreThanScalarsAsUsual() async throws {
    try await check(
      """
      mutation ($r: [accounts_insert_input!]!) { insert_accounts(objects: $r) {
        affected_rows returning { name tags fills { symbol } } } }
      """,
      [
        "r": [
          ["name": "a", "tags": ["x", "y"]],
          ["name": "b", "tags": "{z}", "fills": ["data": [["symbol": "S", "qty": 1]]]],
        ]
      ],
      #"{"data":{"insert_accounts":{"affected_rows":3,"returning":["#
        + #"{"name":"a","tags":["x","y"],"fills":[]},"#
        + #"{"name":"b","tags":["z"],"fills":[{"symbol":"S"}]}]}}}"#
    )
  }

  @Test func serveAsRowsOfARelationship() async throws {
    let query = """
      mutation ($r: [fills_insert_input!]!) {
        insert_accounts_one(object: {name: "x", fills: {data: $r}}) {
          fills(order_by: {symbol: asc}) { symbol qty } } }
      """
    try await check(
      query,
      ["r": [["symbol": "A", "qty": "1.5"], ["symbol": "B", "qty": -2]]],
      #"{"data":{"insert_accounts_one":{"fills":[{"symbol":"A","qty":1.5000},"#
        + #"{"symbol":"B","qty":-2.0000}]}}}"#
    )
    try await check(
      query,
      ["r": [["symbol": "A", "qty": 1], ["account_id": 1, "qty": 1]]],
      Fixture.error(
        "cannot insert \"account_id\" columns as their values are already being determined by "
          + "parent insert",
        "$.selectionSet.insert_accounts_one.args.object[0].fills.data[1]",
        "validation-failed"
      )
    )
  }

  @Test func goThroughViewsOneByOne() async throws {
    try await check(
      """
      mutation ($r: [account_names_insert_input!]!) { insert_account_names(objects: $r) {
        returning { id name } } }
      """,
      ["r": [["name": "v", "id": 8], ["name": "w", "id": 9]]],
      #"{"data":{"insert_account_names":{"returning":[{"id":8,"name":"v"},{"id":9,"name":"w"}]}}}"#
    )
  }

  @Test(
    arguments: [
      (
        [["name": "a"], ["name": nil]], "unexpected null value for type 'String'", "[1].name",
        "validation-failed"
      ),
      (
        [["name": "a"], ["name": 5]], "expected a string for type 'String', but found a number",
        "[1].name", "validation-failed"
      ),
      (
        [["name": "a", "nme": 5]], "field 'nme' not found in type: 'accounts_insert_input'",
        "[0].nme", "validation-failed"
      ),
      (
        [["name": "a", "id": 2_147_483_648]],
        "The value 2.147483648e9 lies outside the bounds or is not an integer. Maybe it is a "
          + "float, or is there integer overflow?", "[0].id", "parse-failed"
      ),
      (
        [["name": "a", "id": true]],
        "expected a 32-bit integer for type 'Int', but found a boolean", "[0].id",
        "validation-failed"
      ),
      (
        [["name": "a", "opened": "soon"], ["name": "b"]],
        "invalid input syntax for type timestamp with time zone: \"soon\"", "", "data-exception"
      ),
    ] as [(JSONValue, String, String, String)]
  )
  func areRefusedInTheSameWords(
    rows: JSONValue,
    message: String,
    place: String,
    code: String
  ) async throws {
    try await check(
      Self.insert,
      ["r": rows],
      Fixture.error(message, "$.selectionSet.insert_accounts.args.objects\(place)", code)
    )
  }

  @Test func areRefusedWhereNoVariableTakesThem() async throws {
    try await check(
      "mutation { insert_accounts(objects: []) { affected_rows } }",
      ["r": [["name": "a"]]],
      Fixture.error("unexpected variables in variableValues: r", "$", "validation-failed")
    )
  }
}
