import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct DeleteTests {
  private typealias Fixture = WritingFixture

  @Test func deletesWhatAConditionFinds() async throws {
    try await Fixture.check(
      (
        """
        mutation { delete_fills(where: {account: {name: {_eq: "first"}}}) { affected_rows
          returning { id account { name fills { id } } } } }
        """,
        #"{"data":{"delete_fills":{"affected_rows":2,"returning":["#
          + #"{"id":201,"account":{"name":"first","fills":[]}},"#
          + #"{"id":202,"account":{"name":"first","fills":[]}}]}}}"#
      ),
      (
        "mutation { delete_fills_by_pk(id: 203) { symbol } again: delete_fills_by_pk(id: 203) { id } }",
        #"{"data":{"delete_fills_by_pk":{"symbol":"AAPL"},"again":null}}"#
      )
    )
  }

  @Test func tellsWhatStillRefersToARow() async throws {
    try await Fixture.check(
      (
        "mutation { delete_accounts(where: {id: {_eq: 101}}) { affected_rows } }",
        Fixture.error(
          "Foreign key violation. update or delete on table \"accounts\" violates foreign key "
            + "constraint \"fills_account_id_fkey\" on table \"fills\"",
          "$",
          "constraint-violation"
        )
      )
    )
  }

  @Test func runsAllFieldsInOneTransactionInTheirOrder() async throws {
    try await Fixture.check(
      (
        """
        mutation { delete_fills(where: {}) { affected_rows }
          insert_accounts_one(object: {name: "first"}) { id } }
        """,
        Fixture.error(
          "Uniqueness violation. duplicate key value violates unique constraint "
            + "\"accounts_name_key\"",
          "$.selectionSet.insert_accounts_one.args.object",
          "constraint-violation"
        )
      ),
      (
        """
        mutation { delete_fills(where: {}) { affected_rows }
          delete_accounts(where: {}) { affected_rows }
          insert_accounts_one(object: {name: "first"}) { fills { id } } __typename }
        """,
        #"{"data":{"delete_fills":{"affected_rows":3},"delete_accounts":{"affected_rows":2},"#
          + #""insert_accounts_one":{"fills":[]},"__typename":"mutation_root"}}"#
      )
    )
  }
}
