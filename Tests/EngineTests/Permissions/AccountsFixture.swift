import JSON
import Testing

@testable import Engine

/// Accounts of two desks, of which the role `owner` may see its own, and the questions tests ask.
enum AccountsFixture {
  static let sql = """
    create table desks (id integer primary key, name text not null, secret text not null);
    create table accounts (
      id integer primary key, desk_id integer not null references desks, owner text not null,
      equity numeric not null, pin text, tags text[], raw jsonb);
    create table orders (
      id integer primary key, account_id integer not null references accounts,
      qty numeric not null, note text);
    create table grants (person text not null, level integer not null);
    insert into desks values (1, 'alpha', 'one'), (2, 'beta', 'two');
    insert into accounts values
      (1, 1, 'ann', 10.50, '1111', '{a}', '{"k": 1}'),
      (2, 1, 'bob', 20.25, '2222', '{b}', '{"k": 2}'),
      (3, 2, 'ann', 30.75, '3333', '{c}', '{"k": 3}'),
      (4, 2, 'cid', 99.99, '4444', '{d}', '{"k": 4}');
    insert into orders select n, 1 + n % 4, n * 2, 'note ' || n from generate_series(1, 12) n;
    insert into grants values ('ann', 3), ('bob', 1);
    """

  static let metadata = EngineHarness.metadata([
    [
      "table": "desks",
      "array_relationships": [
        [
          "name": "accounts",
          "using": ["foreign_key_constraint_on": ["table": "accounts", "column": "desk_id"]],
        ]
      ],
      "select_permissions": [
        ["role": "owner", "permission": ["columns": ["id", "name"], "filter": [:]]]
      ],
    ],
    [
      "table": "accounts",
      "object_relationships": [
        ["name": "desk", "using": ["foreign_key_constraint_on": "desk_id"]]
      ],
      "array_relationships": [
        [
          "name": "orders",
          "using": ["foreign_key_constraint_on": ["table": "orders", "column": "account_id"]],
        ]
      ],
      "select_permissions": [
        [
          "role": "owner",
          "permission": [
            "columns": ["id", "desk_id", "owner", "equity", "raw"],
            "filter": ["owner": ["_eq": "X-Hasura-User"]], "allow_aggregations": true,
          ],
        ]
      ],
    ],
    [
      "table": "orders",
      "object_relationships": [
        ["name": "account", "using": ["foreign_key_constraint_on": "account_id"]]
      ],
      "select_permissions": [
        [
          "role": "owner",
          "permission": [
            "columns": ["id", "account_id", "qty"], "filter": ["qty": ["_lte": 20]], "limit": 4,
          ],
        ]
      ],
    ],
    ["table": "grants"],
  ])

  static func check(
    as session: Session = Session(
      role: "owner",
      [SessionVariable(name: "x-hasura-user", value: "ann")]
    ),
    metadata: JSONValue = Self.metadata,
    _ cases: (query: String, answer: String)...
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: metadata)
    for (query, answer) in cases {
      #expect(await harness.answer(query, as: session) == answer, "\(query)")
    }
    await harness.stop()
  }
}
