import Engine
import EventLoop
import JSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct LogCleanupTests {
  private static func trigger(_ cleanup: JSONValue?) -> JSONValue {
    [
      "type": "pg_create_event_trigger",
      "args": [
        "table": "fills", "name": "told", "webhook": "http://h", "insert": ["columns": "*"],
        "cleanup_config": cleanup ?? .null,
      ],
    ]
  }

  private static let hourly: JSONValue = [
    "schedule": "0 * * * *", "clear_older_than": 24, "batch_size": 2,
    "clean_invocation_logs": true,
  ]

  /// Seven events that are done, of them five old, one old that is not, each with an invocation.
  private static let events = """
    insert into hdb_catalog.event_log
      (id, schema_name, table_name, trigger_name, payload, delivered, error, locked, created_at)
    select 'e' || n, 'public', 'fills', 'told', '{}', n % 2 = 0, n % 2 = 1,
      case when n = 8 then now() end, now() - case when n > 5 and n < 8 then interval '1 hour'
      else interval '25 hours' end from generate_series(1, 8) as n;
    insert into hdb_catalog.event_invocation_logs (event_id, trigger_name)
      select 'e' || n, 'told' from generate_series(1, 8) as n
    """

  private func harness() async throws -> EngineHarness {
    let recorder = WebhookRecorder()
    return try await EngineHarness(
      sql: "create table fills (id integer primary key)",
      metadata: EngineHarness.metadata([["table": "fills"]])
    ) {
      $0.webhooks = recorder.sender
      $0.scheduleInterval = 5
    }
  }

  private func call(
    _ harness: EngineHarness,
    _ type: String,
    _ arguments: JSONValue
  ) async throws -> JSONValue {
    try await harness.metadata(["type": .string(type), "args": arguments]).1
  }

  /// Waits until a query has an answer.
  private func wait(_ harness: EngineHarness, _ sql: String, _ answer: String) async throws {
    while try harness.database.execute(sql) != [[answer]] {
      try await harness.loops.loops[0].sleep(for: .milliseconds(10))
    }
  }

  @Test func deletesOldEventsByHand() async throws {
    let harness = try await harness()
    _ = try await harness.metadata(Self.trigger(nil))
    try harness.database.execute(Self.events)
    let name: JSONValue = "told"
    #expect(
      try await call(
        harness,
        "cleanup_event_trigger_logs",
        ["event_trigger_name": name, "clear_older_than": 24, "batch_size": 2]
      ) == [
        "message": "success", "deleted_event_logs": 5, "deleted_event_invocation_logs": 0,
      ]
    )
    #expect(
      try await call(
        harness,
        "cleanup_event_trigger_logs",
        ["event_trigger_name": name, "clear_older_than": 0, "clean_invocation_logs": true]
      ) == [
        "message": "success", "deleted_event_logs": 2, "deleted_event_invocation_logs": 2,
      ]
    )
    #expect(try harness.database.execute("select id from hdb_catalog.event_log") == [["e8"]])
    await harness.stop()
  }

  @Test func cleansByTheScheduleUnlessPaused() async throws {
    let harness = try await harness()
    let (status, created) = try await harness.metadata(Self.trigger(Self.hourly))
    #expect(status == 200, "\(created.text)")
    let count = "select count(*)::text from hdb_catalog.hdb_event_log_cleanups"
    try await wait(harness, count + " where status = 'scheduled'", "5")
    try harness.database.execute(Self.events)
    // Two that another server has planned; the one before was missed.
    try harness.database.execute(
      """
      insert into hdb_catalog.hdb_event_log_cleanups (id, trigger_name, scheduled_at, status) values
        ('a', 'told', now() - interval '3 days', 'scheduled'),
        ('b', 'told', now() - interval '2 days', 'scheduled')
      """
    )
    let outcome = """
      select string_agg(concat_ws(' ', id, status, deleted_event_logs,
        deleted_event_invocation_logs), ',' order by id)
      from hdb_catalog.hdb_event_log_cleanups where status <> 'scheduled'
      """
    try await wait(harness, outcome, "a dead,b completed 5 5")
    let all: JSONValue = ["event_triggers": ["sources": "*"]]
    #expect(
      try await call(harness, "pause_event_trigger_cleanups", all) == ["message": "success"]
    )
    let (_, document) = try await harness.metadata(["type": "export_metadata", "args": [:]])
    #expect(
      document["sources"]?.array?.first?["tables"]?.array?.first?["event_triggers"]?.array?.first?[
        "cleanup_config"
      ] == [
        "batch_size": 2, "clean_invocation_logs": true, "clear_older_than": 24, "paused": true,
        "schedule": "0 * * * *", "timeout": 60,
      ]
    )
    let due = """
      insert into hdb_catalog.hdb_event_log_cleanups (id, trigger_name, scheduled_at, status)
      values ('c', 'told', now() - interval '1 day', 'scheduled')
      """
    try harness.database.execute(due)
    try await wait(harness, outcome, "a dead,b completed 5 5,c paused 0 0")
    // Without a configuration nothing is planned any more.
    var deleted = try await call(harness, "pg_delete_event_trigger", ["name": "told"])
    #expect(deleted == ["message": "success"])
    try await wait(harness, count + " where status = 'scheduled'", "0")
    deleted = try await call(harness, "resume_event_trigger_cleanups", all)
    #expect(deleted == ["message": "success"])
    await harness.stop()
  }

  /// What another server has planned may be out of date, and is planned anew before the next is due.
  @Test func plansAnewAfterAnotherServer() async throws {
    let harness = try await harness()
    let (status, created) = try await harness.metadata(Self.trigger(Self.hourly))
    #expect(status == 200, "\(created.text)")
    let count = "select count(*)::text from hdb_catalog.hdb_event_log_cleanups"
    try await wait(harness, count + " where status = 'scheduled'", "5")
    try harness.database.execute(
      """
      update hdb_catalog.apus_leases set holder = gen_random_uuid() where name = 'cleanups';
      insert into hdb_catalog.hdb_event_log_cleanups (trigger_name, scheduled_at, status)
        values ('told', now() - interval '2 days', 'scheduled')
      """
    )
    try await wait(harness, count + " where status = 'completed'", "1")
    let planned = try harness.database.execute(
      count + " where status = 'scheduled' and scheduled_at > now() at time zone 'utc'"
    )
    #expect(planned == [["5"]])
    await harness.stop()
  }

  @Test func refusesWhatIsNotThere() async throws {
    let harness = try await harness()
    _ = try await harness.metadata(Self.trigger(nil))
    func error(_ type: String, _ arguments: JSONValue) async throws -> [JSONValue?] {
      let answer = try await call(harness, type, arguments)
      return [answer["error"], answer["code"], answer["path"]]
    }
    let clean = "cleanup_event_trigger_logs"
    let pause = "pause_event_trigger_cleanups"
    #expect(
      try await error(clean, ["event_trigger_name": "none", "clear_older_than": 1])
        == ["event trigger \"none\" does not exist", "not-exists", "$.args"]
    )
    #expect(
      try await error(clean, ["event_trigger_name": "told"])
        == ["key \"clear_older_than\" not found", "parse-failed", "$.args"]
    )
    #expect(
      try await error(
        clean,
        ["event_trigger_name": "told", "clear_older_than": 1, "batch_size": 0]
      ) == [
        "batch_size has to be at least 1, and is 0", "parse-failed", "$.args.batch_size",
      ]
    )
    #expect(
      try await error(pause, ["event_triggers": [["event_triggers": ["told"]]]])
        == ["cleanup config does not exist for told", "not-exists", "$.args"]
    )
    #expect(
      try await error(pause, ["event_triggers": [["event_triggers": ["none"]]]])
        == ["event trigger \"none\" does not exist", "not-exists", "$.args"]
    )
    #expect(
      try await error(pause, ["event_triggers": ["sources": ["none"]]])
        == ["source with name none does not exists", "not-exists", "$.args"]
    )
    #expect(
      try await error(pause, ["event_triggers": ["sources": []]])
        == [
          "source name list should have atleast one value", "parse-failed",
          "$.args.event_triggers.sources",
        ]
    )
    #expect(
      try await error(pause, ["event_triggers": "*"])
        == [
          .string(
            "The event trigger cleanup argument should either be \"*\", list of sources or list "
              + "of event trigger qualifiers"
          ), "parse-failed", "$.args.event_triggers",
        ]
    )
    let (_, refused) = try await harness.metadata(
      Self.trigger(["schedule": "never", "clear_older_than": 1])
    )
    #expect(refused["error"] == "invalid cron expression: never")
    #expect(refused["path"] == "$.args.cleanup_config.schedule")
    await harness.stop()
  }
}
