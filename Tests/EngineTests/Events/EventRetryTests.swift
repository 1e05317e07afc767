import Engine
import EventLoop
import JSON
import TestSupport
import Testing

/// What happens to events over seconds: those that wait are found again, and one server goes on telling.
@Suite(.timeLimit(.minutes(2))) struct EventRetryTests {
  private func harness(
    _ recorder: WebhookRecorder,
    retryAfter seconds: Int = 1,
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    let harness = try await EngineHarness(
      sql: "create table fills (id integer primary key, qty integer)",
      metadata: EngineHarness.metadata([["table": "fills"]])
    ) {
      $0.webhooks = recorder.sender
      // So often that the log has been searched many times before anything is tried again.
      $0.eventInterval = 5
      configure(&$0)
    }
    try await create("told", harness, retryAfter: seconds)
    return harness
  }

  private func create(
    _ name: String,
    _ harness: EngineHarness,
    retryAfter seconds: Int = 1
  ) async throws {
    let (status, answer) = try await harness.metadata([
      "type": "pg_create_event_trigger",
      "args": [
        "table": "fills", "name": .string(name), "webhook": "http://h",
        "insert": ["columns": "*"], "delete": ["columns": "*"],
        "retry_conf": ["num_retries": 1, "interval_sec": .number(JSONNumber(seconds))],
      ],
    ])
    #expect(status == 200, "\(answer.text)")
  }

  /// The operations and ids that were told, with the number of the try.
  private func told(_ recorder: WebhookRecorder) -> [String] {
    recorder.bodies.map { body in
      let id = body["event"]?["data"]?["new"]?["id"]?.int ?? -1
      return "\(id) \(body["delivery_info"]?["current_retry"]?.int ?? -1)"
    }
  }

  @Test func triesAgainWhenTheLogHasBeenSearchedBehindIt() async throws {
    let recorder = WebhookRecorder { call, _ in
      let body = call.body.flatMap { try? JSONValue(parsing: $0.span) }
      let id = body?["event"]?["data"]?["new"]?["id"]?.int
      let isFirst = body?["delivery_info"]?["current_retry"]?.int == 0
      return WebhookAnswer(status: id == 1 && isFirst ? 500 : 200, headers: [], body: [])
    }
    let harness = try await harness(recorder)
    _ = try harness.database.execute("insert into fills values (1, 1)")
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    _ = try harness.database.execute("insert into fills values (2, 1)")
    try await recorder.wait(for: 3, on: harness.loops.loops[0])
    #expect(told(recorder) == ["1 0", "2 0", "1 1"])
    await harness.stop()
  }

  @Test func tellsAnEventAgainThatWasPutBack() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    _ = try harness.database.execute("insert into fills values (1, 1)")
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    try await harness.loops.loops[0].sleep(for: .milliseconds(300))
    let id = try harness.database.execute("select id from hdb_catalog.event_log")[0][0]
    let (status, answer) = try await harness.metadata([
      "type": "pg_redeliver_event", "args": ["event_id": .string(id ?? "")],
    ])
    #expect(status == 200, "\(answer.text)")
    try await recorder.wait(for: 2, on: harness.loops.loops[0])
    #expect(told(recorder) == ["1 0", "1 0"])
    await harness.stop()
  }

  @Test func holdsOnToItsLease() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    func until() throws -> String? {
      try harness.database.execute(
        "select until::text from hdb_catalog.apus_leases where name = 'events'"
      ).first?[0]
    }
    _ = try harness.database.execute("insert into fills values (1, 1)")
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    let first = try #require(try until())
    for _ in 0..<100 where try until() == first {
      try await harness.loops.loops[0].sleep(for: .milliseconds(100))
    }
    #expect(try until() != first)
    await harness.stop()
  }

  /// Notes an event of a trigger that the server does not know.
  private func addUnknown(_ id: Int, _ harness: EngineHarness) throws {
    try harness.database.execute(
      """
      select hdb_catalog.insert_event_log('public', 'fills', 'later', 'INSERT',
        '{"old": null, "new": {"id": \(id), "qty": 1}}')
      """
    )
  }

  @Test func waitsForTheTriggerOfAnEvent() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    try addUnknown(7, harness)
    try addUnknown(7, harness)
    let waiting = """
      select count(*) from hdb_catalog.event_log
      where next_retry_at > now() at time zone 'utc' and locked is null
      """
    while try harness.database.execute(waiting) != [["2"]] {
      try await harness.loops.loops[0].sleep(for: .milliseconds(20))
    }
    try await create("later", harness)
    // What comes now is told after what waits.
    try harness.database.execute("insert into fills values (7, 1)")
    try await recorder.wait(for: 4, on: harness.loops.loops[0])
    let later = recorder.bodies.filter { $0["trigger"]?["name"] == "later" }
    await harness.stop()
    let ids = try harness.database.execute(
      "select id from hdb_catalog.event_log where trigger_name = 'later' order by apus_order"
    )
    #expect(later.map { $0["id"]?.string } == ids.map { $0[0] })
    #expect(later.allSatisfy { $0["delivery_info"]?["current_retry"] == 0 })
  }

  @Test func givesAnEventUpWhoseTriggerDoesNotCome() async throws {
    let harness = try await harness(WebhookRecorder()) { $0.eventPatience = 0 }
    try addUnknown(7, harness)
    let state = """
      select error, tries, (select response #>> '{data,message}'
        from hdb_catalog.event_invocation_logs) from hdb_catalog.event_log where error
      """
    let expected = [["t", "1", #"there is no event trigger "later""#]]
    while try harness.database.execute(state) != expected {
      try await harness.loops.loops[0].sleep(for: .milliseconds(20))
    }
    await harness.stop()
  }

  @Test func waitsNoMoreForAnEventThatIsGone() async throws {
    let recorder = WebhookRecorder { call, _ in
      let body = call.body.flatMap { try? JSONValue(parsing: $0.span) }
      let isInsert = body?["event"]?["op"] == "INSERT"
      return WebhookAnswer(status: isInsert ? 500 : 200, headers: [], body: [])
    }
    let harness = try await harness(recorder, retryAfter: 3_600)
    try harness.database.execute("insert into fills values (1, 1)")
    let waiting = "select count(*) from hdb_catalog.event_log where tries = 1"
    while try harness.database.execute(waiting) != [["1"]] {
      try await harness.loops.loops[0].sleep(for: .milliseconds(20))
    }
    try harness.database.execute("delete from hdb_catalog.event_log; delete from fills")
    try await recorder.wait(for: 2, on: harness.loops.loops[0])
    #expect(recorder.bodies.map { $0["event"]?["op"] } == ["INSERT", "DELETE"])
    await harness.stop()
  }
}
