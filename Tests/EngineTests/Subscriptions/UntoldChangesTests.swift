import JSON
import TestSupport
import Testing

@testable import Engine

/// Changes of what is read that are no changes of rows, so that nothing tells of them; no clock does either.
@Suite(.timeLimit(.minutes(2))) struct UntoldChangesTests {
  private static let sql = """
    create table watched (id integer primary key, qty integer);
    insert into watched values (1, 1), (2, 2);
    create table later (id integer primary key, qty integer);
    insert into later values (1, 3);
    create view seen as select qty from watched where id = 1;
    create table parts (id integer primary key, qty integer) partition by range (id);
    create table parts_1 partition of parts for values from (1) to (2);
    create table parts_2 partition of parts for values from (2) to (3);
    insert into parts values (1, 1), (2, 3);
    create function cost(integer) returns integer immutable language plpgsql
      as 'begin return $1; end';
    create view called as select cost(qty) as qty from watched where id = 1;
    """
  private static let metadata = EngineHarness.metadata([
    ["table": "watched"], ["table": "seen"], ["table": "parts"], ["table": "called"],
  ])

  private func harness(
    _ source: ChangeSource = .replication,
    _ sql: String = "",
    _ configure: (inout SubscriptionOptions) -> Void = { _ in }
  ) async throws -> EngineHarness {
    let harness = try await EngineHarness(sql: Self.sql + sql, metadata: Self.metadata) {
      $0.subscriptions.liveInterval = 3_600_000
      $0.subscriptions.streamInterval = 3_600_000
      $0.subscriptions.changes.source = source
      $0.subscriptions.changes.managesPublication = true
      $0.subscriptions.changes.lookInterval = 50
      configure(&$0.subscriptions)
    }
    while harness.engine.changeSource != source { try await Task.sleep(for: .milliseconds(5)) }
    return harness
  }

  private func query(_ field: String) -> String {
    "subscription { \(field)(order_by: {qty: asc}) { qty } }"
  }

  private func answer(_ field: String, _ qty: Int...) -> String {
    let rows = qty.map { #"{"qty":\#($0)}"# }.joined(separator: ",")
    return #"{"data":{"\#(field)":[\#(rows)]}}"#
  }

  @Test(arguments: [ChangeSource.replication, .triggers])
  func looksAtViewsThatAreReplaced(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let subscriber = await TestSubscriber(harness, query("seen"))
    #expect(await subscriber.next() == answer("seen", 1))
    // Over the same table, and over another.
    try harness.database.execute(
      "create or replace view seen as select qty from watched where id = 2"
    )
    #expect(await subscriber.next() == answer("seen", 2))
    try harness.database.execute("create or replace view seen as select qty from later")
    #expect(await subscriber.next() == answer("seen", 3))
    // Of which changes are told from here on.
    try harness.database.execute("update later set qty = 4")
    #expect(await subscriber.awaits(answer("seen", 4)))
    await harness.stop()
  }

  @Test(arguments: [ChangeSource.replication, .triggers])
  func looksAtTablesThatChangePlaces(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let live = await TestSubscriber(harness, query("watched"))
    let stream = await TestSubscriber(
      harness,
      "subscription { watched_stream(batch_size: 5, cursor: {initial_value: {qty: 2}}) { qty } }"
    )
    #expect(await live.next() == answer("watched", 1, 2))
    try harness.database.execute(
      "alter table watched rename to former; alter table later rename to watched"
    )
    #expect(await live.next() == answer("watched", 3))
    #expect(await stream.next() == answer("watched_stream", 3))
    try harness.database.execute("update watched set qty = 4")
    #expect(await live.awaits(answer("watched", 4)))
    await harness.stop()
  }

  @Test(arguments: [ChangeSource.replication, .triggers])
  func looksAtChildrenThatAreMadeLater(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let subscriber = await TestSubscriber(harness, query("watched"))
    #expect(await subscriber.next() == answer("watched", 1, 2))
    try harness.database.execute(
      """
      create table child (primary key (id)) inherits (watched);
      insert into child values (3, 3);
      """
    )
    #expect(await subscriber.next() == answer("watched", 1, 2, 3))
    try harness.database.execute("update child set qty = 4")
    #expect(await subscriber.awaits(answer("watched", 1, 2, 4)))
    await harness.stop()
  }

  @Test(
    arguments: [
      "truncate parts_2", "drop table parts_2", "alter table parts detach partition parts_2",
    ]
  )
  func looksAtPartitions(change: String) async throws {
    let harness = try await harness()
    let subscriber = await TestSubscriber(harness, query("parts"))
    #expect(await subscriber.next() == answer("parts", 1, 3))
    try harness.database.execute(change)
    #expect(await subscriber.next() == answer("parts", 1))
    await harness.stop()
  }

  /// The clock goes on where a table is told no more.
  @Test func looksAtThePublication() async throws {
    let publication = "create publication apus for table watched"
    let harness = try await harness(.replication, publication) {
      $0.changes.managesPublication = false
      $0.liveInterval = 50
    }
    let subscriber = await TestSubscriber(harness, query("watched"))
    #expect(await subscriber.next() == answer("watched", 1, 2))
    try harness.database.execute("alter publication apus drop table watched")
    try harness.database.execute("update watched set qty = 4 where id = 2")
    #expect(await subscriber.next() == answer("watched", 1, 4))
    await harness.stop()
  }

  /// What no look shows, such as the body of a function.
  @Test func readsAllWhereTheMetadataAreReloaded() async throws {
    let harness = try await harness()
    let subscriber = await TestSubscriber(harness, query("called"))
    #expect(await subscriber.next() == answer("called", 1))
    try harness.database.execute(
      """
      create or replace function cost(integer) returns integer immutable language plpgsql
        as 'begin return $1 + 4; end'
      """
    )
    #expect(try await harness.metadata(["type": "reload_metadata", "args": [:]]).0 == 200)
    #expect(await subscriber.next() == answer("called", 5))
    await harness.stop()
  }
}
