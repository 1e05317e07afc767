import JSON
import TestSupport
import Testing

@testable import Engine

/// Which tables are in a publication that the server manages: those alone that everybody can still write.
@Suite(.timeLimit(.minutes(2))) struct PublicationTests {
  private static let tracked = EngineHarness.metadata([["table": "watched"]])

  private func harness(_ sql: String) async throws -> EngineHarness {
    let harness = try await EngineHarness(sql: sql, metadata: Self.tracked) {
      $0.subscriptions.liveInterval = 20
      $0.subscriptions.changes.source = .replication
      $0.subscriptions.changes.managesPublication = true
    }
    while harness.engine.changeSource != .replication {
      try await Task.sleep(for: .milliseconds(5))
    }
    return harness
  }

  private func published(_ harness: EngineHarness) throws -> [[String?]] {
    try harness.database.execute(
      """
      select prrelid::regclass from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
      where pubname = 'apus'
      """
    )
  }

  private func answer(_ qty: Int) -> String { #"{"data":{"watched":[{"qty":\#(qty)}]}}"# }

  /// PostgreSQL would refuse updates of these by anybody; they go by the clock.
  @Test(
    arguments: [
      "create table watched (id integer primary key deferrable, qty integer)",
      """
      create table watched (id integer not null, qty integer);
      create unique index watched_id on watched (id);
      alter table watched replica identity using index watched_id;
      drop index watched_id
      """,
      """
      create table watched (id integer, qty integer) partition by range (id);
      create table watched_1 partition of watched for values from (1) to (2);
      alter table watched replica identity full
      """,
      """
      create table watched (id integer primary key, qty integer) partition by range (id);
      create table watched_1 partition of watched for values from (1) to (2);
      alter table watched_1 replica identity nothing
      """,
    ]
  )
  func leavesOutWhatCouldNotBeUpdated(_ sql: String) async throws {
    let harness = try await harness(sql + "; insert into watched values (1, 1)")
    let subscriber = await TestSubscriber(harness, "subscription { watched { qty } }")
    #expect(await subscriber.next() == answer(1))
    #expect(try published(harness) == [])
    try harness.database.execute("update watched set qty = 2")
    #expect(await subscriber.next() == answer(2))
    await harness.stop()
  }

  @Test(
    arguments: [
      "create table watched (id integer primary key, qty integer)",
      """
      create table watched (id integer not null, qty integer);
      create unique index watched_id on watched (id);
      alter table watched replica identity using index watched_id
      """,
      "create table watched (id integer, qty integer); alter table watched replica identity full",
      """
      create table watched (id integer primary key, qty integer) partition by range (id);
      create table watched_1 partition of watched for values from (1) to (2)
      """,
    ]
  )
  func addsWhatCanBeUpdated(_ sql: String) async throws {
    let harness = try await harness(sql + "; insert into watched values (1, 1)")
    #expect(try published(harness) == [["watched"]])
    try harness.database.execute("update watched set qty = 2")
    await harness.stop()
  }

  @Test func takesOutWhatHasLostItsKey() async throws {
    let harness = try await harness(
      """
      create table watched (id integer primary key, qty integer);
      insert into watched values (1, 1)
      """
    )
    let subscriber = await TestSubscriber(harness, "subscription { watched { qty } }")
    #expect(await subscriber.next() == answer(1))
    #expect(try published(harness) == [["watched"]])
    try harness.database.execute("alter table watched drop constraint watched_pkey")
    #expect(try await harness.metadata(["type": "reload_metadata", "args": [:]]).0 == 200)
    while try published(harness) != [] { try await Task.sleep(for: .milliseconds(5)) }
    try harness.database.execute("update watched set qty = 2")
    #expect(await subscriber.awaits(answer(2)))
    await harness.stop()
  }
}
