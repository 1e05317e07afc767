import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct InsertTests {
  private typealias Fixture = WritingFixture

  @Test func insertsOneRowAndAnswersIt() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts_one(object: {
            name: "x", equity: 9007199254740993.000000000000000001, units: "9223372036854775807",
            opened: "2024-02-29T12:00:00.5+05:45", tags: ["a", "b \\"c\\""], raw: {k: [1.50, null]},
            ratio: "-Infinity" }) {
          id name equity units opened tags raw ratio kind upper_name __typename } }
        """,
        #"{"data":{"insert_accounts_one":{"id":1,"name":"x","#
          + #""equity":9007199254740993.000000000000000001,"units":9223372036854775807,"#
          + #""opened":"2024-02-29T06:15:00.5+00:00","tags":["a","b \"c\""],"#
          + #""raw":{"k": [1.50, null]},"ratio":"-Infinity","kind":"cash","upper_name":"X","#
          + #""__typename":"accounts"}}}"#
      )
    )
  }

  @Test func takesTheSameValuesFromVariables() async throws {
    try await Fixture.checkAll([
      (
        """
        mutation ($equity: numeric, $units: bigint, $raw: jsonb, $tags: [String!], $ratio: float8) {
          insert_accounts_one(object: {
            name: "x", equity: $equity, units: $units, raw: $raw, tags: $tags, ratio: $ratio }) {
          equity units raw tags ratio } }
        """,
        [
          "equity": "NaN", "units": 9_007_199_254_740_993, "raw": ["k": "v\"\\"],
          "tags": ["a,b", "{c}"], "ratio": "0.1",
        ],
        #"{"data":{"insert_accounts_one":{"equity":"NaN","units":9007199254740993,"#
          + #""raw":{"k": "v\"\\"},"tags":["a,b","{c}"],"ratio":0.1}}}"#
      ),
      (
        "mutation ($o: accounts_insert_input!) { insert_accounts_one(object: $o) { name raw } }",
        ["o": ["name": "y", "raw": [1, "two", nil]]],
        #"{"data":{"insert_accounts_one":{"name":"y","raw":[1, "two", null]}}}"#
      ),
    ])
  }

  @Test func insertsManyRowsInTheirOrder() async throws {
    try await Fixture.checkAll([
      (
        """
        mutation ($b: String!) { insert_accounts(objects: [
            {name: "a", kind: null, tags: []}, {name: $b, id: 7}, {name: "c", raw: {x: "}"}} ]) {
          affected_rows returning { id name kind tags raw } __typename } }
        """,
        ["b": "b\\\""],
        #"{"data":{"insert_accounts":{"affected_rows":3,"returning":["#
          + #"{"id":1,"name":"a","kind":null,"tags":[],"raw":null},"#
          + #"{"id":7,"name":"b\\\"","kind":"cash","tags":null,"raw":null},"#
          + #"{"id":2,"name":"c","kind":"cash","tags":null,"raw":{"x": "}"}}],"#
          + #""__typename":"accounts_mutation_response"}}}"#
      ),
      (
        "mutation ($o: [accounts_insert_input!]!) { insert_accounts(objects: $o) { affected_rows } }",
        ["o": []],
        #"{"data":{"insert_accounts":{"affected_rows":0}}}"#
      ),
    ])
  }

  @Test func showsTheStateAfterTheWrite() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_fills(objects: [{account_id: 101, symbol: "TSLA", qty: 2}]) {
          returning { symbol account { name fills(order_by: {id: asc}) { symbol }
            fills_aggregate { aggregate { count sum { qty } } } } } } }
        """,
        #"{"data":{"insert_fills":{"returning":[{"symbol":"TSLA","account":{"name":"first","#
          + #""fills":[{"symbol":"TSLA"},{"symbol":"AAPL"},{"symbol":"MSFT"}],"#
          + #""fills_aggregate":{"aggregate":{"count":3,"sum":{"qty":6.5000}}}}}]}}}"#
      )
    )
  }

  @Test func writesThroughViews() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_account_names(objects: [{name: "v"}, {name: "w", id: 9}]) {
          affected_rows returning { id name } } }
        """,
        #"{"data":{"insert_account_names":{"affected_rows":2,"returning":["#
          + #"{"id":1,"name":"v"},{"id":9,"name":"w"}]}}}"#
      ),
      (
        "mutation { insert_account_counts(objects: []) { affected_rows } }",
        Fixture.error(
          "field 'insert_account_counts' not found in type: 'mutation_root'",
          "$.selectionSet.insert_account_counts",
          "validation-failed"
        )
      )
    )
  }

  @Test func tellsViolatedConstraintsAtTheObjects() async throws {
    try await Fixture.check(
      (
        "mutation { insert_accounts_one(object: {name: \"first\"}) { id } }",
        Fixture.error(
          "Uniqueness violation. duplicate key value violates unique constraint "
            + "\"accounts_name_key\"",
          "$.selectionSet.insert_accounts_one.args.object",
          "constraint-violation"
        )
      ),
      (
        "mutation { insert_accounts(objects: [{kind: \"x\"}]) { affected_rows } }",
        Fixture.error(
          "Not-NULL violation. null value in column \"name\" of relation \"accounts\" violates "
            + "not-null constraint",
          "$.selectionSet.insert_accounts.args.objects",
          "constraint-violation"
        )
      ),
      (
        "mutation { insert_fills(objects: [{account_id: 1, qty: 1}]) { affected_rows } }",
        Fixture.error(
          "Foreign key violation. insert or update on table \"fills\" violates foreign key "
            + "constraint \"fills_account_id_fkey\"",
          "$.selectionSet.insert_fills.args.objects",
          "constraint-violation"
        )
      ),
      (
        "mutation { insert_fills(objects: [{account_id: 101, qty: 0}]) { affected_rows } }",
        Fixture.error(
          "Check constraint violation. new row for relation \"fills\" violates check constraint "
            + "\"fills_qty_check\"",
          "$.selectionSet.insert_fills.args.objects",
          "permission-error"
        )
      ),
      (
        "mutation { insert_accounts(objects: [{name: \"x\", opened: \"soon\"}]) { affected_rows } }",
        Fixture.error(
          "invalid input syntax for type timestamp with time zone: \"soon\"",
          "$.selectionSet.insert_accounts.args.objects",
          "data-exception"
        )
      )
    )
  }

  @Test func refusesNullInAColumnThatTakesNone() async throws {
    let error = Fixture.error(
      "unexpected null value for type 'String'",
      "$.selectionSet.insert_accounts.args.objects[1].name",
      "validation-failed"
    )
    let query =
      "mutation ($o: [accounts_insert_input!]!) { insert_accounts(objects: $o) { affected_rows } }"
    try await Fixture.checkAll([
      (
        "mutation { insert_accounts(objects: [{name: \"a\"}, {name: null}]) { affected_rows } }",
        [:],
        error
      ),
      (query, ["o": [["name": "a"]]], #"{"data":{"insert_accounts":{"affected_rows":1}}}"#),
      // The plan of the request before serves this one.
      (query, ["o": [["name": "b"], ["name": nil]]], error),
      (
        "{ accounts_aggregate { aggregate { count } } }", [:],
        #"{"data":{"accounts_aggregate":{"aggregate":{"count":3}}}}"#
      ),
    ])
  }

  @Test func offersNoGeneratedColumns() async throws {
    try await Fixture.check(
      (
        "mutation { insert_accounts(objects: [{name: \"x\", upper_name: \"X\"}]) { affected_rows } }",
        Fixture.error(
          "field 'upper_name' not found in type: 'accounts_insert_input'",
          "$.selectionSet.insert_accounts.args.objects[0].upper_name",
          "validation-failed"
        )
      ),
      (
        "mutation { insert_notes(objects: [{id: 1, body: \"x\"}]) { affected_rows } }",
        Fixture.error(
          "field 'id' not found in type: 'notes_insert_input'",
          "$.selectionSet.insert_notes.args.objects[0].id",
          "validation-failed"
        )
      )
    )
  }

  @Test func tellsTriggersOnWhoseBehalf() async throws {
    try await Fixture.check(
      sql: "create trigger noted after insert on accounts execute function note();",
      (
        "mutation { a: insert_accounts_one(object: {name: \"x\"}) { id } }",
        #"{"data":{"a":{"id":1}}}"#
      ),
      (
        "{ log { op who } }",
        #"{"data":{"log":[{"op":"INSERT","who":{"x-hasura-role":"admin"}}]}}"#
      )
    )
  }

  @Test func answersRowsOfWhichNothingIsRead() async throws {
    try await Fixture.checkAll([
      (
        """
        mutation ($rows: [accounts_insert_input!]!) {
          one: insert_accounts_one(object: {name: "a"}) { __typename }
          many: insert_accounts(objects: $rows) { affected_rows returning { t: __typename } }
          set: update_fills_by_pk(pk_columns: {id: 201}, _set: {qty: 1}) { __typename }
          none: update_fills_by_pk(pk_columns: {id: 1}, _set: {qty: 1}) { __typename }
          demanded: update_fills_by_pk(pk_columns: {id: 202}, _set: {qty: 1}, if: {}) { __typename }
          each: update_fills_many(updates: [{where: {id: {_eq: 203}}, _inc: {qty: 1}}]) {
            returning { __typename } }
          gone: delete_fills(where: {account_id: {_eq: 101}}) { returning { __typename } } }
        """,
        ["rows": [["name": "b"], ["name": "c"]]],
        #"{"data":{"one":{"__typename":"accounts"},"#
          + #""many":{"affected_rows":2,"returning":[{"t":"accounts"},{"t":"accounts"}]},"#
          + #""set":{"__typename":"fills"},"none":null,"demanded":{"__typename":"fills"},"#
          + #""each":[{"returning":[{"__typename":"fills"}]}],"#
          + #""gone":{"returning":[{"__typename":"fills"},{"__typename":"fills"}]}}}"#
      ),
      (
        """
        mutation ($no: Boolean!) { insert_accounts(objects: [{name: "d"}]) {
            affected_rows @skip(if: $no) }
          insert_accounts_one(object: {name: "e"}) { id @skip(if: $no) }
          update_accounts(where: {id: {_eq: 101}}, _set: {kind: "x"}) {
            returning { id @skip(if: $no) } } }
        """,
        ["no": true],
        #"{"data":{"insert_accounts":{},"insert_accounts_one":{},"#
          + #""update_accounts":{"returning":[{}]}}}"#
      ),
      (
        """
        mutation ($no: Boolean!) { insert_accounts_one(object: {name: "f"}) @skip(if: $no) { id } }
        """,
        ["no": true], #"{"data":{}}"#
      ),
      (
        "{ accounts_aggregate { aggregate { count } } }", [:],
        #"{"data":{"accounts_aggregate":{"aggregate":{"count":7}}}}"#
      ),
    ])
  }
}
