import Engine
import EventLoop
import JSON
import TestSupport
import Testing

/// What a server tells while its lease is in doubt, is lost, or is about to be given back.
@Suite(.timeLimit(.minutes(2))) struct EventLeaseTests {
  /// Calls take so many milliseconds.
  private func harness(
    _ recorder: WebhookRecorder,
    callsOf milliseconds: Int
  ) async throws -> EngineHarness {
    let harness = try await EngineHarness(
      sql: "create table fills (id integer primary key, qty integer)",
      metadata: EngineHarness.metadata([["table": "fills"]])
    ) {
      $0.webhooks = recorder.sender(after: milliseconds)
      $0.eventInterval = 5
    }
    let (status, answer) = try await harness.metadata([
      "type": "pg_create_event_trigger",
      "args": [
        "table": "fills", "name": "told", "webhook": "http://h", "insert": ["columns": "*"],
        "update": ["columns": "*"],
      ],
    ])
    #expect(status == 200, "\(answer.text)")
    return harness
  }

  /// The changes that were told, by the quantity after them.
  private func told(_ recorder: WebhookRecorder) -> [Int] {
    recorder.bodies.compactMap { $0["event"]?["data"]?["new"]?["qty"]?.int.map { Int($0) } }
  }

  /// Makes eight changes of one row.
  private func change(_ harness: EngineHarness) throws {
    let updates = (2...8).map { "update fills set qty = \($0);" }
    try harness.database.execute("insert into fills values (1, 1);" + updates.joined())
  }

  @Test func tellsEachEventOnceWhileItsLeaseIsNotRenewed() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder, callsOf: 500)
    try change(harness)
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    try harness.database.execute("alter table hdb_catalog.apus_leases rename to away")
    try await harness.loops.loops[0].sleep(for: .milliseconds(2_200))
    try harness.database.execute("alter table hdb_catalog.away rename to apus_leases")
    try await recorder.wait(for: 8, on: harness.loops.loops[0])
    await harness.stop()
    #expect(told(recorder) == Array(1...8))
  }

  @Test func holdsOnToItsLeaseWhileASearchTakesLong() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder, callsOf: 0)
    try change(harness)
    try await recorder.wait(for: 8, on: harness.loops.loops[0])
    // A search waits for this to end.
    async let _ = harness.database.execute(
      "begin; lock table hdb_catalog.event_log; select pg_sleep(8); commit"
    )
    try await harness.loops.loops[0].sleep(for: .milliseconds(7_000))
    let isHeld = try harness.database.execute(
      "select until > now() from hdb_catalog.apus_leases where name = 'events'"
    )
    #expect(isHeld == [["t"]])
    await harness.stop()
  }

  @Test func tellsNothingWhileItsLeaseIsAnothers() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder, callsOf: 2_000)
    try change(harness)
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    try harness.database.execute(
      """
      update hdb_catalog.apus_leases
      set holder = gen_random_uuid(), until = now() + interval '5 seconds' where name = 'events'
      """
    )
    try await harness.loops.loops[0].sleep(for: .milliseconds(4_000))
    #expect(told(recorder) == [1])
    try await recorder.wait(for: 3, on: harness.loops.loops[0])
    #expect(told(recorder) == [1, 2, 3])
    await harness.stop()
    let tries = try harness.database.execute(
      "select string_agg(tries::text, ' ' order by apus_order) from hdb_catalog.event_log"
    )
    #expect(tries == [["1 1 1 0 0 0 0 0"]])
  }

  @Test func endsAfterTheCallsUnderWay() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder, callsOf: 700)
    try change(harness)
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    await harness.stop()
    #expect(told(recorder) == [1])
    let state = try harness.database.execute(
      """
      select count(*) filter (where delivered), count(*) filter (where locked is null)
      from hdb_catalog.event_log
      """
    )
    #expect(state == [["1", "8"]])
  }
}
