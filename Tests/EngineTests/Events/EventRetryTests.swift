import Engine
import EventLoop
import JSON
import TestSupport
import Testing

/// What happens to events over seconds: those that wait are found again, and one server goes on telling.
@Suite(.timeLimit(.minutes(2))) struct EventRetryTests {
  private func harness(_ recorder: WebhookRecorder) async throws -> EngineHarness {
    let harness = try await EngineHarness(
      sql: "create table fills (id integer primary key, qty integer)",
      metadata: EngineHarness.metadata([["table": "fills"]])
    ) {
      $0.webhooks = recorder.sender
      // So often that the log has been searched many times before anything is tried again.
      $0.eventInterval = 5
    }
    let (status, answer) = try await harness.metadata([
      "type": "pg_create_event_trigger",
      "args": [
        "table": "fills", "name": "told", "webhook": "http://h", "insert": ["columns": "*"],
        "retry_conf": ["num_retries": 1, "interval_sec": 1],
      ],
    ])
    #expect(status == 200, "\(answer.text)")
    return harness
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
}
