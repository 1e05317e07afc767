import Engine
import EventLoop
import JSON
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import Resolvers

@Suite(.timeLimit(.minutes(2))) struct SchedulerTests {
  /// Which schedules have called, and what was reported.
  private final class Record: Sendable {
    private let names = Mutex<Set<String>>([])
    private let reports = Mutex<[String]>([])

    func called(_ name: String) { names.withLock { _ = $0.insert(name) } }
    func report(_ text: String) { reports.withLock { $0.append(text) } }
    var calls: Set<String> { names.withLock { $0 } }
    var texts: [String] { reports.withLock { $0 } }
  }

  private static func entry(_ name: String, _ schedule: String, _ zone: String) -> JSONValue {
    [
      "name": .string(name), "webhook": "apus:start", "schedule": .string(schedule),
      "timezone": .string(zone), "payload": [:],
    ]
  }

  private func run(
    _ entries: [JSONValue],
    _ body: (Scheduler, Record, TestDatabase, EventLoop) async throws -> Void
  ) async throws {
    let database = try TestCluster.shared().makeDatabase()
    let metadata: JSONValue = ["version": 3, "sources": [], "cron_triggers": .array(entries)]
    try database.execute(
      """
      create schema control;
      create table control.experiment_job (schedule_name text, scheduled_for timestamptz);
      create schema hdb_catalog;
      create table hdb_catalog.hdb_metadata (
        id integer primary key, metadata json not null,
        resource_version integer not null default 1 unique);
      insert into hdb_catalog.hdb_metadata values (1, $json$\(metadata.text)$json$, 1)
      """
    )
    let record = Record()
    let start = NativeField(
      "start",
      of: [.mutation],
      arguments: [.optional("idempotency_key", "String")],
      returns: .scalar("String"),
      body: .call { call in
        record.called(call.session.variables.first { $0.name == "x-hasura-user-id" }?.value ?? "")
        return .value(.null)
      }
    )
    let loops = EventLoopGroup(count: 1)
    let engine = Engine(
      EngineConfiguration(database: try PostgresConfiguration(url: database.url)),
      on: loops.loops
    )
    try await engine.start()
    let scheduler = Scheduler(
      engine,
      [start],
      every: .milliseconds(20),
      on: loops.loops[0],
      report: record.report
    )
    try await body(scheduler, record, database, loops.loops[0])
    await engine.stop()
    await loops.shutDown()
  }

  @Test func goesOnBehindAScheduleWhoseZoneIsUnknown() async throws {
    let entries = [
      Self.entry("first", "* * * * *", "Mars/Olympus"), Self.entry("second", "* * * * *", "UTC"),
    ]
    try await run(entries) { scheduler, record, _, loop in
      await scheduler.start()
      while record.calls.isEmpty { try await loop.sleep(for: .milliseconds(20)) }
      await scheduler.stop()
      #expect(record.calls == ["schedule:second"])
      #expect(
        record.texts.first
          == #"the schedule first waits: time zone "Mars/Olympus" not recognized"#
      )
    }
  }

  @Test func makesUpForWhatWasMissedOfAnOldScheduleAlone() async throws {
    try await run([]) { scheduler, record, database, _ in
      let call = try #require(try ScheduledCall(Self.entry("often", "*/7 * * * *", "UTC")))
      try database.execute(
        "insert into control.experiment_job values ('often', now() - interval '3 hours')"
      )
      let now = try database.execute("select date_trunc('minute', now() + interval '1 minute')")
      let minute = try #require(now[0][0])
      try await scheduler.look(at: call, since: .init(minute: minute, isOld: false))
      #expect(record.calls.isEmpty)
      try await scheduler.look(at: call, since: .init(minute: minute, isOld: true))
      #expect(record.calls == ["schedule:often"])
    }
  }

  @Test func knowsWhichSchedulesWereThereBefore() throws {
    func call(_ name: String, _ schedule: String = "* * * * *") throws -> ScheduledCall {
      try #require(try ScheduledCall(Self.entry(name, schedule, "UTC")))
    }
    var starts = ScheduleStarts()
    starts.see([try call("a"), try call("b")], in: "1")
    starts.see([try call("a"), try call("b", "1 * * * *"), try call("c")], in: "2")
    starts.see([try call("a"), try call("c")], in: "3")
    #expect(starts[try call("a")] == .init(minute: "1", isOld: true))
    #expect(starts[try call("b")] == nil)
    #expect(starts[try call("c")] == .init(minute: "2", isOld: false))
    starts.see([try call("b", "1 * * * *")], in: "4")
    #expect(starts[try call("b", "1 * * * *")] == .init(minute: "4", isOld: false))
  }
}
