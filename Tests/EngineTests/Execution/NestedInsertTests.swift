import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct NestedInsertTests {
  private typealias Fixture = WritingFixture

  @Test func insertsWhatBelongsToARowAfterIt() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts(objects: [
            {name: "a", fills: {data: [
              {symbol: "A", qty: 1, notes: {data: [{body: "one"}, {body: "two"}]}},
              {symbol: "B", qty: 2}]}, profile: {data: {email: "a@x"}}},
            {name: "b", fills: {data: []}, profile: null},
            {name: "c", fills: {data: [{qty: 3}, {symbol: "D", qty: 4}]}}]) {
          affected_rows
          returning { id name profile { email }
            fills(order_by: {id: asc}) { symbol qty notes(order_by: {id: asc}) { id body } } } } }
        """,
        #"{"data":{"insert_accounts":{"affected_rows":10,"returning":["#
          + #"{"id":1,"name":"a","profile":{"email":"a@x"},"fills":["#
          + #"{"symbol":"A","qty":1.0000,"notes":[{"id":1,"body":"one"},{"id":2,"body":"two"}]},"#
          + #"{"symbol":"B","qty":2.0000,"notes":[]}]},"#
          + #"{"id":2,"name":"b","profile":null,"fills":[]},"#
          + #"{"id":3,"name":"c","profile":null,"fills":["#
          + #"{"symbol":"SPY","qty":3.0000,"notes":[]},{"symbol":"D","qty":4.0000,"notes":[]}]}]}}}"#
      )
    )
  }

  @Test func insertsWhatARowDependsOnBeforeIt() async throws {
    try await Fixture.checkAll([
      (
        """
        mutation ($name: String!) { insert_notes_one(object: {body: "n", fill: {data: {
            symbol: "A", qty: 1, account: {data: {name: $name}}}}}) {
          id fill { id symbol account { id name fills_aggregate { aggregate { count } } } } } }
        """,
        ["name": "n\"\\"],
        #"{"data":{"insert_notes_one":{"id":1,"fill":{"id":1,"symbol":"A","#
          + #""account":{"id":1,"name":"n\"\\","fills_aggregate":{"aggregate":{"count":1}}}}}}}"#
      )
    ])
  }

  @Test func takesConflictsAtEveryLevel() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts(objects: [{name: "first", fills: {data: [
              {symbol: "AAPL", qty: 99}, {symbol: "NEW", qty: 1}],
              on_conflict: {constraint: fills_once, update_columns: [qty]}}}],
            on_conflict: {constraint: accounts_name_key, update_columns: [name]}) {
          affected_rows returning { id fills(order_by: {symbol: asc}) { id symbol qty } } } }
        """,
        #"{"data":{"insert_accounts":{"affected_rows":3,"returning":[{"id":101,"fills":["#
          + #"{"id":201,"symbol":"AAPL","qty":99.0000},{"id":202,"symbol":"MSFT","qty":-5.5000},"#
          + #"{"id":2,"symbol":"NEW","qty":1.0000}]}]}}}"#
      )
    )
  }

  @Test func refusesWhatHasNoRowToBelongTo() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts(objects: [{name: "new"}, {name: "first", fills: {data: [
            {qty: 1}]}}], on_conflict: {constraint: accounts_name_key}) { affected_rows } }
        """,
        Fixture.error(
          "cannot proceed to insert array relations since insert to table \"accounts\" affects "
            + "zero rows",
          "$.selectionSet.insert_accounts.args.objects[1]",
          "not-supported"
        )
      ),
      (
        """
        mutation { insert_fills_one(object: {qty: 1, account: {data: {name: "first"},
            on_conflict: {constraint: accounts_name_key}}}) { id } }
        """,
        Fixture.error(
          "cannot proceed to insert object relation \"account\" since insert to table \"accounts\" "
            + "affects zero rows",
          "$.selectionSet.insert_fills_one.args.object[0].account",
          "not-supported"
        )
      ),
      (
        "{ accounts_aggregate { aggregate { count } } }",
        #"{"data":{"accounts_aggregate":{"aggregate":{"count":2}}}}"#
      )
    )
  }

  @Test func refusesColumnsThatAreDeterminedTwice() async throws {
    let query = """
      mutation ($data: [fills_insert_input!]!) {
        insert_accounts(objects: [{name: "a", fills: {data: $data}}]) { affected_rows } }
      """
    let error = Fixture.error(
      "cannot insert \"account_id\" columns as their values are already being determined by "
        + "parent insert",
      "$.selectionSet.insert_accounts.args.objects[0].fills.data[1]",
      "validation-failed"
    )
    try await Fixture.checkAll([
      (query, ["data": [["qty": 1], ["qty": 2, "account_id": 101]]], error),
      (
        """
        mutation { insert_fills(objects: [{account_id: 101, qty: 1, account: {data: {
            name: "x"}}}]) { affected_rows } }
        """, [:],
        Fixture.error(
          "cannot insert object relationship \"account\" as \"account_id\" column values are "
            + "already determined",
          "$.selectionSet.insert_fills.args.objects[0].account",
          "validation-failed"
        )
      ),
    ])
  }

  @Test func tellsViolatedConstraintsWhereTheyAre() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts(objects: [{name: "a", fills: {data: [{qty: 1}, {qty: 0}]}}]) {
          affected_rows } }
        """,
        Fixture.error(
          "Check constraint violation. new row for relation \"fills\" violates check constraint "
            + "\"fills_qty_check\"",
          "$.selectionSet.insert_accounts.args.objects[0].fills.data",
          "permission-error"
        )
      )
    )
  }
}
