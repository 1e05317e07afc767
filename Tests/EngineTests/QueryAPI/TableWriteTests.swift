import JSON
import Testing

@testable import Engine

/// `insert`, `update` and `delete` of the query API, as an administrator and under a role.
@Suite(.timeLimit(.minutes(2))) struct TableWriteTests {
  private static let sql = """
    create table orders (
      id bigint primary key, owner text not null default 'nobody', side text unique,
      price numeric not null default 1.50, tags text[], note jsonb, secret text);
    insert into orders (id, owner, side, price) values
      (1, 'ann', 'a', 10.50), (2, 'bob', 'b', 20.25);
    create view quiet as select count(*) as n from orders;
    """

  private static let metadata = EngineHarness.metadata([
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

  private static let owner = Session(
    role: "owner",
    [SessionVariable(name: "x-hasura-user", value: "ann")]
  )

  private struct Call {
    var type: String
    var arguments: JSONValue
    var status = 200
    var expected: String
  }

  /// Makes calls one after the other over one database.
  private func check(
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

  private func refuse(
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

  @Test func refusesWhatTheRoleMayNotWrite() async throws {
    let checked = "check constraint of an insert/update permission has failed"
    try await refuse(
      as: Self.owner,
      "insert",
      ["table": "orders", "objects": [["id": 3, "price": -1], ["id": 4]]],
      "permission-error",
      "$.args",
      checked
    )
    try await refuse(
      as: Self.owner,
      "update",
      ["table": "orders", "where": [:], "$set": ["price": -1]],
      "permission-error",
      "$.args",
      checked
    )
    try await refuse(
      as: Self.owner,
      "insert",
      ["table": "orders", "objects": [["id": 3], ["id": 4, "owner": "bob"]]],
      "not-supported",
      "$.args.objects[1]",
      #"column "owner" is not insertable for role "owner""#
    )
    try await refuse(
      as: Self.owner,
      "insert",
      ["table": "orders", "objects": [["id": 3, "secret": "x"]]],
      "permission-denied",
      "$.args.objects[0]",
      #"role "owner" does not have permission to insert column "secret""#
    )
    try await refuse(
      as: Self.owner,
      "insert",
      [
        "table": "orders", "objects": [["id": 1, "side": "z"]],
        "on_conflict": ["action": "update", "constraint_on": ["id"]],
      ],
      "validation-failed",
      "$.args.on_conflict",
      #"column "id" is not updatable"#
    )
    try await refuse(
      as: Self.owner,
      "update",
      ["table": "orders", "where": [:], "$inc": ["id": 1]],
      "permission-denied",
      #"$.args["$inc"]"#,
      #"role "owner" does not have permission to update column "id""#
    )
    try await refuse(
      as: Self.owner,
      "update",
      ["table": "orders", "where": [:], "$set": ["secret": "x"]],
      "not-supported",
      #"$.args["$set"]"#,
      #"column "secret" is not updatable for role "owner"; its value is predefined in permission"#
    )
    try await refuse(
      as: Self.owner,
      "delete",
      ["table": "orders", "where": ["secret": "x"]],
      "permission-denied",
      "$.args.where.secret",
      #"role "owner" does not have permission to select column "secret""#
    )
  }

  @Test func refusesRolesWithoutThePermissionThatACommandTakes() async throws {
    let writer = Session(role: "writer")
    try await refuse(
      as: writer,
      "insert",
      ["table": "orders", "objects": [["id": 3]], "returning": ["id"]],
      "permission-denied",
      "$.args",
      #"select on "orders" for role "writer" is not allowed. ; "returning" can only be used if the "#
        + #"role has "select" permission on the table"#
    )
    try await refuse(
      as: writer,
      "insert",
      ["table": "orders", "objects": [["id": 3]], "on_conflict": ["action": "ignore"]],
      "permission-denied",
      "$.args.on_conflict",
      #"upsert is not allowed for role "writer" since update permissions are not defined"#
    )
    try await refuse(
      as: writer,
      "delete",
      ["table": "orders", "where": [:]],
      "permission-denied",
      "$.args",
      #"select on "orders" for role "writer" is not allowed. ; "delete" is only allowed if the role "#
        + #"has "select" permission as "where" can't be used without "select" permission on the table"#
    )
    try await refuse(
      as: writer,
      "update",
      ["table": "orders", "where": [:], "$set": ["id": 1]],
      "permission-denied",
      "$.args",
      #"update on "orders" for role "writer" is not allowed. "#
    )
  }

  @Test func refusesMalformedCommandsInHasurasWords() async throws {
    func insert(
      _ members: JSONObject,
      _ code: String,
      _ path: String,
      _ message: String
    ) async throws {
      var arguments: JSONObject = ["table": "orders", "objects": [["id": 3]]]
      for member in members.members { arguments[member.key] = member.value }
      try await refuse("insert", .object(arguments), code, path, message)
    }
    try await insert(
      ["table": "nothing"],
      "not-exists",
      "$.args",
      #"table "nothing" does not exist"#
    )
    try await insert(
      ["table": "quiet"],
      "not-supported",
      "$.args",
      #"view "quiet" is not insertable"#
    )
    try await insert(
      ["objects": []],
      "unexpected-payload",
      "$.args.objects",
      "objects should not be empty"
    )
    try await insert(
      ["objects": [["id": 3, "nothing": 1]]],
      "not-exists",
      "$.args.objects[0]",
      #"column "nothing" does not exist"#
    )
    try await insert(
      ["returning": ["nothing"]],
      "permission-denied",
      "$.args.returning",
      #"no such column exists: "nothing""#
    )
    try await insert(
      ["on_conflict": ["constraint_on": ["id"]]],
      "parse-failed",
      "$.on_conflict",
      "the key 'action' was not present"
    )
    try await insert(
      ["on_conflict": ["action": "random"]],
      "parse-failed",
      "$.on_conflict.action",
      "Expecting 'ignore' or 'update'"
    )
    try await insert(
      ["on_conflict": ["action": "update"]],
      "unexpected-payload",
      "$.args.on_conflict",
      "Expecting 'constraint' or 'constraint_on' when the 'action' is 'update'"
    )
    try await insert(
      ["on_conflict": ["action": "ignore", "constraint": "c", "constraint_on": ["id"]]],
      "unexpected-payload",
      "$.args.on_conflict",
      "'constraint' and 'constraint_on' cannot be set at a time"
    )
    try await insert(
      ["on_conflict": ["action": "ignore", "constraint": "c"]],
      "unexpected",
      "$.args.on_conflict.constraint",
      #"constraint c for table "orders" does not exist"#
    )
    try await insert(
      ["on_conflict": ["action": "ignore", "constraint_on": ["nothing"]]],
      "not-exists",
      "$.args.on_conflict.constraint_on[0]",
      #"column "nothing" does not exist"#
    )
    try await refuse(
      "update",
      ["table": "orders", "where": [:]],
      "unexpected-payload",
      "$.args",
      "atleast one of $set, $inc, $mul has to be present"
    )
    try await refuse(
      "update",
      ["table": "orders", "$set": ["id": 1]],
      "parse-failed",
      "$",
      #"key "where" not found"#
    )
    try await refuse("delete", ["table": "orders"], "parse-failed", "$", #"key "where" not found"#)
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
