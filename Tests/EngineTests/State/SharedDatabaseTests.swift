import EventLoop
import JSON
import PostgresClient
import TestSupport
import Testing

@testable import Engine

/// What others do to a database that a server rests on: other servers, migrations, and locks.
@Suite(.timeLimit(.minutes(2))) struct SharedDatabaseTests {
  private static let sql = """
    create table desks (id serial primary key, name text not null default 'old');
    create table plain (id integer primary key);
    """

  private func track(_ table: String) -> JSONValue {
    ["type": "pg_track_table", "args": ["source": "default", "table": .string(table)]]
  }

  private func runSQL(_ sql: String) -> JSONValue {
    ["type": "run_sql", "args": ["sql": .string(sql)]]
  }

  private func triggers(_ harness: EngineHarness) throws -> [[String?]] {
    try harness.database.execute(
      """
      select tgname from pg_trigger where not tgisinternal and tgname <> 'apus_tell' order by tgname
      """
    )
  }

  @Test func storesNothingBesideARefusedVersion() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    let store = MetadataStore(
      pool: PostgresPool(
        try PostgresConfiguration(url: harness.database.url),
        on: harness.loops.loops[0]
      )
    )
    let before = try #require(try await store.load())
    let version = try await store.store(
      before.document.serialized,
      replacing: before.resourceVersion + 1,
      instance: "00000000-0000-0000-0000-000000000001",
      after: ["create table made ()"]
    )
    #expect(version == nil)
    #expect(try await store.load()?.resourceVersion == before.resourceVersion)
    #expect(try harness.database.execute("select to_regclass('made')") == [[nil]])
    await store.pool.close()
    await harness.stop()
  }

  @Test func makesTriggersAgainWhenTheMetadataAreReloaded() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    _ = try await harness.metadata(track("desks"))
    _ = try await harness.metadata([
      "type": "pg_create_event_trigger",
      "args": [
        "table": "desks", "name": "told", "webhook": "http://h", "insert": ["columns": "*"],
      ],
    ])
    #expect(try triggers(harness) == [["notify_hasura_told_INSERT"]])
    try harness.database.execute("drop trigger \"notify_hasura_told_INSERT\" on desks")
    let (status, _) = try await harness.metadata(["type": "reload_metadata", "args": [:]])
    #expect(status == 200)
    #expect(try triggers(harness) == [["notify_hasura_told_INSERT"]])
    await harness.stop()
  }

  @Test func tellsOtherServersWhatSQLDidToTheSchema() async throws {
    let first = try await EngineHarness(sql: Self.sql)
    _ = try await first.metadata(track("desks"))
    let second = try await EngineHarness(first.database) {
      $0.schemaSyncInterval = .milliseconds(20)
    }
    let (status, _) = try await first.query(
      runSQL("alter table desks add column size integer default 3")
    )
    #expect(status == 200)
    let expected = #"{"data":{"insert_desks_one":{"size":3}}}"#
    var answer = ""
    for _ in 0..<500 where answer != expected {
      try await Task.sleep(for: .milliseconds(10))
      answer = await second.answer("mutation { insert_desks_one(object: {}) { size } }")
    }
    #expect(answer == expected)
    await first.stop()
    await second.stop()
  }

  @Test func readsDefaultsByThePathOfItsConnections() async throws {
    let harness = try await EngineHarness(
      sql: "create schema app; create table app.orders (id serial primary key, size integer)"
    )
    _ = try await harness.metadata([
      "type": "pg_track_table",
      "args": ["source": "default", "table": ["schema": "app", "name": "orders"]],
    ])
    let (status, _) = try await harness.query(
      runSQL("set search_path to app; alter table orders add column price numeric")
    )
    #expect(status == 200)
    // Of two rows with different columns, one is written with the text of the default.
    #expect(
      await harness.answer(
        "mutation { insert_app_orders(objects: [{size: 1}, {id: 9, size: 2}]) { affected_rows } }"
      ) == #"{"data":{"insert_app_orders":{"affected_rows":2}}}"#
    )
    await harness.stop()
  }

  @Test func readsTheCatalogWhileTablesAreLocked() async throws {
    let harness = try await EngineHarness(
      sql: Self.sql + "create materialized view counted as select count(*) from desks;"
    ) {
      $0.database.lockTimeout = .milliseconds(300)
    }
    let holder = try LateSession(harness.database)
    try holder.execute("begin; lock table desks; refresh materialized view counted")
    let (status, answer) = try await harness.metadata(track("plain"))
    #expect(status == 200, "\(answer.text)")
    let (ran, told) = try await harness.query(runSQL("alter table plain add column x integer"))
    #expect(ran == 200, "\(told.text)")
    try holder.execute("rollback")
    await harness.stop()
  }

  @Test func runsStatementsOneByOneWhereThereIsToBeNoTransaction() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    func run(_ sql: String) async throws -> (Int, JSONValue) {
      try await harness.query([
        "type": "run_sql", "args": ["sql": .string(sql), "no_transaction": true],
      ])
    }
    let (status, answer) = try await run(
      "create index concurrently one on plain (id); create index concurrently two on plain (id);"
        + "insert into plain values (1) returning id"
    )
    #expect(status == 200)
    #expect(answer == ["result_type": "TuplesOk", "result": [["id"], ["1"]]])
    #expect(try await run("insert into plain values (2); select 1 / 0").0 == 400)
    #expect(
      try harness.database.execute(
        "select count(*), to_regclass('one') is not null and to_regclass('two') is not null from plain"
      ) == [["2", "t"]]
    )
    await harness.stop()
  }

  @Test func servesMetadataWhileSQLRuns() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    let holder = try LateSession(harness.database)
    try holder.execute("begin; lock table desks")
    // Waits for the lock as long as it takes, for an administrator has asked for it.
    async let waiting = harness.query(runSQL("insert into desks (name) values ('late')"))
    let (status, _) = try await harness.metadata(track("plain"))
    #expect(status == 200)
    try holder.execute("commit")
    #expect(try await waiting.0 == 200)
    await harness.stop()
  }
}
