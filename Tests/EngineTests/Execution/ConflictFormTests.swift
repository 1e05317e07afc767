import JSON
import Testing

@testable import Engine

/// Each clause of a conflict in each place where an insert may have one.
@Suite(.timeLimit(.minutes(2))) struct ConflictFormTests {
  private typealias Fixture = WritingFixture

  struct Clause: Sendable, CustomTestStringConvertible {
    var text: String
    /// Whether the fill that is there, of 10 units, becomes one of 20.
    var updates: Bool

    var testDescription: String { text }
  }

  static let clauses = [
    Clause(text: "constraint: fills_once", updates: false),
    Clause(text: "constraint: fills_once, update_columns: []", updates: false),
    Clause(text: "constraint: fills_once, update_columns: [qty]", updates: true),
    Clause(text: "constraint: fills_once, update_columns: qty, where: {}", updates: true),
    Clause(
      text: "constraint: fills_once, update_columns: [symbol, qty], where: {qty: {_lt: 15}}",
      updates: true
    ),
    Clause(
      text: "constraint: fills_once, update_columns: [qty], where: {qty: {_gt: 15}}",
      updates: false
    ),
    Clause(
      text: """
        constraint: fills_once, update_columns: [qty],
          where: {_and: [{account: {name: {_eq: "first"}}}, {_not: {symbol: {_is_null: true}}}]}
        """,
      updates: true
    ),
    Clause(
      text: """
        constraint: fills_once, update_columns: [qty],
          where: {_or: [{account: {name: {_eq: "second"}}}, {id: {_in: []}}]}
        """,
      updates: false
    ),
  ]

  private static func kept(_ clause: Clause) -> (query: String, answer: String) {
    (
      "{ fills_by_pk(id: 201) { account_id symbol qty } }",
      #"{"data":{"fills_by_pk":{"account_id":101,"symbol":"AAPL","qty":"#
        + (clause.updates ? "20.0000" : "10.0000") + "}}}"
    )
  }

  @Test(arguments: clauses) func ofAList(_ clause: Clause) async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_fills(objects: [{account_id: 101, symbol: "AAPL", qty: 20},
            {id: 303, account_id: 101, symbol: "NEW", qty: 5}], on_conflict: {\(clause.text)}) {
          affected_rows returning { id qty } } }
        """,
        clause.updates
          ? #"{"data":{"insert_fills":{"affected_rows":2,"returning":[{"id":201,"qty":20.0000},"#
            + #"{"id":303,"qty":5.0000}]}}}"#
          : #"{"data":{"insert_fills":{"affected_rows":1,"returning":[{"id":303,"qty":5.0000}]}}}"#
      ),
      Self.kept(clause)
    )
  }

  @Test(arguments: clauses) func ofOneRow(_ clause: Clause) async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_fills_one(object: {account_id: 101, symbol: "AAPL", qty: 20},
            on_conflict: {\(clause.text)}) { id qty account { name } } }
        """,
        clause.updates
          ? #"{"data":{"insert_fills_one":{"id":201,"qty":20.0000,"account":{"name":"first"}}}}"#
          : #"{"data":{"insert_fills_one":null}}"#
      ),
      Self.kept(clause)
    )
  }

  @Test(arguments: clauses) func ofRowsThatBelongToARow(_ clause: Clause) async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_accounts(objects: [{name: "first", kind: "margin", fills: {
            data: [{symbol: "AAPL", qty: 20}], on_conflict: {\(clause.text)}}}],
            on_conflict: {constraint: accounts_name_key, update_columns: [kind]}) {
          affected_rows returning { id kind } } }
        """,
        #"{"data":{"insert_accounts":{"affected_rows":\#(clause.updates ? 2 : 1),"#
          + #""returning":[{"id":101,"kind":"margin"}]}}}"#
      ),
      Self.kept(clause)
    )
  }

  @Test(arguments: clauses) func ofTheRowThatARowDependsOn(_ clause: Clause) async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_notes(objects: [{body: "x", fill: {
            data: {account_id: 101, symbol: "AAPL", qty: 20}, on_conflict: {\(clause.text)}}}]) {
          affected_rows returning { body fill_id } } }
        """,
        clause.updates
          ? #"{"data":{"insert_notes":{"affected_rows":2,"returning":[{"body":"x","fill_id":201}]}}}"#
          : Fixture.error(
            "cannot proceed to insert object relation \"fill\" since insert to table \"fills\" affects "
              + "zero rows",
            "$.selectionSet.insert_notes.args.objects[0].fill",
            "not-supported"
          )
      ),
      Self.kept(clause)
    )
  }

  @Test func ofAnotherConstraintIsNoHelp() async throws {
    try await Fixture.check(
      (
        """
        mutation { insert_fills(objects: [{account_id: 101, symbol: "AAPL", qty: 20}],
            on_conflict: {constraint: fills_pkey, update_columns: [qty]}) { affected_rows } }
        """,
        Fixture.error(
          "Uniqueness violation. duplicate key value violates unique constraint \"fills_once\"",
          "$.selectionSet.insert_fills.args.objects",
          "constraint-violation"
        )
      ),
      (
        """
        mutation { insert_fills(objects: [{id: 201, account_id: 102, symbol: "NEW", qty: 20}],
            on_conflict: {constraint: fills_pkey, update_columns: [qty]}) {
          affected_rows returning { id account_id symbol qty } } }
        """,
        #"{"data":{"insert_fills":{"affected_rows":1,"returning":["#
          + #"{"id":201,"account_id":101,"symbol":"AAPL","qty":20.0000}]}}}"#
      )
    )
  }
}
