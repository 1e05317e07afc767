import Engine
import EventLoop
import JSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct EventTriggerTests {
  private static let trigger: JSONValue = [
    "table": "fills", "name": "told", "webhook": "{{HOOK}}/fills",
    "insert": ["columns": "*"], "update": ["columns": ["qty"], "payload": ["id", "qty"]],
    "delete": ["columns": "*"], "enable_manual": true,
    "headers": [["name": "x-key", "value_from_env": "KEY"]],
    "retry_conf": ["num_retries": 2, "interval_sec": 0],
  ]

  private func harness(_ recorder: WebhookRecorder) async throws -> EngineHarness {
    let harness = try await EngineHarness(
      sql: "create table fills (id integer primary key, qty integer, note text)",
      metadata: EngineHarness.metadata([["table": "fills"]])
    ) {
      $0.webhooks = recorder.sender
      $0.environment = ["HOOK": "http://h", "KEY": "s3cret"]
      $0.eventInterval = 5
    }
    let (status, answer) = try await harness.metadata([
      "type": "pg_create_event_trigger", "args": Self.trigger,
    ])
    #expect(status == 200, "\(answer.text)")
    return harness
  }

  @Test func tellsAWebhookOfChangesInTheirOrder() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    _ = await harness.answer(
      "mutation { insert_fills_one(object: {id: 1, qty: 1}) { id } }",
      as: Session(role: "admin", [SessionVariable(name: "x-hasura-user-id", value: "7")])
    )
    _ = try harness.database.execute(
      """
      update fills set qty = 2; update fills set note = 'x'; update fills set qty = 3;
      delete from fills
      """
    )
    try await recorder.wait(for: 4, on: harness.loops.loops[0])
    let events = recorder.bodies.compactMap { $0["event"] }
    #expect(events.map { $0["op"] } == ["INSERT", "UPDATE", "UPDATE", "DELETE"])
    let data = try [
      #"{"new": {"id": 1, "qty": 1, "note": null}, "old": null}"#,
      #"{"new": {"id": 1, "qty": 2}, "old": {"id": 1, "qty": 1}}"#,
      #"{"new": {"id": 1, "qty": 3}, "old": {"id": 1, "qty": 2}}"#,
      #"{"new": null, "old": {"id": 1, "qty": 3, "note": "x"}}"#,
    ].map { try JSONValue(parsing: $0).text }
    #expect(events.compactMap { $0["data"]?.text } == data)
    #expect(events[0]["session_variables"]?["x-hasura-user-id"] == "7")
    let first = recorder.all[0]
    #expect(first.url == "http://h/fills")
    #expect(first.headers.contains(WebhookHeaderField(name: "x-key", value: "s3cret")))
    #expect(recorder.bodies[0]["trigger"] == ["name": "told"])
    #expect(recorder.bodies[0]["table"] == ["schema": "public", "name": "fills"])
    #expect(recorder.bodies[0]["delivery_info"] == ["max_retries": 2, "current_retry": 0])
    await harness.stop()
  }

  @Test func triesAgainBeforeItTellsLaterChangesOfTheRow() async throws {
    let recorder = WebhookRecorder { call, _ in
      let body = call.body.flatMap { try? JSONValue(parsing: $0.span) }
      let isFirst = body?["delivery_info"]?["current_retry"]?.int == 0
      let isInsert = body?["event"]?["op"]?.string == "INSERT"
      return WebhookAnswer(status: isFirst && isInsert ? 500 : 200, headers: [], body: [])
    }
    let harness = try await harness(recorder)
    _ = try harness.database.execute("insert into fills values (1, 1); update fills set qty = 2")
    try await recorder.wait(for: 3, on: harness.loops.loops[0])
    let told = recorder.bodies.map { body in
      "\(body["event"]?["op"]?.string ?? "") \(body["delivery_info"]?["current_retry"]?.int ?? -1)"
    }
    #expect(told == ["INSERT 0", "INSERT 1", "UPDATE 0"])
    await harness.stop()
    let statuses = try harness.database.execute(
      "select string_agg(status::text, ',' order by created_at, status desc) "
        + "from hdb_catalog.event_invocation_logs"
    )
    #expect(statuses == [["500,200,200"]])
  }

  @Test func givesUpAfterTheLastRetry() async throws {
    let recorder = WebhookRecorder(status: 503)
    let harness = try await harness(recorder)
    _ = try harness.database.execute("insert into fills values (1, 1)")
    try await recorder.wait(for: 3, on: harness.loops.loops[0])
    await harness.stop()
    let state = try harness.database.execute(
      "select delivered || ' ' || error || ' ' || tries from hdb_catalog.event_log"
    )
    #expect(state == [["false true 3"]])
  }

  @Test func goesOnAfterAnAnswerThatPostgreSQLDoesNotTake() async throws {
    let recorder = WebhookRecorder { _, _ in
      let header = WebhookHeaderField(name: "x-note", value: "c\0d")
      return WebhookAnswer(status: 200, headers: [header], body: Array("a\0b".utf8))
    }
    let harness = try await harness(recorder)
    try harness.database.execute(
      "insert into fills values (1, 1), (2, 1); update fills set qty = 2"
    )
    try await recorder.wait(for: 4, on: harness.loops.loops[0])
    await harness.stop()
    let state = try harness.database.execute(
      """
      select (select count(*) from hdb_catalog.event_log where delivered and tries = 1),
        (select string_agg(distinct response #>> '{data,body}', ',')
         from hdb_catalog.event_invocation_logs),
        (select string_agg(distinct response #>> '{data,headers,0,value}', ',')
         from hdb_catalog.event_invocation_logs)
      """
    )
    #expect(state == [["4", "a\u{fffd}b", "c\u{fffd}d"]])
  }

  @Test func notesWhatCameOfAnEventWhoseInvocationIsRefused() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    try harness.database.execute(
      """
      alter table hdb_catalog.event_invocation_logs
        add check (request #>> '{payload,event,data,new,note}' is distinct from 'refused');
      insert into fills values (1, 1, 'refused'), (2, 1, 'taken'), (3, 1, 'taken');
      update fills set qty = 2
      """
    )
    try await recorder.wait(for: 6, on: harness.loops.loops[0])
    await harness.stop()
    let state = try harness.database.execute(
      """
      select (select count(*) from hdb_catalog.event_log where delivered and tries = 1),
        (select count(*) from hdb_catalog.event_invocation_logs)
      """
    )
    #expect(state == [["6", "5"]])
  }

  @Test func isInvokedByHandAndTellsItsLogs() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    let (_, invoked) = try await harness.metadata([
      "type": "pg_invoke_event_trigger", "args": ["name": "told", "payload": ["a": 1]],
    ])
    let id = try #require(invoked["event_id"]?.string)
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    #expect(recorder.bodies[0]["event"]?["op"] == "MANUAL")
    #expect(recorder.bodies[0]["event"]?["data"] == ["new": ["a": 1], "old": nil])
    let (_, logs) = try await harness.metadata([
      "type": "pg_get_event_logs", "args": ["name": "told", "limit": 5],
    ])
    #expect(logs.array?.map { $0["id"] } == [.string(id)])
    let (status, missing) = try await harness.metadata([
      "type": "pg_redeliver_event", "args": ["event_id": "none"],
    ])
    #expect(status == 400)
    #expect(missing["error"] == "event not found")
    await harness.stop()
  }

  @Test func refusesCommandsAboutATriggerThatIsNot() async throws {
    let harness = try await harness(WebhookRecorder())
    func error(_ type: String, _ arguments: JSONValue) async throws -> [JSONValue?] {
      let (status, answer) = try await harness.metadata(["type": .string(type), "args": arguments])
      #expect(status == 400)
      return [answer["error"], answer["code"], answer["path"]]
    }
    let missing: [JSONValue?] = ["event trigger \"none\" does not exist", "not-exists", "$.args"]
    let reading = ["pg_get_event_logs", "pg_get_event_invocation_logs", "pg_delete_event_trigger"]
    for type in reading { #expect(try await error(type, ["name": "none"]) == missing) }
    #expect(
      try await error("pg_invoke_event_trigger", ["name": "none", "payload": [:]]) == missing
    )
    var other = Self.trigger.object ?? [:]
    other["name"] = "none"
    other["replace"] = true
    #expect(try await error("pg_create_event_trigger", .object(other)) == missing)
    #expect(
      try await error("pg_create_event_trigger", Self.trigger)
        == ["Event trigger with name told already exists", "already-exists", "$.args"]
    )
    for type in ["pg_get_event_logs", "pg_get_event_invocation_logs"] {
      #expect(
        try await error(type, ["name": "told", "source": "none"])
          == ["source with name \"none\" does not exist", "not-exists", "$.args"]
      )
      let call: JSONValue = ["type": .string(type), "args": ["name": "told"]]
      #expect(try await harness.metadata(call) == (200, []))
    }
    try harness.database.execute("create table orders (id integer primary key, qty integer)")
    _ = try await harness.metadata(["type": "pg_track_table", "args": ["table": "orders"]])
    other["name"] = "told"
    other["table"] = "orders"
    #expect(
      try await error("pg_create_event_trigger", .object(other))
        == ["cannot replace table or schema for trigger", "not-supported", "$.args"]
    )
    other["replace"] = nil
    other["enable_manual"] = nil
    other["name"] = "quiet"
    let create: JSONValue = ["type": "pg_create_event_trigger", "args": .object(other)]
    #expect(try await harness.metadata(create) == (200, ["message": "success"]))
    #expect(
      try await error("pg_invoke_event_trigger", ["name": "quiet", "payload": [:]])
        == ["manual mode is not enabled for event trigger", "not-supported", "$.args"]
    )
    await harness.stop()
  }

  @Test func refusesNamesThatHasuraRefuses() async throws {
    let harness = try await harness(WebhookRecorder())
    func create(_ name: String) async throws -> [JSONValue?] {
      var trigger = Self.trigger.object ?? [:]
      trigger["name"] = .string(name)
      let (status, answer) = try await harness.metadata([
        "type": "pg_create_event_trigger", "args": .object(trigger),
      ])
      return status == 200 ? [] : [answer["error"], answer["code"], answer["path"]]
    }
    let long = String(repeating: "n", count: 42)
    #expect(try await create(long) == [])
    let functions = try harness.database.execute(
      "select count(*) from pg_proc where proname like 'notify_hasura_\(long)_%'"
    )
    #expect(functions == [["3"]])
    #expect(
      try await create(long + "n")
        == ["event trigger name can be at most 42 characters", "parse-failed", "$.args"]
    )
    for name in ["1st", "a b", "a.b", "é", "_a"] {
      #expect(
        try await create(name)
          == [
            "only alphanumeric and underscore and hyphens allowed for name", "parse-failed",
            "$.args",
          ]
      )
    }
    #expect(try await create("With-hyphen_1") == [])
    await harness.stop()
  }

  @Test func followsARenamedColumnAndGoesWithItsTrigger() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    let (status, answer) = try await harness.query([
      "type": "run_sql", "args": ["sql": "alter table fills rename column qty to quantity"],
    ])
    #expect(status == 200, "\(answer.text)")
    _ = try harness.database.execute(
      "insert into fills values (1, 1); update fills set quantity = 2"
    )
    try await recorder.wait(for: 2, on: harness.loops.loops[0])
    #expect(recorder.bodies[1]["event"]?["data"]?["new"] == ["id": 1, "quantity": 2])
    let (refused, error) = try await harness.query([
      "type": "run_sql", "args": ["sql": "alter table fills drop column quantity"],
    ])
    #expect(refused == 400)
    #expect(error["code"] == "dependency-error")
    _ = try await harness.metadata(["type": "pg_delete_event_trigger", "args": ["name": "told"]])
    let left = try harness.database.execute(
      "select count(*)::text from pg_trigger where tgname like 'notify%'"
    )
    #expect(left == [["0"]])
    await harness.stop()
  }

  @Test func goesOnWhereAServerBeforeHasEnded() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    await harness.stop()
    _ = try harness.database.execute(
      "insert into fills values (1, 1); update hdb_catalog.event_log set locked = now()"
    )
    let next = try await EngineHarness(harness.database) {
      $0.webhooks = recorder.sender
      $0.environment = ["HOOK": "http://h", "KEY": "s3cret"]
      $0.eventInterval = 5
    }
    try await recorder.wait(for: 1, on: next.loops.loops[0])
    #expect(recorder.bodies[0]["event"]?["op"] == "INSERT")
    await next.stop()
  }

  @Test func tellsOfChangesInFurtherSources() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    let other = try TestCluster.shared().makeDatabase()
    try other.execute("create table fills (id integer primary key, qty integer)")
    var trigger = Self.trigger.object ?? [:]
    trigger["source"] = "b"
    trigger["name"] = "elsewhere"
    let calls: [JSONValue] = [
      [
        "type": "pg_add_source",
        "args": [
          "name": "b",
          "customization": ["root_fields": ["namespace": "b"], "type_names": ["prefix": "b"]],
          "configuration": ["connection_info": ["database_url": .string(other.url)]],
        ],
      ],
      ["type": "pg_track_table", "args": ["source": "b", "table": "fills"]],
      ["type": "pg_create_event_trigger", "args": .object(trigger)],
    ]
    for call in calls {
      let (status, answer) = try await harness.metadata(call)
      #expect(status == 200, "\(answer.text)")
    }
    try other.execute("insert into fills values (1, 2)")
    try harness.database.execute("insert into fills values (3, 4)")
    try await recorder.wait(for: 2, on: harness.loops.loops[0])
    let told = recorder.bodies.map {
      "\($0["trigger"]?["name"]?.string ?? "") \($0["event"]?["data"]?["new"]?["id"]?.text ?? "")"
    }
    #expect(told.sorted() == ["elsewhere 1", "told 3"])
    let (_, logs) = try await harness.metadata([
      "type": "pg_get_event_logs", "args": ["source": "b", "name": "elsewhere"],
    ])
    #expect(logs.array?.count == 1)
    let (_, invoked) = try await harness.metadata([
      "type": "pg_invoke_event_trigger",
      "args": ["source": "b", "name": "elsewhere", "payload": ["id": 9]],
    ])
    #expect(invoked["event_id"]?.string != nil)
    try await recorder.wait(for: 3, on: harness.loops.loops[0])
    #expect(
      try await harness.metadata(["type": "pg_drop_source", "args": ["name": "b"]])
        == (200, ["message": "success"])
    )
    #expect(try other.execute("select count(*) from pg_trigger where not tgisinternal") == [["0"]])
    await harness.stop()
  }
}
