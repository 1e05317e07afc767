import EventLoop
import JSON
import TestSupport
import Testing

@testable import Engine

/// Subscriptions to further sources that follow the changes which their databases tell: where no test says
/// otherwise, the clock is set so slow that nothing here could come by it.
@Suite(.timeLimit(.minutes(3))) struct SourceChangesTests {
  static let sql = """
    create table desks (id integer primary key, name text not null);
    insert into desks values (1, 'alpha');
    """
  static let success: (Int, JSONValue) = (200, ["message": "success"])
  static let told = [ChangeSource.replication, .triggers]
  static let hour = 3_600_000

  // MARK: - Sources

  static func database(in cluster: TestCluster? = nil) throws -> TestDatabase {
    let database = try (cluster ?? TestCluster.shared()).makeDatabase()
    try database.execute(sql)
    return database
  }

  /// `members` are those of the source's configuration beside its address.
  static func configuration(_ url: String, _ members: JSONObject) -> JSONValue {
    var configuration: JSONObject = ["connection_info": ["database_url": .string(url)]]
    for member in members.members { configuration[member.key] = member.value }
    return .object(configuration)
  }

  func add(
    _ name: String,
    _ url: String,
    _ members: JSONObject = JSONObject(),
    to harness: EngineHarness
  ) async throws {
    let calls: [JSONValue] = [
      [
        "type": "pg_add_source",
        "args": [
          "name": .string(name), "configuration": Self.configuration(url, members),
          "customization": [
            "root_fields": ["prefix": .string(name + "_")],
            "type_names": ["prefix": .string(name + "_")],
          ],
        ],
      ],
      ["type": "pg_track_table", "args": ["source": .string(name), "table": "desks"]],
    ]
    for call in calls { #expect(try await harness.metadata(call) == Self.success) }
  }

  func harness(
    _ source: ChangeSource = .replication,
    interval: Int = hour,
    loops: Int = 1
  ) async throws -> EngineHarness {
    let harness = try await EngineHarness(sql: Self.sql, loops: loops) {
      $0.subscriptions.liveInterval = interval
      $0.subscriptions.streamInterval = interval
      $0.subscriptions.changes.source = source
      $0.subscriptions.changes.managesPublication = true
      $0.sourceRetryInterval = .milliseconds(20)
    }
    #expect(
      try await harness.metadata(["type": "pg_track_table", "args": ["table": "desks"]])
        == Self.success
    )
    return harness
  }

  /// Waits until changes of each source are learnt of as expected.
  func await(_ expected: [String: ChangeSource], _ harness: EngineHarness) async throws {
    while true {
      let pairs = harness.engine.changeSources.map { ($0.name, $0.source) }
      if Dictionary(uniqueKeysWithValues: pairs) == expected { return }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  func names(_ field: String, _ names: String...) -> String {
    let rows = names.map { #"{"name":"\#($0)"}"# }.joined(separator: ",")
    return #"{"data":{"\#(field)":[\#(rows)]}}"#
  }

  /// Waits until a table is published, so that a transaction that begins now is told.
  private func awaitPublished(_ table: String, in database: TestDatabase) async throws {
    let sql = "select from pg_publication_tables where pubname = 'apus' and tablename = '\(table)'"
    while try database.execute(sql).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
  }

  private func slots(_ database: TestDatabase) throws -> Int {
    let rows = try database.execute(
      "select count(*) from pg_replication_slots where database = '\(database.name)'"
    )
    return rows[0][0].flatMap { Int($0) } ?? -1
  }

  // MARK: - What is told

  @Test(arguments: told)
  func sendsWhatWasCommittedInEachSource(source: ChangeSource) async throws {
    let harness = try await harness(source, loops: 2)
    let other = try Self.database()
    try await add("b", other.url, to: harness)
    let main = await TestSubscriber(harness, "subscription { desks { name } }", on: 1)
    let live = await TestSubscriber(harness, "subscription { b_desks { name } }", on: 1)
    let stream = await TestSubscriber(
      harness,
      "subscription { b_desks_stream(batch_size: 5, cursor: {initial_value: {id: 0}}) { name } }"
    )
    #expect(await main.next() == names("desks", "alpha"))
    #expect(await live.next() == names("b_desks", "alpha"))
    #expect(await stream.next() == names("b_desks_stream", "alpha"))
    try await self.await(["default": source, "b": source], harness)
    try other.execute("update desks set name = 'beta'")
    #expect(await live.next() == names("b_desks", "beta"))
    try harness.database.execute("update desks set name = 'gamma'")
    #expect(await main.next() == names("desks", "gamma"))
    try other.execute("delete from desks; insert into desks values (2, 'delta')")
    #expect(await live.awaits(names("b_desks", "delta")))
    #expect(await stream.next() == names("b_desks_stream", "delta"))
    #expect(harness.engine.changeSource == source)
    await harness.stop()
    while try slots(other) != 0 {}
  }

  @Test func streamsWhatWasCommittedLate() async throws {
    let harness = try await harness()
    let other = try Self.database()
    try await add("b", other.url, to: harness)
    let stream = await TestSubscriber(
      harness,
      "subscription { b_desks_stream(batch_size: 5, cursor: {initial_value: {id: 0}}) { name } }"
    )
    #expect(await stream.next() == names("b_desks_stream", "alpha"))
    try await self.await(["default": .replication, "b": .replication], harness)
    try other.execute("insert into desks values (2, 'beta')")
    #expect(await stream.next() == names("b_desks_stream", "beta"))
    try await awaitPublished("desks", in: other)
    let late = try LateSession(other)
    try late.execute("begin; insert into desks values (3, 'late')")
    try other.execute("insert into desks values (4, 'early')")
    #expect(await stream.next() == names("b_desks_stream", "early"))
    // The same table of the other source has nothing to do with it.
    try harness.database.execute("insert into desks values (3, 'elsewhere')")
    try late.execute("commit")
    #expect(await stream.next() == names("b_desks_stream", "late"))
    await harness.stop()
  }

  /// Of what it has written before PostgreSQL tells nothing.
  @Test func learnsOfATransactionThatWroteBeforeItsTableWasPublished() async throws {
    let harness = try await harness()
    try await self.await(["default": .replication], harness)
    try harness.database.execute("create table books (id integer primary key, name text not null)")
    let late = try LateSession(harness.database)
    try late.execute("begin; insert into books values (1, 'late')")
    #expect(
      try await harness.metadata(["type": "pg_track_table", "args": ["table": "books"]])
        == Self.success
    )
    let live = await TestSubscriber(harness, "subscription { books(order_by: {id: asc}) { name } }")
    #expect(await live.next() == #"{"data":{"books":[]}}"#)
    try await awaitPublished("books", in: harness.database)
    // The reading that follows would see what was committed by then.
    try await Task.sleep(for: .milliseconds(300))
    try late.execute("commit")
    #expect(await live.awaits(names("books", "late")))
    try await self.await(["default": .replication], harness)
    try harness.database.execute("insert into books values (2, 'next')")
    #expect(await live.awaits(names("books", "late", "next")))
    await harness.stop()
  }

  /// Another subscription, which goes by the clock, tells the time.
  @Test(arguments: told)
  func asksAQuietSourceNothing(source: ChangeSource) async throws {
    let harness = try await harness(source, interval: 10)
    try harness.database.execute("create view clock as select clock_timestamp()::text as name")
    #expect(
      try await harness.metadata(["type": "pg_track_table", "args": ["table": "clock"]])
        == Self.success
    )
    let other = try Self.database()
    try await add("b", other.url, to: harness)
    let live = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await live.next() == names("b_desks", "alpha"))
    try await self.await(["default": source, "b": source], harness)
    try other.execute("update desks set name = 'beta'")
    #expect(await live.awaits(names("b_desks", "beta")))
    let clock = await TestSubscriber(harness, "subscription { clock { name } }")
    // The last reading for the change may still be to come, so there are some tries; who asks by the clock asks in each.
    var statements: [[String?]] = []
    for _ in 1...5 {
      let before = try #require(try other.execute("select clock_timestamp()")[0][0])
      for _ in 1...30 { #expect(await clock.next()?.contains("clock") == true) }
      statements = try other.execute(
        """
        select query from pg_stat_activity where datname = current_database()
          and pid <> pg_backend_pid() and query_start > '\(before)'
        """
      )
      if statements.isEmpty { break }
    }
    #expect(statements == [])
    try other.execute("update desks set name = 'gamma'")
    #expect(await live.next() == names("b_desks", "gamma"))
    await harness.stop()
  }

  // MARK: - Sources that go away, and come back

  @Test(arguments: told)
  func goesOnAfterARestartOfASource(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let cluster = try TestCluster.start()
    let other = try Self.database(in: cluster)
    try await add("b", other.url, to: harness)
    let main = await TestSubscriber(harness, "subscription { desks { name } }")
    let live = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await main.next() == names("desks", "alpha"))
    #expect(await live.next() == names("b_desks", "alpha"))
    try await self.await(["default": source, "b": source], harness)
    for (mode, name) in [(TestCluster.StopMode.fast, "beta"), (.immediate, "gamma")] {
      try cluster.stop(mode)
      // The other source is none the worse for it.
      try harness.database.execute("update desks set name = '\(name)'")
      #expect(await main.next() == names("desks", name))
      try cluster.start()
      try other.execute("set synchronous_commit = on; update desks set name = '\(name)'")
      #expect(await live.awaits(names("b_desks", name)))
      try await self.await(["default": source, "b": source], harness)
    }
    try other.execute("update desks set name = 'delta'")
    #expect(await live.awaits(names("b_desks", "delta")))
    await harness.stop()
  }

  @Test func endsWhatSubscribesToASourceThatIsDropped() async throws {
    let harness = try await harness()
    let other = try Self.database()
    try await add("b", other.url, to: harness)
    let main = await TestSubscriber(harness, "subscription { desks { name } }")
    let live = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await main.next() == names("desks", "alpha"))
    #expect(await live.next() == names("b_desks", "alpha"))
    try await self.await(["default": .replication, "b": .replication], harness)
    #expect(try slots(other) == 1)
    #expect(
      try await harness.metadata(["type": "pg_drop_source", "args": ["name": "b"]])
        == Self.success
    )
    let refusal =
      #"refused: {"errors":[{"message":"field 'b_desks' not found in type: 'subscription_root'","#
      + #""extensions":{"path":"$.selectionSet.b_desks","code":"validation-failed"}}]}"#
    #expect(await live.next() == refusal)
    #expect(await live.next() == nil)
    while try slots(other) != 0 {}
    try await self.await(["default": .replication], harness)
    try harness.database.execute("update desks set name = 'beta'")
    #expect(await main.next() == names("desks", "beta"))
    // What comes back under the name begins anew.
    try await add("b", other.url, to: harness)
    let again = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await again.next() == names("b_desks", "alpha"))
    try await self.await(["default": .replication, "b": .replication], harness)
    try other.execute("update desks set name = 'beta'")
    #expect(await again.next() == names("b_desks", "beta"))
    await harness.stop()
  }

  /// What was subscribed to one database goes on with the other, and so does the feed.
  @Test func followsASourceThatIsChanged() async throws {
    let harness = try await harness()
    let (first, second) = (try Self.database(), try Self.database())
    try second.execute("update desks set name = 'beta'")
    try await add("b", first.url, to: harness)
    let live = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await live.next() == names("b_desks", "alpha"))
    try await self.await(["default": .replication, "b": .replication], harness)
    func update(_ url: String, _ members: JSONObject = JSONObject()) async throws {
      let configuration = Self.configuration(url, members)
      #expect(
        try await harness.metadata([
          "type": "pg_update_source", "args": ["name": "b", "configuration": configuration],
        ]) == Self.success
      )
    }
    try await update(second.url)
    #expect(await live.next() == names("b_desks", "beta"))
    while try slots(first) != 0 {}
    try await self.await(["default": .replication, "b": .replication], harness)
    try second.execute("update desks set name = 'gamma'")
    #expect(await live.next() == names("b_desks", "gamma"))
    try await update(second.url, ["change_source": "triggers"])
    try await self.await(["default": .replication, "b": .triggers], harness)
    while try slots(second) != 0 {}
    try second.execute("update desks set name = 'delta'")
    #expect(await live.awaits(names("b_desks", "delta")))
    try await update(second.url, ["change_source": "polling"])
    try await self.await(["default": .replication, "b": .polling], harness)
    await harness.stop()
  }

  // MARK: - What is not to be had

  /// A role that may not replicate, here the owner of the tables.
  @Test(arguments: [ChangeSource.triggers, .polling])
  func fallsBackWhereTheRoleMayNotReplicate(to source: ChangeSource) async throws {
    let harness = try await harness(interval: source == .polling ? 20 : Self.hour)
    let other = try Self.database()
    let role = "owner_of_\(other.name)"
    try other.execute(
      """
      create role \(role) login;
      grant create on database \(other.name) to \(role);
      alter table desks owner to \(role);
      """
    )
    let url = other.url.replacing("user=postgres", with: "user=\(role)")
    try await add("b", url, ["create_change_triggers": .bool(source == .triggers)], to: harness)
    let live = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await live.next() == names("b_desks", "alpha"))
    try await self.await(["default": .replication, "b": source], harness)
    try other.execute("update desks set name = 'beta'")
    #expect(await live.next() == names("b_desks", "beta"))
    #expect(try slots(other) == 0)
    await harness.stop()
  }

  @Test func fallsBackWhereNoSlotIsLeft() async throws {
    let cluster = try TestCluster.start()
    let other = try Self.database(in: cluster)
    try other.execute("alter system set max_replication_slots = 0")
    try cluster.stop(.fast)
    try cluster.start()
    let harness = try await harness()
    try await add("b", other.url, ["create_change_triggers": true], to: harness)
    let live = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await live.next() == names("b_desks", "alpha"))
    try await self.await(["default": .replication, "b": .triggers], harness)
    try other.execute("update desks set name = 'beta'")
    #expect(await live.awaits(names("b_desks", "beta")))
    await harness.stop()
  }

  // MARK: - Sources of one database

  @Test func sharesTheFeedOfOneAddress() async throws {
    let harness = try await harness()
    let other = try Self.database()
    try await add("b", other.url, to: harness)
    // The pool is another one, and so is what the second would rather have.
    try await add("c", other.url, ["change_source": "polling"], to: harness)
    let first = await TestSubscriber(harness, "subscription { b_desks { name } }")
    let second = await TestSubscriber(harness, "subscription { c_desks { name } }")
    #expect(await first.next() == names("b_desks", "alpha"))
    #expect(await second.next() == names("c_desks", "alpha"))
    let all: [String: ChangeSource] = [
      "default": .replication, "b": .replication, "c": .replication,
    ]
    try await self.await(all, harness)
    #expect(try slots(other) == 1)
    try other.execute("update desks set name = 'beta'")
    #expect(await first.next() == names("b_desks", "beta"))
    #expect(await second.next() == names("c_desks", "beta"))
    // With the first its wish goes as well.
    #expect(
      try await harness.metadata(["type": "pg_drop_source", "args": ["name": "b"]])
        == Self.success
    )
    try await self.await(["default": .replication, "c": .polling], harness)
    while try slots(other) != 0 {}
    await harness.stop()
  }

  /// Only what is tracked of a source is published there.
  @Test func publishesWhatIsTrackedOfEachSource() async throws {
    let harness = try await harness()
    let other = try Self.database()
    try other.execute("create table books (id integer primary key)")
    try harness.database.execute("create table books (id integer primary key)")
    #expect(
      try await harness.metadata(["type": "pg_track_table", "args": ["table": "books"]])
        == Self.success
    )
    try await add("b", other.url, to: harness)
    try await self.await(["default": .replication, "b": .replication], harness)
    let query = "select tablename from pg_publication_tables order by 1"
    while try other.execute(query) != [["desks"]] {}
    while try harness.database.execute(query) != [["books"], ["desks"]] {}
    #expect(try other.execute(query) == [["desks"]])
    await harness.stop()
  }
}
