import Engine
import EventLoop
import JSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ScheduleTests {
  private func harness(
    _ recorder: WebhookRecorder,
    callsOf milliseconds: Int = 0,
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    try await EngineHarness(sql: "", metadata: EngineHarness.metadata([])) {
      $0.webhooks = recorder.sender(after: milliseconds)
      $0.scheduleInterval = 5
      configure(&$0)
    }
  }

  /// Adds events of one time that are due.
  private func add(_ count: Int, _ harness: EngineHarness) throws {
    try harness.database.execute(
      """
      insert into hdb_catalog.hdb_scheduled_events (webhook_conf, scheduled_time, payload)
      select '"http://h"', now(), to_json(n) from generate_series(1, \(count)) as n
      """
    )
  }

  /// Waits until a query has an answer.
  private func wait(_ harness: EngineHarness, _ sql: String, _ answer: String) async throws {
    while try harness.database.execute(sql) != [[answer]] {
      try await harness.loops.loops[0].sleep(for: .milliseconds(20))
    }
  }

  private static let statuses = """
    select string_agg(status, ' ') from hdb_catalog.hdb_scheduled_events
    """

  @Test func storesWhatCameOfAnEventWhenTheDatabaseTakesItAgain() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    try harness.database.execute(
      """
      create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'the disk is full' using errcode = '53100'; end $$;
      create trigger refuse before update on hdb_catalog.hdb_scheduled_events for each row
        when (new.status = 'delivered') execute function refuse()
      """
    )
    try add(1, harness)
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    try await harness.loops.loops[0].sleep(for: .milliseconds(500))
    #expect(try harness.database.execute(Self.statuses) == [["locked"]])
    try harness.database.execute("drop function refuse cascade")
    try await wait(harness, Self.statuses, "delivered")
    let invocations = try harness.database.execute(
      "select count(*) from hdb_catalog.hdb_scheduled_event_invocation_logs"
    )
    #expect(invocations == [["1"]])
    #expect(recorder.all.count == 1)
    await harness.stop()
  }

  @Test func triesAgainAfterAYearAtTheLatest() async throws {
    let recorder = WebhookRecorder { _, _ in
      let header = WebhookHeaderField(name: "Retry-After", value: "\(Int.max)")
      return WebhookAnswer(status: 503, headers: [header], body: [])
    }
    let harness = try await harness(recorder)
    try add(1, harness)
    try await wait(
      harness,
      """
      select string_agg(status || ' ' || (next_retry_at < now() + interval '366 days'), ' ')
      from hdb_catalog.hdb_scheduled_events
      """,
      "scheduled true"
    )
    await harness.stop()
  }

  /// One that cannot be subtracted from the present holds up no other.
  @Test func takesEventsThatWereAlwaysDueAsDead() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    try harness.database.execute(
      """
      insert into hdb_catalog.hdb_scheduled_events (webhook_conf, scheduled_time)
      values ('"http://h"', '-infinity'), ('"http://h"', now())
      """
    )
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    try await wait(
      harness,
      """
      select string_agg(status, ' ' order by scheduled_time) from hdb_catalog.hdb_scheduled_events
      """,
      "dead delivered"
    )
    await harness.stop()
  }

  @Test func letsEventsGoThatNobodyTells() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder) { $0.releaseInterval = 300 }
    try add(1, harness)
    try await wait(harness, Self.statuses, "delivered")
    try harness.database.execute("update hdb_catalog.hdb_scheduled_events set status = 'locked'")
    try await recorder.wait(for: 2, on: harness.loops.loops[0])
    await harness.stop()
  }

  @Test func tellsAnEventOnceWhileItsLeaseIsNotRenewed() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder, callsOf: 3_000)
    try add(1, harness)
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    try harness.database.execute("alter table hdb_catalog.apus_leases rename to away")
    try await harness.loops.loops[0].sleep(for: .milliseconds(1_000))
    try harness.database.execute("alter table hdb_catalog.away rename to apus_leases")
    try await wait(harness, Self.statuses, "delivered")
    #expect(recorder.all.count == 1)
    await harness.stop()
  }

  @Test func tellsNoMoreThanANumberAtATime() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder, callsOf: 700) { $0.eventsInFlight = 2 }
    try add(5, harness)
    try await recorder.wait(for: 2, on: harness.loops.loops[0])
    try await harness.loops.loops[0].sleep(for: .milliseconds(200))
    #expect(recorder.all.count == 2)
    try await recorder.wait(for: 5, on: harness.loops.loops[0])
    await harness.stop()
  }

  @Test func makesNoEventOfATimeAgainThatHasOne() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    func create(_ comment: String) async throws {
      let (status, answer) = try await harness.metadata([
        "type": "create_cron_trigger",
        "args": [
          "name": "often", "webhook": "http://h", "schedule": "0 3 * * *", "replace": true,
          "include_in_metadata": true, "comment": .string(comment),
        ],
      ])
      #expect(status == 200, "\(answer.text)")
    }
    let count = "select count(*) from hdb_catalog.hdb_cron_events where status <> 'delivered'"
    try await create("first")
    try await wait(harness, count, "100")
    // What a server would make again whose clock is behind.
    try harness.database.execute(
      "update hdb_catalog.hdb_cron_events set status = 'delivered'"
    )
    try await create("second")
    try await harness.loops.loops[0].sleep(for: .milliseconds(500))
    #expect(try harness.database.execute(count) == [["0"]])
    await harness.stop()
  }
}
