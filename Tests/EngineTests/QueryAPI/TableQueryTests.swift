import JSON
import Testing

@testable import Engine

/// `select` and `count` of the query API, as an administrator and under a role.
@Suite(.timeLimit(.minutes(2))) struct TableQueryTests {
  private static let sql = """
    create table desks (id integer primary key, name text not null, secret text not null);
    create table accounts (
      id bigint primary key, desk_id integer not null references desks, owner text not null,
      equity numeric not null, pin text);
    insert into desks values (1, 'alpha', 'one'), (2, 'beta', 'two');
    insert into accounts values
      (9007199254740993, 1, 'ann', 10.50, null), (2, 1, 'bob', 20.25, null),
      (3, 2, 'ann', 30.75, '3333');
    """

  private static let metadata = EngineHarness.metadata([
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
      "select_permissions": [
        [
          "role": "owner",
          "permission": [
            "columns": ["id", "owner", "equity"], "filter": ["owner": "X-Hasura-User"],
          ],
        ]
      ],
    ],
  ])

  private static let owner = Session(
    role: "owner",
    [SessionVariable(name: "x-hasura-user", value: "ann")]
  )

  private func check(
    as session: Session = Session(role: Session.adminRole),
    _ type: JSONValue,
    _ arguments: JSONValue,
    status: Int = 200,
    _ expected: String
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let (found, answer) = try await harness.query(["type": type, "args": arguments], as: session)
    #expect(found == status)
    #expect(answer.text == expected)
    await harness.stop()
  }

  @Test func selectsColumnsRelationshipsAndOrders() async throws {
    try await check(
      "select",
      [
        "table": "accounts", "order_by": ["-desk.name", "+id"], "limit": 2,
        "columns": [
          "id", "equity", ["name": "desk", "alias": "at", "columns": ["name", "secret"]],
        ],
      ],
      #"[{"id":3,"equity":30.75,"at":{"name":"beta","secret":"two"}},"#
        + #"{"id":2,"equity":20.25,"at":{"name":"alpha","secret":"one"}}]"#
    )
    try await check(
      "select",
      [
        "table": ["schema": "public", "name": "desks"],
        "columns": [
          "*",
          [
            "name": "accounts", "columns": ["id"], "where": ["equity": ["$lt": 25]],
            "order_by": ["column": "id", "type": "desc", "nulls": "last"],
          ],
        ], "order_by": "id",
      ],
      #"[{"id":1,"name":"alpha","secret":"one","accounts":[{"id":9007199254740993},{"id":2}]},"#
        + #"{"id":2,"name":"beta","secret":"two","accounts":[]}]"#
    )
  }

  @Test func keepsToTheRolesRowsAndColumns() async throws {
    try await check(
      as: Self.owner,
      "select",
      ["table": "accounts", "columns": ["*"], "order_by": "equity"],
      #"[{"id":9007199254740993,"owner":"ann","equity":10.50},{"id":3,"owner":"ann","equity":30.75}]"#
    )
    try await check(
      as: Self.owner,
      "select",
      ["table": "desks", "columns": ["name", ["name": "accounts", "columns": ["id"]]]],
      #"[{"name":"alpha","accounts":[{"id":9007199254740993}]},{"name":"beta","accounts":[{"id":3}]}]"#
    )
    try await check(
      as: Self.owner,
      "select",
      ["table": "desks", "columns": ["id"], "where": ["accounts": ["owner": "bob"]]],
      "[]"
    )
    try await check(
      as: Self.owner,
      "select",
      [
        "table": "desks", "columns": ["id"],
        "where": ["$exists": ["$table": "accounts", "$where": ["owner": "bob"]]],
      ],
      "[]"
    )
    try await check(as: Self.owner, "count", ["table": "accounts"], #"{"count":2}"#)
  }

  @Test func countsRowsAndDistinctValues() async throws {
    try await check("count", ["table": "accounts"], #"{"count":3}"#)
    try await check(
      "count",
      ["table": "accounts", "distinct": ["owner"], "where": ["owner": ["$ne": "bob"]]],
      #"{"count":1}"#
    )
    // Null is a value like any other here.
    try await check("count", ["table": "accounts", "distinct": ["pin"]], #"{"count":2}"#)
  }

  @Test func refusesInHasurasWords() async throws {
    try await check(
      "select",
      ["table": "nothing", "columns": ["id"]],
      status: 400,
      #"{"error":"table \"nothing\" does not exist","path":"$.args.table","code":"not-exists"}"#
    )
    try await check(
      "select",
      ["table": "desks", "columns": ["id", "nothing"]],
      status: 400,
      #"{"error":"no such column exists: \"nothing\"","path":"$.args.columns[1]","#
        + #""code":"permission-denied"}"#
    )
    try await check(
      as: Self.owner,
      "select",
      ["table": "accounts", "columns": ["id"], "where": ["pin": "3333"]],
      status: 400,
      #"{"error":"role \"owner\" does not have permission to select column \"pin\"","#
        + #""path":"$.args.where.pin","code":"permission-denied"}"#
    )
    try await check(
      as: Session(role: "stranger"),
      "select",
      ["table": "accounts", "columns": ["id"]],
      status: 400,
      #"{"error":"select on \"accounts\" for role \"stranger\" is not allowed. ","#
        + #""path":"$.args.table","code":"permission-denied"}"#
    )
    try await check(
      "select",
      ["table": "accounts", "columns": ["id"], "limit": -1],
      status: 400,
      #"{"error":"unexpected negative value","path":"$.args.limit","code":"not-supported"}"#
    )
    try await check(
      as: Self.owner,
      "run_sql",
      ["sql": "select 1"],
      status: 400,
      #"{"error":"restricted access : admin only","path":"$.args","code":"access-denied"}"#
    )
  }

  @Test func refusesWhatIsNoPathOfLabels() async throws {
    let metadata = EngineHarness.metadata([["table": "nodes"]])
    let harness = try await EngineHarness(
      sql: """
        create extension ltree;
        create table nodes (path ltree primary key);
        insert into nodes values ('a'), ('a.b');
        """,
      metadata: metadata
    )
    func answer(_ condition: JSONValue) async throws -> String {
      let arguments: JSONValue = [
        "table": "nodes", "columns": ["path"], "where": ["path": condition],
      ]
      return try await harness.query(["type": "select", "args": arguments]).1.text
    }
    #expect(try await answer(["$ancestor": "a"]) == #"[{"path":"a"}]"#)
    #expect(try await answer(["$descendant_any": ["a.b"]]) == #"[{"path":"a.b"}]"#)
    let message =
      "Expecting label path: a sequence of zero or more labels separated by dots, for example "
      + "L1.L2.L3"
    for (condition, place) in [
      (["$ancestor": "a."], #"["$ancestor"]"#),
      (["$ancestor_any": ["a", "a..b"]], #"["$ancestor_any"][1]"#),
    ] as [(JSONValue, String)] {
      let expected: JSONValue = [
        "error": .string(message), "path": .string("$.args.where.path" + place),
        "code": "parse-failed",
      ]
      #expect(try await answer(condition) == expected.text)
    }
    await harness.stop()
  }
}
