import EventLoop
import JSON
import TestSupport
import Testing

@testable import Engine

/// What a server writes that has nothing to do, which is nothing, and what it does when there is something.
@Suite(.timeLimit(.minutes(3))) struct IdleDatabaseTests {
  private static let metadata: JSONValue = [
    "version": 3,
    "sources": [
      [
        "name": "default", "kind": "postgres", "tables": [["table": "watched"]],
        "configuration": ["connection_info": ["database_url": ["from_env": "X"]]],
      ]
    ],
    "actions": [AsynchronousAction.definition],
    "custom_types": AsynchronousAction.types,
    "cron_triggers": [
      [
        "name": "yearly", "webhook": "http://h/yearly", "schedule": "0 3 1 1 *",
        "include_in_metadata": true,
      ]
    ],
  ]

  /// An engine as a server has it, on a cluster where nobody else writes.
  private func harness(
    _ recorder: WebhookRecorder,
    _ cluster: TestCluster
  ) async throws -> EngineHarness {
    let database = try cluster.makeDatabase()
    try database.execute("alter system set autovacuum = off")
    try database.execute(
      """
      select pg_reload_conf();
      create table watched (id integer primary key, qty integer);
      insert into watched values (1, 1);
      """
    )
    try EngineHarness.store(Self.metadata, in: database)
    let harness = try await self.harness(recorder, database)
    let (status, answer) = try await harness.metadata([
      "type": "pg_create_event_trigger",
      "args": [
        "table": "watched", "name": "told", "webhook": "http://h/told", "update": ["columns": "*"],
        "cleanup_config": ["schedule": "0 3 1 1 *", "clear_older_than": 24],
      ],
    ])
    #expect(status == 200, "\(answer.text)")
    return harness
  }

  private func harness(
    _ recorder: WebhookRecorder,
    _ database: TestDatabase
  ) async throws -> EngineHarness {
    try await EngineHarness(database) {
      $0.webhooks = recorder.sender
      $0.schemaSyncInterval = .seconds(1)
      $0.subscriptions.changes.managesPublication = true
    }
  }

  /// Returns after some seconds in which nothing was written; what PostgreSQL writes for itself, as after a
  /// change, is waited for.
  private func waitUntilQuiet(_ database: TestDatabase) async throws {
    var (before, after): ([[String?]], [[String?]]) = ([], [])
    repeat {
      before = try database.execute("select pg_current_wal_insert_lsn()")
      try await Task.sleep(for: .seconds(4))
      after = try database.execute("select pg_current_wal_insert_lsn()")
    } while after != before
  }

  /// Waits for calls, which are to come before a server would look that is told nothing.
  private func expect(
    _ count: Int,
    _ recorder: WebhookRecorder,
    _ harness: EngineHarness
  ) async throws {
    let start = ContinuousClock.now
    try await recorder.wait(for: count, on: harness.loops.loops[0])
    #expect(ContinuousClock.now - start < .milliseconds(Notices.lookInterval / 2))
  }

  @Test func writesNothingWhileThereIsNothingToDo() async throws {
    let recorder = WebhookRecorder(["note": "done"])
    let cluster = try TestCluster.start()
    defer { withExtendedLifetime(cluster) {} }
    let harness = try await harness(recorder, cluster)
    let database = harness.database
    let subscriber = await TestSubscriber(harness, "subscription { watched { qty } }")
    #expect(await subscriber.next() == #"{"data":{"watched":[{"qty":1}]}}"#)
    try await waitUntilQuiet(database)
    #expect(harness.engine.notices.isHeard)
    #expect(recorder.all.isEmpty)

    try database.execute(
      """
      insert into hdb_catalog.hdb_scheduled_events (webhook_conf, scheduled_time)
      values ('"http://h/once"', now())
      """
    )
    try await expect(1, recorder, harness)
    _ = try await harness.metadata([
      "type": "create_scheduled_event",
      "args": ["webhook": "http://h/late", "schedule_at": "2020-01-01T00:00:00Z"],
    ])
    _ = await harness.answer("mutation { act }")
    try await expect(2, recorder, harness)
    try database.execute("update watched set qty = 2")
    try await expect(3, recorder, harness)
    #expect(await subscriber.next() == #"{"data":{"watched":[{"qty":2}]}}"#)
    try database.execute(
      """
      update hdb_catalog.hdb_cron_events set scheduled_time = now() + interval '1 second'
      where scheduled_time = (select min(scheduled_time) from hdb_catalog.hdb_cron_events)
      """
    )
    try await expect(4, recorder, harness)
    let urls = recorder.all.map { $0.url.split(separator: "/").last }
    #expect(urls == ["once", "act", "told", "yearly"])

    try await waitUntilQuiet(database)
    #expect(recorder.all.count == 4)
    let states = try database.execute(
      """
      select string_agg(status, ' ' order by scheduled_time) from hdb_catalog.hdb_scheduled_events
      union all select string_agg(status, ' ') from hdb_catalog.hdb_cron_events
        where status <> 'scheduled'
      union all select string_agg(status, ' ') from hdb_catalog.hdb_action_log
      """
    )
    #expect(states == [["dead delivered"], ["delivered"], ["completed"]])
    await harness.stop()
  }

  /// Every server makes the events of a cron trigger, or drops them; each is told once.
  @Test func tellsOnceWhereThereAreSeveralServers() async throws {
    let recorder = WebhookRecorder()
    let cluster = try TestCluster.start()
    defer { withExtendedLifetime(cluster) {} }
    let first = try await harness(recorder, cluster)
    let second = try await harness(recorder, first.database)
    let (status, answer) = try await first.metadata([
      "type": "create_cron_trigger",
      "args": [
        "name": "yearly", "webhook": "http://h/yearly", "schedule": "0 4 1 1 *", "replace": true,
        "include_in_metadata": true,
      ],
    ])
    #expect(status == 200, "\(answer.text)")
    try await waitUntilQuiet(first.database)
    let times = try first.database.execute(
      """
      select extract(hour from scheduled_time at time zone 'utc')::integer, count(*)
      from hdb_catalog.hdb_cron_events group by 1
      """
    )
    #expect(times == [["4", "100"]])
    try first.database.execute(
      """
      insert into hdb_catalog.hdb_scheduled_events (webhook_conf, scheduled_time, payload)
        select '"http://h"', now() + n * interval '20 ms', to_json(n) from generate_series(1, 20) as n;
      update watched set qty = 2;
      """
    )
    try await expect(21, recorder, first)
    try await waitUntilQuiet(first.database)
    #expect(recorder.all.count == 21)
    await first.stop()
    // The other one goes on.
    try first.database.execute("update watched set qty = 3")
    try await expect(22, recorder, second)
    await second.stop()
  }

  /// A server that did nothing so far goes on with what another one had taken over that was killed.
  @Test func tellsWhatAServerLeftThatWasKilled() async throws {
    let recorder = WebhookRecorder()
    let cluster = try TestCluster.start()
    defer { withExtendedLifetime(cluster) {} }
    let harness = try await harness(recorder, cluster)
    try await waitUntilQuiet(harness.database)
    try harness.database.execute(
      """
      begin;
      insert into hdb_catalog.apus_leases
        select name, gen_random_uuid(), now() + interval '3 seconds'
        from unnest(array['schedules', 'events']) as name
        on conflict (name) do update set holder = excluded.holder, until = excluded.until;
      insert into hdb_catalog.hdb_scheduled_events (webhook_conf, scheduled_time)
        values ('"http://h"', now());
      update hdb_catalog.hdb_scheduled_events set status = 'locked';
      update watched set qty = 2;
      update hdb_catalog.event_log set locked = now();
      commit;
      """
    )
    try await harness.loops.loops[0].sleep(for: .milliseconds(2_000))
    #expect(recorder.all.isEmpty)
    try await expect(2, recorder, harness)
    try await waitUntilQuiet(harness.database)
    #expect(recorder.all.count == 2)
    await harness.stop()
  }
}
