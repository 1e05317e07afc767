import JSON
import Testing

@testable import Engine

// What is refused of the writing commands of the query API.
extension TableWriteTests {
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
}
