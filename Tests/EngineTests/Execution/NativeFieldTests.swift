import Catalog
import EventLoop
import JSON
import PostgresClient
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct NativeFieldTests {
  private static let sql = """
    create table tasks (id integer primary key, owner text not null, title text not null);
    create table notes (id integer primary key, task_id integer not null references tasks, text text);
    insert into tasks values (1, 'ann', 'first'), (2, 'bob', 'second');
    insert into notes values (10, 1, 'a'), (11, 1, 'b'), (12, 2, 'c');
    """

  private static let tasks = TableName(schema: "public", name: "tasks")

  private static let metadata: JSONValue = [
    "version": 3,
    "actions": [
      ["name": "rename_task", "definition": ["handler": "x"], "permissions": [["role": "user"]]],
      ["name": "task", "definition": ["handler": "x"], "permissions": [["role": "user"]]],
    ],
    "sources": [
      [
        "name": "default", "kind": "postgres",
        "configuration": ["connection_info": ["database_url": ["from_env": "X"]]],
        "tables": [
          [
            "table": "tasks",
            "array_relationships": [
              [
                "name": "notes",
                "using": [
                  "foreign_key_constraint_on": ["column": "task_id", "table": "notes"]
                ],
              ]
            ],
            "select_permissions": [
              [
                "role": "user",
                "permission": [
                  "columns": ["id", "title"], "filter": ["owner": ["_eq": "X-Hasura-User-Id"]],
                ],
              ]
            ],
            "insert_permissions": [
              ["role": "user", "permission": ["columns": "*", "check": [:]]]
            ],
          ],
          ["table": "notes"],
        ],
      ]
    ],
  ]

  private static let rename = NativeField(
    "rename_task",
    of: [.mutation],
    description: "give a task another title",
    arguments: [
      .required("id", "Int"), .optional("title", "String", default: "untitled"),
    ],
    returns: .row(of: tasks),
    body: .call { call in
      guard let id = call.text("id"), let title = call.text("title") else { return .row(nil) }
      guard title != "" else { throw call.failure("a title is not empty", at: "title") }
      var parameters = Parameters()
      parameters.append(text: title)
      parameters.append(text: id)
      let sql = PreparedQuery("update tasks set title = $1 where id = $2::int returning id")
      let rows = try await call.pool.execute(QueryBatch(sql, parameters), access: .write)
      return .row(rows[0].rowCount == 0 ? nil : [id])
    }
  )

  private static let nextPoint = NativeObject("point_next", [.init("day", .scalar("Int"))])
  private static let point = NativeObject(
    "point_of_day",
    [
      NativeObject.Member("day", .nonNull(.scalar("Int"))),
      NativeObject.Member("price", .scalar("numeric")),
      NativeObject.Member("next", .list(.nonNull(.object(nextPoint)))),
    ]
  )

  private static let fields: [NativeField] = [
    rename,
    NativeField(
      "task",
      of: [.query, .subscription],
      arguments: [.required("key", "Int")],
      returns: .row(of: tasks),
      body: .lookUp(["key": "id"])
    ),
    NativeField(
      "latest_tasks",
      of: [.query],
      returns: .list(.nonNull(.row(of: tasks))),
      body: .call { _ in .rows(["2", "1", "7"]) }
    ),
    NativeField(
      "points",
      of: [.query],
      arguments: [.required("days", "Int", isList: true)],
      returns: .nonNull(.list(.nonNull(.object(point)))),
      requires: [tasks],
      body: .call { call in
        var points: [JSONValue] = []
        for day in call.texts("days") ?? [] {
          guard let day = JSONNumber(day), let price = JSONNumber("1.50") else { continue }
          points.append(
            ["day": .number(day), "price": .number(price), "next": [["day": 5]], "hidden": "x"]
          )
        }
        return .value(.array(points))
      }
    ),
    NativeField(
      "ticks",
      of: [.subscription],
      arguments: [.required("count", "Int")],
      returns: .nonNull(.object(point)),
      requires: [tasks],
      body: .stream { call, sink in
        for day in 0..<(call.int("count") ?? 0) {
          guard try await sink.send(["day": .number(JSONNumber(day)), "price": nil]) else { return }
        }
        if call.int("count") == 0 { throw call.failure("nothing to count", at: "count") }
      }
    ),
    NativeField(
      "elsewhere",
      of: [.query],
      returns: .scalar("String"),
      requires: [TableName(schema: "public", name: "absent")],
      body: .call { _ in .value("x") }
    ),
  ]

  private func harness() async throws -> EngineHarness {
    try await EngineHarness(sql: Self.sql, metadata: Self.metadata) {
      $0.nativeFields = Self.fields
    }
  }

  private let user = Session(
    role: "user",
    [SessionVariable(name: "x-hasura-user-id", value: "ann")]
  )

  @Test func runsAFunctionAndReadsTheRowThatItNamesWithItsRelationships() async throws {
    let harness = try await harness()
    #expect(
      await harness.answer(
        """
        mutation ($title: String) { a: rename_task(id: 1, title: $title) { title notes(order_by: {id: asc}) { text } }
          b: rename_task(id: 2) { id title } c: rename_task(id: 3) { id } }
        """,
        ["title": "new"]
      )
        == #"{"data":{"a":{"title":"new","notes":[{"text":"a"},{"text":"b"}]},"#
        + #""b":{"id":2,"title":"untitled"},"c":null}}"#
    )
    await harness.stop()
  }

  @Test func tellsAnErrorOfTheFunctionAtItsArgument() async throws {
    let harness = try await harness()
    #expect(
      await harness.answer(#"mutation { rename_task(id: 1, title: "") { id } }"#)
        == WritingFixture.error(
          "a title is not empty",
          "$.selectionSet.rename_task.args.title",
          "validation-failed"
        )
    )
    await harness.stop()
  }

  @Test func showsARoleTheFieldsThatAnActionPermitsAndTheRowsThatItMaySee() async throws {
    let harness = try await harness()
    #expect(
      await harness.answer(
        "mutation { a: rename_task(id: 1) { title } b: rename_task(id: 2) { title } }",
        as: user
      ) == #"{"data":{"a":{"title":"untitled"},"b":null}}"#
    )
    #expect(
      await harness.answer("{ a: task(key: 1) { id } b: task(key: 2) { id } }", as: user)
        == #"{"data":{"a":{"id":1},"b":null}}"#
    )
    #expect(
      await harness.answer("{ points(days: []) { day } }", as: user)
        == WritingFixture.error(
          "field 'points' not found in type: 'query_root'",
          "$.selectionSet.points",
          "validation-failed"
        )
    )
    await harness.stop()
  }

  @Test func permissionsComeAndGoWithTheCommandsOfActions() async throws {
    let harness = try await harness()
    let permission: JSONValue = ["action": "latest_tasks", "role": "user"]
    func run(_ type: String, _ arguments: JSONValue) async throws -> (Int, JSONValue) {
      try await harness.metadata(["type": .string(type), "args": arguments])
    }
    #expect(try await run("create_action_permission", permission) == (200, ["message": "success"]))
    #expect(
      await harness.answer("{ latest_tasks { id } }", as: user)
        == #"{"data":{"latest_tasks":[{"id":1}]}}"#
    )
    #expect(
      try await run("create_action_permission", permission).1["error"]
        == "permission for role \"user\" is already defined on \"latest_tasks\""
    )
    #expect(try await run("drop_action_permission", permission) == (200, ["message": "success"]))
    #expect(
      try await run("drop_action_permission", permission).1["code"] == "not-exists"
    )
    #expect(
      try await run("create_action_permission", ["action": "none", "role": "user"]).1["error"]
        == "action with name \"none\" does not exist"
    )
    #expect(
      await harness.answer("{ latest_tasks { id } }", as: user).contains("not found in type")
    )
    await harness.stop()
  }

  @Test func answersObjectsOfItsOwnAsFarAsTheyAreSelected() async throws {
    let harness = try await harness()
    #expect(
      await harness.answer("{ points(days: [3, 4]) { __typename d: day price next { day } } }")
        == #"{"data":{"points":[{"__typename":"point_of_day","d":3,"price":1.50,"next":[{"day":5}]},"#
        + #"{"__typename":"point_of_day","d":4,"price":1.50,"next":[{"day":5}]}]}}"#
    )
    #expect(
      await harness.answer("{ latest_tasks { id } }")
        == #"{"data":{"latest_tasks":[{"id":1},{"id":2}]}}"#
    )
    #expect(await harness.answer("{ elsewhere }").contains("not found in type: 'query_root'"))
    await harness.stop()
  }

  @Test func takesFunctionsBeforeTheWritesOfTablesAndNotAfterThem() async throws {
    let harness = try await harness()
    #expect(
      await harness.answer(
        #"mutation { rename_task(id: 1) { title } insert_notes_one(object: {id: 13, task_id: 1}) { id } }"#
      ) == #"{"data":{"rename_task":{"title":"untitled"},"insert_notes_one":{"id":13}}}"#
    )
    #expect(
      await harness.answer(
        #"mutation { insert_notes_one(object: {id: 14, task_id: 1}) { id } rename_task(id: 1) { title } }"#
      )
        == WritingFixture.error(
          "the field has to stand before those that write tables",
          "$.selectionSet.rename_task",
          "validation-failed"
        )
    )
    await harness.stop()
  }

  @Test func subscribesToAFunctionUntilItEnds() async throws {
    let harness = try await harness()
    let ticks = await TestSubscriber(harness, "subscription { ticks(count: 3) { day price } }")
    var results: [String?] = []
    for _ in 0..<4 { results.append(await ticks.next()) }
    #expect(
      results == [
        #"{"data":{"ticks":{"day":0,"price":null}}}"#,
        #"{"data":{"ticks":{"day":1,"price":null}}}"#,
        #"{"data":{"ticks":{"day":2,"price":null}}}"#, nil,
      ]
    )
    let refused = await TestSubscriber(harness, "subscription { ticks(count: 0) { day } }")
    #expect(await refused.next()?.contains("nothing to count") == true)
    await harness.stop()
  }

  @Test func waitsWithTheNextResultUntilTheSubscriberTakesIt() async throws {
    let harness = try await harness()
    let ticks = await TestSubscriber(
      harness,
      "subscription { ticks(count: 1000000) { day } }",
      resumes: false
    )
    #expect(await ticks.next() == #"{"data":{"ticks":{"day":0}}}"#)
    await ticks.resume()
    #expect(await ticks.next() == #"{"data":{"ticks":{"day":1}}}"#)
    await ticks.cancel()
    await harness.stop()
  }

  @Test func followsTheRowOfALookUp() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata) {
      $0.nativeFields = Self.fields
      $0.subscriptions.liveInterval = 20
    }
    let task = await TestSubscriber(harness, "subscription { task(key: 1) { title } }")
    #expect(await task.next() == #"{"data":{"task":{"title":"first"}}}"#)
    _ = await harness.answer("mutation { rename_task(id: 1, title: \"2nd\") { id } }")
    #expect(await task.next() == #"{"data":{"task":{"title":"2nd"}}}"#)
    await task.cancel()
    await harness.stop()
  }
}
