import JSON
import Testing

@testable import Engine

/// Conditions that fail on rows: no error tells a role of a row that it does not see.
@Suite(.timeLimit(.minutes(2))) struct HiddenRowTests {
  private static let sql = """
    create table accounts (id integer primary key, owner text not null, note text not null);
    create table orders (
      id integer primary key, account_id integer not null references accounts, note text not null);
    insert into accounts values (1, 'ann', 'a'), (2, 'bob', 'b');
    insert into orders values (1, 1, 'mine'), (2, 2, 'hers');
    create function ratio(o orders) returns integer language sql stable as
      $$ select 1 / (length(o.note) - 4) $$;
    analyze;
    """

  private static func permission(_ filter: JSONValue) -> JSONValue {
    [
      "columns": ["id", "note"], "computed_fields": ["ratio"], "filter": filter,
      "allow_aggregations": true,
    ]
  }

  /// The filters put off what costs more than a pattern: a list, an alternative, another table.
  private static let filters: [JSONValue] = [
    ["account": ["owner": ["_eq": "X-Hasura-User"]]],
    ["_or": [["account_id": ["_in": [1, 7]]], ["id": ["_in": [1, 7, 8, 9]]]]],
  ]

  private static func metadata(_ filter: JSONValue) -> JSONValue {
    EngineHarness.metadata([
      [
        "table": "accounts",
        "array_relationships": [
          [
            "name": "orders",
            "using": ["foreign_key_constraint_on": ["table": "orders", "column": "account_id"]],
          ]
        ],
        "select_permissions": [
          ["role": "owner", "permission": ["columns": ["id"], "filter": [:]]]
        ],
      ],
      [
        "table": "orders",
        "object_relationships": [
          ["name": "account", "using": ["foreign_key_constraint_on": "account_id"]]
        ],
        "computed_fields": [["name": "ratio", "definition": ["function": "ratio"]]],
        "select_permissions": [["role": "owner", "permission": permission(filter)]],
        "update_permissions": [
          ["role": "owner", "permission": ["columns": ["note"], "filter": filter, "check": [:]]]
        ],
        "delete_permissions": [["role": "owner", "permission": ["filter": filter]]],
        "insert_permissions": [
          [
            "role": "owner",
            "permission": ["columns": ["id", "account_id", "note"], "check": [:]],
          ]
        ],
      ],
    ])
  }

  private static let owner = Session(
    role: "owner",
    [SessionVariable(name: "x-hasura-user", value: "ann")]
  )

  /// Each condition fails on the order that the role does not see, were it evaluated there.
  @Test(arguments: filters)
  func tellsNothingByAnError(filter: JSONValue) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata(filter))
    for failing in ["note: {_regex: \"(\"}", "note: {_similar: \"(\"}", "ratio: {_gt: 0}"] {
      for (query, answer) in [
        ("{ orders(where: {id: {_eq: 2}, \(failing)}) { id } }", #"{"data":{"orders":[]}}"#),
        (
          "{ orders(where: {_not: {_or: [{id: {_neq: 2}}, {\(failing)}]}}) { id } }",
          #"{"data":{"orders":[]}}"#
        ),
        (
          "{ accounts(where: {orders: {id: {_eq: 2}, \(failing)}}) { id } }",
          #"{"data":{"accounts":[]}}"#
        ),
        (
          "{ accounts(where: {orders_aggregate: {count: {predicate: {_eq: 1}, "
            + "filter: {id: {_eq: 2}, \(failing)}}}}) { id } }", #"{"data":{"accounts":[]}}"#
        ),
        (
          "mutation { delete_orders(where: {id: {_eq: 2}, \(failing)}) { affected_rows } }",
          #"{"data":{"delete_orders":{"affected_rows":0}}}"#
        ),
        (
          "mutation { update_orders(where: {id: {_eq: 2}, \(failing)}, _set: {note: \"x\"}) "
            + "{ affected_rows } }", #"{"data":{"update_orders":{"affected_rows":0}}}"#
        ),
        (
          "mutation { insert_orders(objects: [{id: 2, account_id: 1, note: \"x\"}], on_conflict: "
            + "{constraint: orders_pkey, update_columns: [note], where: {\(failing)}}) "
            + "{ affected_rows } }", #"{"data":{"insert_orders":{"affected_rows":0}}}"#
        ),
      ] {
        let given = await harness.answer(query, as: Self.owner)
        #expect(given == answer, "\(query)")
      }
    }
    await harness.stop()
  }

  @Test func failsOnRowsThatTheRoleSees() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata(Self.filters[0]))
    for (condition, message) in [
      ("note: {_regex: \"(\"}", "invalid regular expression: parentheses () not balanced"),
      ("ratio: {_gt: 0}", "division by zero"),
    ] {
      #expect(
        await harness.answer(
          "{ orders(where: {id: {_eq: 1}, \(condition)}) { id } }",
          as: Self.owner
        )
          == #"{"errors":[{"message":"\#(message)","extensions":{"path":"$","#
          + #""code":"data-exception"}}]}"#
      )
    }
    await harness.stop()
  }

  /// Whether rows match or not; an escape that is itself escaped is a letter.
  @Test(arguments: ["_like", "_nlike", "_ilike", "_nilike"])
  func refusesAPatternThatEndsInAnEscape(comparison: String) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata(Self.filters[0]))
    let query =
      "query ($p: String) { orders(where: {id: {_eq: 3}, note: {\(comparison): $p}}) { id } }"
    for pattern in ["\\", "a%\\", "\\\\\\"] {
      #expect(
        await harness.answer(query, ["p": .string(pattern)], as: Self.owner)
          == #"{"errors":[{"message":"LIKE pattern must not end with escape character","#
          + #""extensions":{"path":"$","code":"bad-request"}}]}"#
      )
    }
    for pattern in ["", "a", "\\\\", "\\a", "\\\\\\\\"] {
      #expect(
        await harness.answer(query, ["p": .string(pattern)], as: Self.owner)
          == #"{"data":{"orders":[]}}"#
      )
    }
    await harness.stop()
  }
}
