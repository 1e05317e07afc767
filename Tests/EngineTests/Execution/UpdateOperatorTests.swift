import JSON
import Testing

@testable import Engine

/// Each operator in each of the three forms of an update, and sums of each type of number.
@Suite(.timeLimit(.minutes(2))) struct UpdateOperatorTests {
  private typealias Fixture = WritingFixture

  /// One row for each form, all alike.
  private static let rows = """
    alter table accounts add small smallint default 5, add whole integer default 5,
      add narrow real default 1.5;
    insert into accounts (id, name, equity, units, ratio, raw)
      select n, 'row ' || n, 12345678901234567890.125, 9007199254740993, 0.1, '{"a": [1, 2, 3], "b": 4}'
      from generate_series(301, 303) as n;
    """

  @Test(
    arguments: [
      ("_set: {kind: null, units: \"9007199254740993\"}", #""kind":null,"units":9007199254740993"#),
      ("_set: {tags: [\"x\", \"y\"]}", #""tags":["x","y"]"#),
      ("_inc: {small: 2, whole: -7}", #""small":7,"whole":-2"#),
      ("_inc: {units: 2}", #""units":9007199254740995"#),
      ("_inc: {equity: \"-0.0250\"}", #""equity":12345678901234567890.1000"#),
      ("_inc: {ratio: 0.2, narrow: 0.25}", #""ratio":0.30000000000000004,"narrow":1.75"#),
      ("_append: {raw: {c: null}}", #""raw":{"a": [1, 2, 3], "b": 4, "c": null}"#),
      ("_append: {raw: {b: [5]}}", #""raw":{"a": [1, 2, 3], "b": [5]}"#),
      ("_prepend: {raw: {b: [5], c: 6}}", #""raw":{"a": [1, 2, 3], "b": 4, "c": 6}"#),
      ("_prepend: {raw: [0]}", #""raw":[0, {"a": [1, 2, 3], "b": 4}]"#),
      ("_delete_key: {raw: \"b\"}", #""raw":{"a": [1, 2, 3]}"#),
      ("_delete_key: {raw: \"nothing\"}", #""raw":{"a": [1, 2, 3], "b": 4}"#),
      ("_delete_at_path: {raw: [\"a\", \"0\"]}", #""raw":{"a": [2, 3], "b": 4}"#),
      ("_delete_at_path: {raw: []}", #""raw":{"a": [1, 2, 3], "b": 4}"#),
      (
        "_set: {kind: \"margin\"}, _inc: {whole: 1}, _delete_key: {raw: \"a\"}",
        #""kind":"margin","whole":6,"raw":{"b": 4}"#
      ),
    ]
  )
  func doesTheSameInEachForm(_ operators: String, _ members: String) async throws {
    let fields = members.matches(of: #/"(\w+)":(?! )/#).map(\.1).joined(separator: " ")
    try await Fixture.check(
      sql: Self.rows,
      (
        """
        mutation { update_accounts(where: {id: {_eq: 301}}, \(operators)) {
          affected_rows returning { \(fields) } } }
        """,
        #"{"data":{"update_accounts":{"affected_rows":1,"returning":[{\#(members)}]}}}"#
      ),
      (
        """
        mutation { update_accounts_by_pk(pk_columns: {id: 302}, \(operators)) { \(fields) } }
        """,
        #"{"data":{"update_accounts_by_pk":{\#(members)}}}"#
      ),
      (
        """
        mutation { update_accounts_many(updates: [{where: {id: {_eq: 303}}, \(operators)}]) {
          affected_rows returning { \(fields) } } }
        """,
        #"{"data":{"update_accounts_many":[{"affected_rows":1,"returning":[{\#(members)}]}]}}"#
      )
    )
  }

  @Test func deletesAnElementInEachForm() async throws {
    try await Fixture.check(
      sql: """
        insert into accounts (id, name, raw)
          select n, 'row ' || n, '["x", "y", "z"]' from generate_series(301, 303) as n;
        """,
      (
        """
        mutation { update_accounts(where: {id: {_eq: 301}}, _delete_elem: {raw: 1}) {
          returning { raw } } }
        """,
        #"{"data":{"update_accounts":{"returning":[{"raw":["x", "z"]}]}}}"#
      ),
      (
        "mutation { update_accounts_by_pk(pk_columns: {id: 302}, _delete_elem: {raw: -3}) { raw } }",
        #"{"data":{"update_accounts_by_pk":{"raw":["y", "z"]}}}"#
      ),
      (
        """
        mutation { update_accounts_many(updates: [{where: {id: {_eq: 303}}, _delete_elem: {raw: 9}}]) {
          returning { raw } } }
        """,
        #"{"data":{"update_accounts_many":[{"returning":[{"raw":["x", "y", "z"]}]}]}}"#
      )
    )
  }

  @Test(
    arguments: [
      ("small: 32763", "smallint out of range"), ("whole: 2147483647", "integer out of range"),
      ("units: \"9223372036854775807\"", "bigint out of range"),
    ]
  )
  func refusesASumThatItsTypeDoesNotHold(_ sum: String, _ message: String) async throws {
    try await Fixture.check(
      sql: Self.rows,
      (
        "mutation { update_accounts(where: {id: {_gt: 300}}, _inc: {\(sum)}) { affected_rows } }",
        Fixture.error(message, "$", "data-exception")
      ),
      (
        "{ accounts(where: {id: {_eq: 301}}) { small whole units } }",
        #"{"data":{"accounts":[{"small":5,"whole":5,"units":9007199254740993}]}}"#
      )
    )
  }
}
