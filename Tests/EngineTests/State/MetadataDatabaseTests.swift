import EventLoop
import JSON
import PostgresClient
import TestSupport
import Testing

@testable import Engine

/// Metadata that stand in a database of their own.
@Suite(.timeLimit(.minutes(2))) struct MetadataDatabaseTests {
  private static let sql = """
    create table fills (id integer primary key, note text);
    insert into fills values (1, 'a');
    """
  private static let success: (Int, JSONValue) = (200, ["message": "success"])
  private static let rows = #"{"data":{"fills":[{"note":"a"}]}}"#

  /// An engine over two databases; `metadata` has been there before where it is given.
  private func harness(
    _ served: TestDatabase? = nil,
    metadata: TestDatabase,
    loops: Int = 1,
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    let database = try served ?? TestCluster.shared().makeDatabase()
    if served == nil { try database.execute(Self.sql) }
    return try await EngineHarness(database, loops: loops) {
      $0.metadataDatabase = try? PostgresConfiguration(url: metadata.url)
      $0.metadataDatabase?.waitTimeout = .seconds(60)
      $0.metadataDatabase?.connectTimeout = .seconds(60)
      configure(&$0)
    }
  }

  private func tables(_ database: TestDatabase) throws -> [String?] {
    try database.execute(
      "select relname from pg_class where relnamespace = to_regnamespace('hdb_catalog') "
        + "and relkind = 'r' order by 1"
    ).map { $0[0] }
  }

  private static func trackFills(in source: String = "default") -> JSONValue {
    ["type": "pg_track_table", "args": ["table": "fills", "source": .string(source)]]
  }

  @Test func keepsTheServedDatabaseFreeOfThem() async throws {
    let metadata = try TestCluster.shared().makeDatabase()
    let harness = try await harness(metadata: metadata)
    #expect(try await harness.metadata(Self.trackFills()) == Self.success)
    #expect(await harness.answer("{ fills { note } }") == Self.rows)
    let state = try await harness.metadata([
      "type": "set_catalog_state", "args": ["type": "cli", "state": ["a": 1]],
    ])
    #expect(state == Self.success)
    // What changes tables is followed across the two databases.
    let (status, _) = try await harness.query([
      "type": "run_sql", "args": ["sql": "alter table fills rename to trades"],
    ])
    #expect(status == 200)
    #expect(await harness.answer("{ trades { note } }").contains(#"[{"note":"a"}]"#))
    await harness.stop()
    #expect(try tables(harness.database) == [])
    #expect(
      try tables(metadata) == [
        "apus_leases", "hdb_action_log", "hdb_cron_event_invocation_logs", "hdb_cron_events",
        "hdb_metadata", "hdb_scheduled_event_invocation_logs", "hdb_scheduled_events",
        "hdb_schema_notifications", "hdb_version",
      ]
    )
    #expect(
      try metadata.execute(
        "select metadata #>> '{sources,0,tables,0,table,name}', cli_state::text "
          + "from hdb_catalog.hdb_metadata, hdb_catalog.hdb_version"
      ) == [["trades", #"{"a": 1}"#]]
    )
  }

  @Test func tellsEventsFromWhereTheyHappenAndSchedulesFromWhereTheyArePlanned() async throws {
    let metadata = try TestCluster.shared().makeDatabase()
    let recorder = WebhookRecorder()
    let harness = try await harness(metadata: metadata) {
      $0.webhooks = recorder.sender
      $0.eventInterval = 5
      $0.scheduleInterval = 10
    }
    let calls: [JSONValue] = [
      Self.trackFills(),
      [
        "type": "pg_create_event_trigger",
        "args": [
          "table": "fills", "name": "told", "webhook": "http://h/event",
          "insert": ["columns": "*"],
        ],
      ],
      [
        "type": "create_cron_trigger",
        "args": [
          "name": "nightly", "webhook": "http://h/cron", "schedule": "0 0 1 1 *",
          "include_in_metadata": true,
        ],
      ],
    ]
    for call in calls { #expect(try await harness.metadata(call) == Self.success) }
    let (status, _) = try await harness.metadata([
      "type": "create_scheduled_event",
      "args": ["webhook": "http://h/once", "schedule_at": "2020-01-01T00:00:00Z", "payload": 1],
    ])
    #expect(status == 200)
    try harness.database.execute("insert into fills values (2, 'b')")
    // What was due in 2020 is not told any more, but noted as dead.
    let dead = "select from hdb_catalog.hdb_scheduled_events where status = 'dead'"
    let planned = "select from hdb_catalog.hdb_cron_events"
    while try metadata.execute(dead).isEmpty || metadata.execute(planned).isEmpty {
      try await harness.loops.loops[0].sleep(for: .milliseconds(10))
    }
    try await recorder.wait(for: 1, on: harness.loops.loops[0])
    #expect(recorder.all.map(\.url) == ["http://h/event"])
    await harness.stop()
    #expect(try harness.database.execute("select delivered from hdb_catalog.event_log") == [["t"]])
    #expect(
      try tables(harness.database) == [
        "event_invocation_logs", "event_log", "hdb_event_log_cleanups",
        "hdb_source_catalog_version",
      ]
    )
    #expect(try !tables(metadata).contains("event_log"))
  }

  @Test func makesAsynchronousCallsFromEachLoop() async throws {
    let metadata = try TestCluster.shared().makeDatabase()
    let recorder = WebhookRecorder(["note": "done"])
    let harness = try await harness(metadata: metadata, loops: 2) {
      $0.webhooks = recorder.sender
      $0.actionInterval = 10
    }
    let types: JSONValue = [
      "type": "set_custom_types",
      "args": ["objects": [["name": "Result", "fields": [["name": "note", "type": "String"]]]]],
    ]
    let action: JSONValue = [
      "type": "create_action",
      "args": [
        "name": "act",
        "definition": [
          "type": "mutation", "kind": "asynchronous", "handler": "http://h/act",
          "output_type": "Result", "arguments": [],
        ],
      ],
    ]
    for call in [types, action] { #expect(try await harness.metadata(call) == Self.success) }
    let admin = Session(role: Session.adminRole)
    for loop in harness.loops.loops {
      let call = await harness.engine.graphql(
        GraphQLRequest(query: Array("mutation { act }".utf8)),
        admin,
        on: loop
      )
      let id = try #require(try JSONValue(parsing: call.body.span)["data"]?["act"]?.string)
      let look = GraphQLRequest(query: Array(#"{ act(id: "\#(id)") { output { note } } }"#.utf8))
      let done = #"{"data":{"act":{"output":{"note":"done"}}}}"#
      while await harness.engine.graphql(look, admin, on: loop).body != Array(done.utf8) {
        try await harness.loops.loops[0].sleep(for: .milliseconds(10))
      }
    }
    #expect(
      try metadata.execute("select count(*) from hdb_catalog.hdb_action_log") == [["2"]]
    )
    let drop: JSONValue = ["type": "drop_action", "args": ["name": "act", "clear_data": true]]
    #expect(try await harness.metadata(drop) == Self.success)
    #expect(
      try metadata.execute("select count(*) from hdb_catalog.hdb_action_log") == [["0"]]
    )
    await harness.stop()
  }

  @Test func isFollowedByAnotherEngine() async throws {
    let metadata = try TestCluster.shared().makeDatabase()
    let first = try await harness(metadata: metadata)
    let second = try await harness(first.database, metadata: metadata) {
      $0.schemaSyncInterval = .seconds(600)
    }
    #expect(try await first.metadata(Self.trackFills()) == Self.success)
    // The notice comes by the database of the metadata, long before the next look.
    while await second.answer("{ fills { note } }") != Self.rows {
      try await second.loops.loops[0].sleep(for: .milliseconds(10))
    }
    await first.stop()
    await second.stop()
    let third = try await harness(first.database, metadata: metadata)
    #expect(await third.answer("{ fills { note } }") == Self.rows)
    await third.stop()
  }

  @Test func keepsKeysWhereTheRowsAreWritten() async throws {
    let metadata = try TestCluster.shared().makeDatabase()
    let harness = try await harness(metadata: metadata)
    #expect(try await harness.metadata(Self.trackFills()) == Self.success)
    let insert = "mutation { insert_fills_one(object: {id: 2}) { id } }"
    let request = GraphQLRequest(query: Array(insert.utf8), idempotencyKey: "k")
    for isReplay in [false, true] {
      let answer = await harness.engine.graphql(
        request,
        Session(role: Session.adminRole),
        on: harness.loops.loops[0]
      )
      #expect(String(decoding: answer.body, as: UTF8.self).contains(#"{"id":2}"#))
      #expect(answer.isReplay == isReplay)
    }
    await harness.stop()
    #expect(try tables(harness.database) == ["apus_idempotency"])
  }

  @Test func servesOtherSourcesWhileTheServedDatabaseIsAway() async throws {
    let metadata = try TestCluster.shared().makeDatabase()
    let other = try TestCluster.shared().makeDatabase()
    try other.execute(Self.sql)
    let harness = try await harness(metadata: metadata) { $0.environment = ["B_URL": other.url] }
    let calls: [JSONValue] = [
      Self.trackFills(),
      [
        "type": "pg_add_source",
        "args": [
          "name": "b",
          "customization": ["root_fields": ["prefix": "b_"], "type_names": ["prefix": "B_"]],
          "configuration": ["connection_info": ["database_url": ["from_env": "B_URL"]]],
        ],
      ],
      Self.trackFills(in: "b"),
    ]
    for call in calls { #expect(try await harness.metadata(call) == Self.success) }
    await harness.stop()
    let name = harness.database.name
    try metadata.execute("alter database \(name) rename to \(name)_away")
    let again = try await self.harness(harness.database, metadata: metadata) {
      $0.environment = ["B_URL": other.url]
      $0.sourceRetryInterval = .milliseconds(20)
    }
    #expect(await again.answer("{ b_fills { note } }").contains(#"[{"note":"a"}]"#))
    #expect(await again.engine.health() == .inconsistentMetadata)
    try metadata.execute("alter database \(name)_away rename to \(name)")
    while await again.answer("{ fills { note } }") != Self.rows {
      try await again.loops.loops[0].sleep(for: .milliseconds(10))
    }
    #expect(await again.engine.health() == .good)
    await again.stop()
  }

  @Test func keepsTheTriggersOfASourceThatIsAway() async throws {
    let metadata = try TestCluster.shared().makeDatabase()
    let first = try await harness(metadata: metadata)
    let trigger: JSONValue = [
      "type": "pg_create_event_trigger",
      "args": [
        "table": "fills", "name": "told", "webhook": "http://h", "insert": ["columns": "*"],
      ],
    ]
    for call in [Self.trackFills(), trigger] {
      #expect(try await first.metadata(call) == Self.success)
    }
    await first.stop()
    let name = first.database.name
    try metadata.execute("alter database \(name) rename to \(name)_away")
    let second = try await harness(first.database, metadata: metadata) {
      $0.sourceRetryInterval = .milliseconds(20)
    }
    let deletion: JSONValue = ["type": "pg_delete_event_trigger", "args": ["name": "told"]]
    let (status, answer) = try await second.metadata(deletion)
    #expect(status == 400)
    #expect(
      answer == [
        "error": #"source with name "default" is inconsistent"#, "path": "$.args",
        "code": "unexpected",
      ]
    )
    try metadata.execute("alter database \(name)_away rename to \(name)")
    while await second.answer("{ fills { note } }") != Self.rows {
      try await second.loops.loops[0].sleep(for: .milliseconds(10))
    }
    #expect(try await second.metadata(deletion) == Self.success)
    await second.stop()
    #expect(
      try first.database.execute("select tgname from pg_trigger where not tgisinternal") == []
    )
  }

  @Test func doesNotStartWithoutThem() async throws {
    let metadata = try TestCluster.shared().makeDatabase()
    let served = try TestCluster.shared().makeDatabase()
    try served.execute("alter database \(metadata.name) rename to \(metadata.name)_away")
    await #expect(throws: HasuraError.self) { try await harness(served, metadata: metadata) }
  }

  @Test func hasNoSourceWhereNoDatabaseIsServed() async throws {
    let served = try TestCluster.shared().makeDatabase()
    try served.execute(Self.sql)
    let metadata = try TestCluster.shared().makeDatabase()
    try metadata.execute(Self.sql)
    let harness = try await EngineHarness(metadata) {
      $0.sourceConfiguration = nil
      $0.environment = ["PG_DATABASE_URL": served.url]
    }
    func add(_ name: String, _ variable: String) -> JSONValue {
      [
        "type": "pg_add_source",
        "args": [
          "name": .string(name),
          "configuration": [
            "connection_info": ["database_url": ["from_env": .string(variable)]]
          ],
        ],
      ]
    }
    #expect(
      try await harness.metadata(["type": "export_metadata", "args": [:]])
        == (200, ["version": 3, "sources": []])
    )
    let (status, answer) = try await harness.metadata(add("default", "HASURA_GRAPHQL_DATABASE_URL"))
    #expect(status == 400)
    #expect(
      answer["error"]?.string?.contains(
        "environment variable 'HASURA_GRAPHQL_DATABASE_URL' not set"
      ) == true
    )
    #expect(try await harness.metadata(add("default", "PG_DATABASE_URL")) == Self.success)
    #expect(try await harness.metadata(Self.trackFills()) == Self.success)
    #expect(await harness.answer("{ fills { note } }") == Self.rows)
    let insert = "mutation { insert_fills_one(object: {id: 2}) { id } }"
    let written = await harness.engine.graphql(
      GraphQLRequest(query: Array(insert.utf8), idempotencyKey: "k"),
      Session(role: Session.adminRole),
      on: harness.loops.loops[0]
    )
    #expect(String(decoding: written.body, as: UTF8.self).contains(#"{"id":2}"#))
    await harness.stop()
    #expect(try tables(served) == ["apus_idempotency"])
    #expect(try metadata.execute("select count(*) from fills") == [["1"]])
  }
}
