import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct ConflictTests {
  private typealias Fixture = WritingFixture

  @Test func leavesTheRowThatIsThere() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts(objects: [{name: "first"}, {name: "new"}],
            on_conflict: {constraint: accounts_name_key}) { affected_rows returning { name } } }
        """,
        #"{"data":{"insert_accounts":{"affected_rows":1,"returning":[{"name":"new"}]}}}"#
      ),
      (
        """
        mutation { insert_accounts_one(object: {name: "first"},
            on_conflict: {constraint: accounts_name_key, update_columns: []}) { id } }
        """,
        #"{"data":{"insert_accounts_one":null}}"#
      ),
      (
        """
        mutation { insert_accounts_one(object: {name: "first"},
            on_conflict: {constraint: accounts_name_key}) { id fills { id } } }
        """,
        #"{"data":{"insert_accounts_one":null}}"#
      )
    )
  }

  @Test func updatesTheGivenColumnsOfTheRowThatIsThere() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts(objects: [{name: "first", kind: "margin", equity: 1}],
            on_conflict: {constraint: accounts_name_key, update_columns: [kind]}) {
          affected_rows returning { id kind equity fills_aggregate { aggregate { count } } } } }
        """,
        #"{"data":{"insert_accounts":{"affected_rows":1,"returning":[{"id":101,"kind":"margin","#
          + #""equity":12345678901234567890.125,"fills_aggregate":{"aggregate":{"count":2}}}]}}}"#
      )
    )
  }

  @Test func updatesOnlyRowsThatMeetTheCondition() async throws {
    let query = """
      mutation ($o: [fills_insert_input!]!, $least: numeric!) {
        insert_fills(objects: $o, on_conflict: {
          constraint: fills_once, update_columns: [qty], where: {qty: {_lt: $least}}}) {
          affected_rows returning { id qty } } }
      """
    let rows: JSONValue = [
      ["account_id": 101, "symbol": "AAPL", "qty": 20],
      ["account_id": 101, "symbol": "MSFT", "qty": 30],
    ]
    try await Fixture.checkAll([
      (
        query, ["o": rows, "least": 0],
        #"{"data":{"insert_fills":{"affected_rows":1,"returning":[{"id":202,"qty":30.0000}]}}}"#
      ),
      (
        query, ["o": rows, "least": "1000"],
        #"{"data":{"insert_fills":{"affected_rows":2,"returning":["#
          + #"{"id":201,"qty":20.0000},{"id":202,"qty":30.0000}]}}}"#
      ),
    ])
  }

  @Test func refusesUnknownConstraintsAndRowsThatMeetEachOther() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts(objects: [], on_conflict: {constraint: nothing}) {
          affected_rows } }
        """,
        Fixture.error(
          "expected one of the values ['accounts_name_key', 'accounts_pkey'] for type "
            + "'accounts_constraint', but found 'nothing'",
          "$.selectionSet.insert_accounts.args.on_conflict.constraint",
          "validation-failed"
        )
      ),
      (
        """
        mutation { insert_accounts(objects: [], on_conflict: {update_columns: [kind]}) {
          affected_rows } }
        """,
        Fixture.error(
          "missing required field 'constraint'",
          "$.selectionSet.insert_accounts.args.on_conflict.constraint",
          "validation-failed"
        )
      )
    )
  }
}
