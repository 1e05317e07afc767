import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct UpdateTests {
  private typealias Fixture = WritingFixture

  @Test(
    arguments: [
      (#"_set: {equity: "0.10", kind: null}"#, #"{"equity":0.10,"kind":null}"#, "equity kind"),
      ("_inc: {equity: 0.875}", #"{"equity":12345678901234567891.000}"#, "equity"),
      (
        #"_append: {raw: {z: "1"}}"#, #"{"raw":{"a": [1, 2, 3], "b": {"c": true}, "z": "1"}}"#,
        "raw"
      ),
      ("_prepend: {raw: [0]}", #"{"raw":[0, {"a": [1, 2, 3], "b": {"c": true}}]}"#, "raw"),
      (#"_delete_key: {raw: "a"}"#, #"{"raw":{"b": {"c": true}}}"#, "raw"),
      (#"_delete_at_path: {raw: ["a", "-1"]}"#, #"{"raw":{"a": [1, 2], "b": {"c": true}}}"#, "raw"),
    ]
  )
  func appliesOperators(_ operators: String, _ row: String, _ fields: String) async throws {
    try await Fixture.check(
      (
        """
        mutation { update_accounts(where: {id: {_eq: 101}}, \(operators)) {
          affected_rows returning { \(fields) } } }
        """,
        #"{"data":{"update_accounts":{"affected_rows":1,"returning":[\#(row)]}}}"#
      )
    )
  }

  @Test func deletesElementsByTheirIndex() async throws {
    try await Fixture.check(
      (
        "mutation { update_accounts_by_pk(pk_columns: {id: 102}, _delete_elem: {raw: -1}) { raw } }",
        #"{"data":{"update_accounts_by_pk":{"raw":["x"]}}}"#
      ),
      (
        "mutation { update_accounts_by_pk(pk_columns: {id: 101}, _delete_elem: {raw: 0}) { raw } }",
        Fixture.error("cannot delete from object using integer index", "$", "data-exception")
      )
    )
  }

  @Test func findsRowsByTheirKey() async throws {
    try await Fixture.check(
      (
        """
        mutation { update_fills_by_pk(pk_columns: {id: 202}, _set: {qty: 7}) {
          qty account { name fills_aggregate { aggregate { sum { qty } } } } }
          none: update_fills_by_pk(pk_columns: {id: 1}, _set: {qty: 7}) { qty account { id } } }
        """,
        #"{"data":{"update_fills_by_pk":{"qty":7.0000,"account":{"name":"first","#
          + #""fills_aggregate":{"aggregate":{"sum":{"qty":17.0000}}}}},"none":null}}"#
      )
    )
  }

  @Test func updatesManyInOrder() async throws {
    try await Fixture.check(
      (
        """
        mutation { update_fills_many(updates: [
            {where: {symbol: {_eq: "AAPL"}}, _inc: {qty: 1}},
            {where: {account: {name: {_eq: "first"}}, qty: {_eq: 11}}, _set: {symbol: "B"}},
            {where: {}, _set: {}}]) {
          affected_rows returning { id symbol qty } } }
        """,
        #"{"data":{"update_fills_many":[{"affected_rows":2,"returning":["#
          + #"{"id":201,"symbol":"AAPL","qty":11.0000},{"id":203,"symbol":"AAPL","qty":2.0000}]},"#
          + #"{"affected_rows":1,"returning":[{"id":201,"symbol":"B","qty":11.0000}]},"#
          + #"{"affected_rows":0,"returning":[]}]}}"#
      ),
      (
        "mutation { update_fills_many(updates: []) { affected_rows } }",
        #"{"data":{"update_fills_many":[]}}"#
      )
    )
  }

  @Test func refusesUpdatesThatSayNothingOrTooMuch() async throws {
    try await Fixture.check(
      (
        "mutation { update_accounts(where: {}) { affected_rows } }",
        Fixture.error(
          "at least any one of _set, _inc, _prepend, _append, _delete_key, _delete_elem, "
            + "_delete_at_path is expected",
          "$.selectionSet.update_accounts.args",
          "validation-failed"
        )
      ),
      (
        """
        mutation { update_fills(where: {}, _set: {qty: 1}, _inc: {qty: 1}) { affected_rows } }
        """,
        Fixture.error(
          "Column found in multiple operators: \"qty\".",
          "$.selectionSet.update_fills.args",
          "validation-failed"
        )
      ),
      (
        "mutation { update_fills(_set: {qty: 1}) { affected_rows } }",
        Fixture.error(
          "missing required field 'where'",
          "$.selectionSet.update_fills.args.where",
          "validation-failed"
        )
      ),
      (
        "mutation { update_fills(where: {}, _set: {qty: null}) { affected_rows } }",
        Fixture.error(
          "unexpected null value for type 'numeric'",
          "$.selectionSet.update_fills.args._set.qty",
          "validation-failed"
        )
      ),
      (
        "mutation { update_accounts(where: {}, _set: {}) { affected_rows returning { id } } }",
        #"{"data":{"update_accounts":{"affected_rows":0,"returning":[]}}}"#
      )
    )
  }

  @Test func demandsWhatARowHasToBeThatDoesNotChange() async throws {
    let update = """
      mutation ($old: numeric!) { update_fills_by_pk(pk_columns: {id: 201}, _set: {},
          if: {qty: {_eq: $old}}) { qty account { id } } }
      """
    let refusal = Fixture.error(
      "no row of this key meets the condition of \"if\"",
      "$.selectionSet.update_fills_by_pk.args.if",
      "conflict"
    )
    try await Fixture.checkAll([
      (update, ["old": 10], #"{"data":{"update_fills_by_pk":null}}"#),
      (update, ["old": 11], refusal),
      (
        """
        mutation { insert_accounts_one(object: {name: "lost"}) { id }
          update_fills_by_pk(pk_columns: {id: 999}, _set: {}, related: {}, if: {}) { qty } }
        """, [:], refusal
      ),
      (
        """
        mutation { insert_accounts_one(object: {name: "kept"}) { name }
          update_fills_by_pk(pk_columns: {id: 202}, _set: {}, if: {}) { qty } last: __typename }
        """, [:],
        #"{"data":{"insert_accounts_one":{"name":"kept"},"update_fills_by_pk":null,"#
          + #""last":"mutation_root"}}"#
      ),
      (
        "{ accounts(where: {name: {_in: [\"lost\", \"kept\"]}}) { name } }", [:],
        #"{"data":{"accounts":[{"name":"kept"}]}}"#
      ),
    ])
  }

  @Test func demandsWhatTheRowHasToBe() async throws {
    let update = """
      mutation ($old: numeric!) { update_fills_by_pk(pk_columns: {id: 201}, _inc: {qty: 1},
          if: {qty: {_eq: $old}}) { qty } }
      """
    try await Fixture.checkAll([
      (update, ["old": 10], #"{"data":{"update_fills_by_pk":{"qty":11.0000}}}"#),
      (
        update, ["old": 10],
        Fixture.error(
          "no row of this key meets the condition of \"if\"",
          "$.selectionSet.update_fills_by_pk.args.if",
          "conflict"
        )
      ),
      (
        """
        mutation { a: insert_accounts_one(object: {name: "lost"}) { id }
          delete_fills_by_pk(id: 202, if: {symbol: {_eq: "IBM"}}) { id account { id } } }
        """, [:],
        Fixture.error(
          "no row of this key meets the condition of \"if\"",
          "$.selectionSet.delete_fills_by_pk.args.if",
          "conflict"
        )
      ),
      (
        "mutation { delete_fills_by_pk(id: 202, if: {symbol: {_eq: \"MSFT\"}}) { id account { id } } }",
        [:], #"{"data":{"delete_fills_by_pk":{"id":202,"account":{"id":101}}}}"#
      ),
      (
        "{ accounts_aggregate { aggregate { count } } }", [:],
        #"{"data":{"accounts_aggregate":{"aggregate":{"count":2}}}}"#
      ),
    ])
  }
}
