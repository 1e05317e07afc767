import JSON
import Testing

@testable import Engine

/// `insert`, `update` and `delete` of the query API, as an administrator and under a role.
@Suite(.timeLimit(.minutes(2))) struct TableWriteTests {
  static let sql = """
    create table orders (
      id bigint primary key, owner text not null default 'nobody', side text unique,
      price numeric not null default 1.50, tags text[], note jsonb, secret text);
    insert into orders (id, owner, side, price) values
      (1, 'ann', 'a', 10.50), (2, 'bob', 'b', 20.25);
    create view quiet as select count(*) as n from orders;
    """

  static let metadata = EngineHarness.metadata([
    [
      "table": "orders",
      "select_permissions": [
        [
          "role": "owner",
          "permission": [
            "columns": ["id", "owner", "side", "price"], "filter": ["owner": "X-Hasura-User"],
          ],
        ]
      ],
      "insert_permissions": [
        [
          "role": "owner",
          "permission": [
            "columns": ["id", "side", "price"], "check": ["price": ["_gt": 0]],
            "set": ["owner": "X-Hasura-User"],
          ],
        ],
        ["role": "writer", "permission": ["columns": "*", "check": [:]]],
      ],
      "update_permissions": [
        [
          "role": "owner",
          "permission": [
            "columns": ["price", "side"], "filter": ["owner": "X-Hasura-User"],
            "check": ["price": ["_gt": 0]], "set": ["secret": "changed"],
          ],
        ]
      ],
      "delete_permissions": [
        ["role": "owner", "permission": ["filter": ["owner": "X-Hasura-User"]]],
        ["role": "writer", "permission": ["filter": [:]]],
      ],
    ],
    ["table": "quiet"],
  ])

  static let owner = Session(
    role: "owner",
    [SessionVariable(name: "x-hasura-user", value: "ann")]
  )

  struct Call {
    var type: String
    var arguments: JSONValue
    var status = 200
    var expected: String
  }

  /// Makes calls one after the other over one database.
  func check(
    as session: Session = Session(role: Session.adminRole),
    _ calls: [Call],
    leaving table: String? = nil
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for call in calls {
      let (status, answer) = try await harness.query(
        ["type": .string(call.type), "args": call.arguments],
        as: session
      )
      #expect(status == call.status)
      #expect(answer.text == call.expected)
    }
    if let table {
      let sql = "select id, owner, side, price, secret from orders order by id"
      let (_, answer) = try await harness.query(["type": "run_sql", "args": ["sql": .string(sql)]])
      #expect(answer["result"]?.text == table)
    }
    await harness.stop()
  }

  func refuse(
    as session: Session = Session(role: Session.adminRole),
    _ type: String,
    _ arguments: JSONValue,
    _ code: String,
    _ path: String,
    _ message: String
  ) async throws {
    let expected: JSONValue = [
      "error": .string(message), "path": .string(path), "code": .string(code),
    ]
    let call = Call(type: type, arguments: arguments, status: 400, expected: expected.text)
    try await check(
      as: session,
      [call],
      leaving: #"[["id","owner","side","price","secret"],"#
        + #"["1","ann","a","10.50","NULL"],["2","bob","b","20.25","NULL"]]"#
    )
  }

  @Test func insertsRowsWithDefaultsNullsArraysAndJSON() async throws {
    try await check(
      [
        Call(
          type: "insert",
          arguments: [
            "table": "orders",
            "objects": [
              ["id": 9_007_199_254_740_993, "tags": ["a,b", .null], "note": ["k": [1, "x"]]],
              ["id": 4, "owner": "cy", "side": "c", "price": 7, "tags": "{d,e}", "note": .null],
            ],
            "returning": ["id", "owner", "side", "price", "tags", "note"],
          ],
          expected: #"{"affected_rows":2,"returning":[{"id":9007199254740993,"owner":"nobody","#
            + #""side":null,"price":1.50,"tags":["a,b",null],"note":{"k":[1,"x"]}},"#
            + #"{"id":4,"owner":"cy","side":"c","price":7,"tags":["d","e"],"note":null}]}"#
        ),
        Call(
          type: "insert",
          arguments: ["table": "orders", "objects": [["id": 5, "tags": "{}"]]],
          expected: #"{"affected_rows":1}"#
        ),
      ],
      leaving: #"[["id","owner","side","price","secret"],["1","ann","a","10.50","NULL"],"#
        + #"["2","bob","b","20.25","NULL"],["4","cy","c","7","NULL"],"#
        + #"["5","nobody","NULL","1.50","NULL"],["9007199254740993","nobody","NULL","1.50","NULL"]]"#
    )
  }

  @Test func leavesOrUpdatesRowsThatAreThere() async throws {
    let objects: JSONValue = [["id": 1, "side": "z"], ["id": 3, "side": "c"]]
    func call(_ conflict: JSONValue, _ expected: String) -> Call {
      Call(
        type: "insert",
        arguments: [
          "table": "orders", "objects": objects, "on_conflict": conflict,
          "returning": ["id", "side"],
        ],
        expected: expected
      )
    }
    let both = #"{"affected_rows":2,"returning":[{"id":1,"side":"z"},{"id":3,"side":"c"}]}"#
    try await check(
      [
        call(
          ["action": "ignore", "constraint_on": ["id"]],
          #"{"affected_rows":1,"returning":[{"id":3,"side":"c"}]}"#
        ),
        call(["action": "ignore"], #"{"affected_rows":0,"returning":[]}"#),
        call(
          ["action": "ignore", "constraint": "orders_pkey"],
          #"{"affected_rows":0,"returning":[]}"#
        ),
        call(["action": "update", "constraint_on": ["id"]], both),
        call(["action": "update", "constraint": "orders_pkey"], both),
      ],
      leaving: #"[["id","owner","side","price","secret"],["1","ann","z","10.50","NULL"],"#
        + #"["2","bob","b","20.25","NULL"],["3","nobody","c","1.50","NULL"]]"#
    )
  }

  @Test func changesRowsWithEveryOperator() async throws {
    func call(_ arguments: JSONObject, _ expected: String) -> Call {
      var arguments = arguments
      arguments["table"] = "orders"
      arguments["returning"] = ["id", "owner", "price"]
      return Call(type: "update", arguments: .object(arguments), expected: expected)
    }
    try await check(
      [
        call(
          ["where": ["id": 1], "$set": ["owner": "cy"], "$inc": ["price": 1]],
          #"{"affected_rows":1,"returning":[{"id":1,"owner":"cy","price":11.50}]}"#
        ),
        call(
          ["where": ["id": ["$gt": 1]], "$mul": ["price": 2]],
          #"{"affected_rows":1,"returning":[{"id":2,"owner":"bob","price":40.50}]}"#
        ),
        call(
          ["where": ["id": 1], "$default": ["owner", "price"]],
          #"{"affected_rows":1,"returning":[{"id":1,"owner":"nobody","price":1.50}]}"#
        ),
        call(
          ["where": ["id": 7], "values": ["owner": "cy"]],
          #"{"affected_rows":0,"returning":[]}"#
        ),
      ],
      leaving: #"[["id","owner","side","price","secret"],"#
        + #"["1","nobody","a","1.50","NULL"],["2","bob","b","40.50","NULL"]]"#
    )
  }

  @Test func deletesRows() async throws {
    try await check(
      [
        Call(
          type: "delete",
          arguments: ["table": "orders", "where": ["side": "a"], "returning": ["id", "side"]],
          expected: #"{"affected_rows":1,"returning":[{"id":1,"side":"a"}]}"#
        ),
        Call(
          type: "delete",
          arguments: ["table": "orders", "where": [:]],
          expected: #"{"affected_rows":1}"#
        ),
      ],
      leaving: #"[["id","owner","side","price","secret"]]"#
    )
  }

  @Test func appliesTheRolesPresetsAndFilters() async throws {
    try await check(
      as: Self.owner,
      [
        Call(
          type: "insert",
          arguments: [
            "table": "orders", "objects": [["id": 3, "side": "c"], ["id": 4]],
            "returning": ["id", "owner", "price"],
          ],
          expected: #"{"affected_rows":2,"returning":[{"id":3,"owner":"ann","price":1.50},"#
            + #"{"id":4,"owner":"ann","price":1.50}]}"#
        ),
        // The row of another is not updated, though it is in the way.
        Call(
          type: "insert",
          arguments: [
            "table": "orders", "objects": [["id": 9, "side": "b"]],
            "on_conflict": ["action": "ignore"],
          ],
          expected: #"{"affected_rows":0}"#
        ),
        Call(
          type: "update",
          arguments: ["table": "orders", "where": ["id": ["$lt": 3]], "$set": ["price": 5]],
          expected: #"{"affected_rows":1}"#
        ),
        // What the permission sets is a change too.
        Call(
          type: "update",
          arguments: ["table": "orders", "where": ["id": 3]],
          expected: #"{"affected_rows":1}"#
        ),
        Call(
          type: "delete",
          arguments: ["table": "orders", "where": ["id": ["$in": [2, 4]]]],
          expected: #"{"affected_rows":1}"#
        ),
      ],
      leaving: #"[["id","owner","side","price","secret"],["1","ann","a","5","changed"],"#
        + #"["2","bob","b","20.25","NULL"],["3","ann","c","1.50","changed"]]"#
    )
  }

  @Test func laterMembersOfABulkSeeWhatEarlierOnesWrote() async throws {
    try await check([
      Call(
        type: "bulk",
        arguments: [
          ["type": "insert", "args": ["table": "orders", "objects": [["id": 3]]]],
          ["type": "count", "args": ["table": "orders"]],
        ],
        expected: #"[{"affected_rows":1},{"count":3}]"#
      )
    ])
  }
}
