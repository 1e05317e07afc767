import JSON
import Testing

@testable import Engine

/// Updates that write through relationships of the rows that they find.
@Suite(.timeLimit(.minutes(2))) struct RelatedUpdateTests {
  private typealias Fixture = WritingFixture

  @Test func changesWhatBelongsToARow() async throws {
    try await Fixture.check(
      (
        """
        mutation { update_accounts_by_pk(pk_columns: {id: 101}, _set: {name: "x"}, related: {fills: {
            update: [{where: {symbol: {_eq: "AAPL"}}, _inc: {qty: 1}}, {where: {}, _inc: {qty: 100}}],
            delete: {symbol: {_eq: "MSFT"}},
            insert: {data: [{symbol: "TSLA", qty: 3, notes: {data: [{body: "n"}]}}]}}}) {
          name fills(order_by: {id: asc}) { symbol qty notes { body } } } }
        """,
        #"{"data":{"update_accounts_by_pk":{"name":"x","fills":["#
          + #"{"symbol":"TSLA","qty":3.0000,"notes":[{"body":"n"}]},"#
          + #"{"symbol":"AAPL","qty":111.0000,"notes":[]}]}}}"#
      ),
      (
        "{ fills(where: {account_id: {_eq: 102}}) { symbol qty } }",
        #"{"data":{"fills":[{"symbol":"AAPL","qty":1.0000}]}}"#
      )
    )
  }

  @Test func upsertsThroughARelationshipOfARowThatStaysAsItIs() async throws {
    try await Fixture.checkAll([
      (
        """
        mutation ($rows: [fills_insert_input!]!) { update_accounts_by_pk(pk_columns: {id: 101},
            related: {fills: {insert: {data: $rows,
              on_conflict: {constraint: fills_once, update_columns: [qty]}}}}) {
          id fills(order_by: {symbol: asc}) { symbol qty } } }
        """,
        ["rows": [["symbol": "AAPL", "qty": 7], ["symbol": "NVDA", "qty": 8]]],
        #"{"data":{"update_accounts_by_pk":{"id":101,"fills":[{"symbol":"AAPL","qty":7.0000},"#
          + #"{"symbol":"MSFT","qty":-5.5000},{"symbol":"NVDA","qty":8.0000}]}}}"#
      )
    ])
  }

  @Test func goesDownSeveralLevelsAndUpAgain() async throws {
    try await Fixture.check(
      sql: """
        insert into notes (fill_id, body) values (201, 'a'), (202, 'b'), (203, 'c');
        """,
      (
        """
        mutation { update_accounts(where: {}, related: {fills: {update: [
            {where: {symbol: {_eq: "AAPL"}}, related: {
              notes: {update: [{where: {}, _set: {body: "seen"}}]},
              account: {update: [{where: {id: {_eq: 102}}, _set: {kind: "margin"}}]}}}]}}) {
          affected_rows returning { id fills(order_by: {id: asc}) { notes { body } } } } }
        """,
        #"{"data":{"update_accounts":{"affected_rows":3,"returning":["#
          + #"{"id":101,"fills":[{"notes":[{"body":"seen"}]},{"notes":[{"body":"b"}]}]},"#
          + #"{"id":102,"fills":[{"notes":[{"body":"seen"}]}]}]}}}"#
      ),
      (
        "{ accounts(order_by: {id: asc}) { kind } }",
        #"{"data":{"accounts":[{"kind":"cash"},{"kind":"margin"}]}}"#
      )
    )
  }

  @Test func changesTheOneRowOfAnObjectRelationship() async throws {
    try await Fixture.check(
      (
        """
        mutation { update_fills_many(updates: [
            {where: {id: {_eq: 201}}, _set: {qty: 1}, related: {account: {update: [
              {where: {}, _set: {name: "one"}}]}}},
            {where: {id: {_eq: 203}}, related: {account: {update: [
              {where: {}, _set: {name: "two"}}]}}}]) {
          affected_rows returning { account { name } } } }
        """,
        #"{"data":{"update_fills_many":[{"affected_rows":2,"returning":[{"account":{"name":"one"}}]},"#
          + #"{"affected_rows":1,"returning":[{"account":{"name":"two"}}]}]}}"#
      )
    )
  }

  @Test func insertsOnlyUnderExactlyOneRow() async throws {
    let insert = #"related: {fills: {insert: {data: [{symbol: "TSLA", qty: 3}]}}}"#
    func error(_ field: String) -> String {
      Fixture.error(
        "cannot insert through relationship \"fills\" since the update does not find exactly one row "
          + "of table \"accounts\"",
        "$.selectionSet.\(field).args.related.fills.insert",
        "not-supported"
      )
    }
    try await Fixture.check(
      (
        "mutation { update_accounts_by_pk(pk_columns: {id: 1}, \(insert)) { id } }",
        error("update_accounts_by_pk")
      ),
      (
        """
        mutation { update_accounts(where: {}, _set: {kind: "x"}, \(insert)) { affected_rows } }
        """,
        error("update_accounts")
      ),
      (
        "mutation { update_accounts(where: {id: {_eq: 102}}, \(insert)) { affected_rows } }",
        #"{"data":{"update_accounts":{"affected_rows":1}}}"#
      ),
      (
        "{ accounts { kind } fills(where: {symbol: {_eq: \"TSLA\"}}) { account_id } }",
        #"{"data":{"accounts":[{"kind":"cash"},{"kind":"cash"}],"fills":[{"account_id":102}]}}"#
      )
    )
  }

  @Test func undoesAllOfItOnAnError() async throws {
    try await Fixture.check(
      (
        """
        mutation { update_accounts_by_pk(pk_columns: {id: 101}, _set: {name: "x"}, related: {fills: {
            delete: {}, insert: {data: [{symbol: "A", qty: 0}]}}}) { id } }
        """,
        Fixture.error(
          "Check constraint violation. new row for relation \"fills\" violates check constraint "
            + "\"fills_qty_check\"",
          "$.selectionSet.update_accounts_by_pk.args.related.fills.insert.data",
          "permission-error"
        )
      ),
      (
        """
        mutation { update_accounts_by_pk(pk_columns: {id: 101}, if: {name: {_eq: "no"}},
            related: {fills: {delete: {}}}) { id } }
        """,
        Fixture.error(
          "no row of this key meets the condition of \"if\"",
          "$.selectionSet.update_accounts_by_pk.args.if",
          "conflict"
        )
      ),
      (
        "{ accounts_by_pk(id: 101) { name fills { id } } }",
        #"{"data":{"accounts_by_pk":{"name":"first","fills":[{"id":201},{"id":202}]}}}"#
      )
    )
  }

  @Test func refusesWhatHasNothingToDo() async throws {
    try await Fixture.check(
      (
        "mutation { update_accounts_by_pk(pk_columns: {id: 101}, related: {}) { id } }",
        #"{"data":{"update_accounts_by_pk":null}}"#
      ),
      (
        """
        mutation { update_accounts_by_pk(pk_columns: {id: 101},
            related: {fills: {update: [{where: {}}]}}) { id } }
        """,
        Fixture.error(
          "at least any one of _set, _inc is expected",
          "$.selectionSet.update_accounts_by_pk.args.related.fills.update[0]",
          "validation-failed"
        )
      ),
      (
        """
        mutation { update_accounts_by_pk(pk_columns: {id: 101}, related: {fills: {
            insert: {data: [{account_id: 102, qty: 1}]}}}) { id } }
        """,
        Fixture.error(
          "cannot insert \"account_id\" columns as their values are already being determined by "
            + "parent insert",
          "$.selectionSet.update_accounts_by_pk.args.related.fills.insert.data[0]",
          "validation-failed"
        )
      )
    )
  }
}
