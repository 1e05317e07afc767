import JSON
import TestSupport
import Testing

@testable import Engine

/// Subscriptions that follow the changes which PostgreSQL tells: the clock is set so slow that nothing
/// here could come by it.
@Suite(.timeLimit(.minutes(3))) struct ChangeFeedTests {
  private static let sql = """
    create table fills (id integer primary key, account text not null, qty integer not null);
    insert into fills values (1, 'ann', 10), (2, 'bob', 20);
    create table other (id integer primary key);
    create view totals as select account, sum(qty) as qty from fills group by account;
    create table bars (day date not null, close integer, primary key (day)) partition by range (day);
    create table bars_2026 partition of bars for values from ('2026-01-01') to ('2027-01-01');
    insert into bars values ('2026-01-02', 1);
    """
  private static let metadata = EngineHarness.metadata([
    ["table": "fills"], ["table": "other"], ["table": "totals"], ["table": "bars"],
  ])

  private static let told = [ChangeSource.replication, .triggers]

  private func follow(_ configuration: inout EngineConfiguration) {
    follow(&configuration, .replication)
  }

  private func follow(_ configuration: inout EngineConfiguration, _ source: ChangeSource) {
    configuration.subscriptions.liveInterval = 3_600_000
    configuration.subscriptions.streamInterval = 3_600_000
    configuration.subscriptions.changes.source = source
    configuration.subscriptions.changes.managesPublication = true
  }

  private func harness(
    _ source: ChangeSource = .replication,
    loops: Int = 1
  ) async throws -> EngineHarness {
    try await EngineHarness(sql: Self.sql, metadata: Self.metadata, loops: loops) {
      follow(&$0, source)
    }
  }

  private func sum(_ qty: Int) -> String { LiveQueryTests.total(qty) }

  @Test(arguments: told)
  func sendsWhatWasCommitted(source: ChangeSource) async throws {
    let harness = try await harness(source, loops: 2)
    let subscriber = await TestSubscriber(harness, LiveQueryTests.sum, on: 1)
    #expect(await subscriber.next() == sum(30))
    try harness.database.execute("update fills set qty = 11 where id = 1")
    #expect(await subscriber.next() == sum(31))
    try harness.database.execute("insert into fills values (3, 'cid', 30)")
    #expect(await subscriber.next() == sum(61))
    try harness.database.execute("delete from fills where id = 3")
    #expect(await subscriber.next() == sum(31))
    try harness.database.execute("truncate fills")
    #expect(
      await subscriber.next()
        == #"{"data":{"fills_aggregate":{"aggregate":{"sum":{"qty":null}}}}}"#
    )
    #expect(harness.engine.changeSource == source)
    await harness.stop()
  }

  @Test(arguments: told)
  func showsAnEmptyAnswerAsEmpty(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let query = "subscription { fills(where: {qty: {_gt: 100}}) { id } }"
    let subscriber = await TestSubscriber(harness, query)
    #expect(await subscriber.next() == #"{"data":{"fills":[]}}"#)
    try harness.database.execute("update fills set qty = 101 where id = 1")
    #expect(await subscriber.next() == #"{"data":{"fills":[{"id":1}]}}"#)
    try harness.database.execute("update fills set qty = 1 where id = 1")
    #expect(await subscriber.next() == #"{"data":{"fills":[]}}"#)
    await harness.stop()
  }

  @Test(arguments: told)
  func looksThroughViewsAndAtPartitions(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let view = await TestSubscriber(
      harness,
      "subscription { totals(order_by: {account: asc}) { account qty } }"
    )
    let bars = await TestSubscriber(harness, "subscription { bars { close } }")
    let before = #"{"data":{"totals":[{"account":"ann","qty":10},{"account":"bob","qty":20}]}}"#
    #expect(await view.next() == before)
    #expect(await bars.next() == #"{"data":{"bars":[{"close":1}]}}"#)
    try harness.database.execute("update fills set account = 'ann'")
    #expect(await view.next() == #"{"data":{"totals":[{"account":"ann","qty":30}]}}"#)
    try harness.database.execute("update bars_2026 set close = 2")
    #expect(await bars.next() == #"{"data":{"bars":[{"close":2}]}}"#)
    // Also one that is made later.
    try harness.database.execute(
      """
      create table bars_2027 partition of bars for values from ('2027-01-01') to ('2028-01-01');
      insert into bars values ('2027-01-04', 3);
      """
    )
    #expect(await bars.awaits(#"{"data":{"bars":[{"close":2},{"close":3}]}}"#))
    await harness.stop()
  }

  @Test(arguments: told)
  func asksNothingWhereNothingOfInterestChanges(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let subscriber = await TestSubscriber(harness, LiveQueryTests.sum)
    let other = await TestSubscriber(harness, "subscription { other { id } }")
    #expect(await subscriber.next() == sum(30))
    #expect(await other.next() == #"{"data":{"other":[]}}"#)
    // The first look is by the clock, and one follows where the stream begins after it.
    try harness.database.execute("update fills set qty = 11 where id = 1")
    #expect(await subscriber.next() == sum(31))
    let before = await harness.engine.subscriptionStatistics().statements
    for id in 1...3 {
      try harness.database.execute("insert into other values (\(id))")
      #expect(await other.next()?.contains("{\"id\":\(id)}") == true)
    }
    try harness.database.execute(
      "create table unheard (id integer); insert into unheard values (1)"
    )
    try harness.database.execute("update fills set qty = 12 where id = 1")
    #expect(await subscriber.next() == sum(32))
    let after = await harness.engine.subscriptionStatistics().statements
    // One for each change, unless one was told before it could be seen.
    #expect(after - before >= 4)
    #expect(after - before <= 6)
    await harness.stop()
  }

  @Test(arguments: told)
  func streamsWhatWasInserted(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let subscriber = await TestSubscriber(
      harness,
      "subscription { fills_stream(batch_size: 5, cursor: {initial_value: {id: 1}}) { id } }"
    )
    #expect(await subscriber.next() == #"{"data":{"fills_stream":[{"id":2}]}}"#)
    try harness.database.execute("insert into fills values (3, 'x', 1), (4, 'x', 1)")
    #expect(await subscriber.next() == #"{"data":{"fills_stream":[{"id":3},{"id":4}]}}"#)
    try harness.database.execute("insert into fills values (5, 'x', 1)")
    #expect(await subscriber.next() == #"{"data":{"fills_stream":[{"id":5}]}}"#)
    await harness.stop()
  }

  /// What is tracked later is published later, and changes of it are told all the same.
  @Test(arguments: told)
  func publishesWhatIsTrackedLater(source: ChangeSource) async throws {
    let harness = try await harness(source)
    try harness.database.execute("create table late (id integer primary key)")
    let (status, answer) = try await harness.metadata([
      "type": "pg_track_table", "args": ["table": "late"],
    ])
    #expect(status == 200, "\(answer)")
    let subscriber = await TestSubscriber(harness, "subscription { late { id } }")
    #expect(await subscriber.next() == #"{"data":{"late":[]}}"#)
    try harness.database.execute("insert into late values (1)")
    #expect(await subscriber.next() == #"{"data":{"late":[{"id":1}]}}"#)
    await harness.stop()
  }

  /// What cannot be told is looked at by the clock.
  @Test(
    arguments: [
      ("create table watched (qty integer); insert into watched values (1)", "no key"),
      (
        "create unlogged table watched (qty integer primary key); insert into watched values (1)",
        "no log"
      ),
      (
        """
        create function current_qty() returns integer stable language sql
          as 'select max(qty) from fills where qty < 10';
        insert into fills values (3, 'x', 1);
        create view watched as select current_qty() as qty
        """, "a function's table"
      ),
      (
        """
        insert into fills values (3, 'x', 1);
        create materialized view watched as select qty from fills where id = 3
        """, "a materialized view"
      ),
    ]
  )
  func looksAtWhatIsNotTold(_ sql: String, _ reason: String) async throws {
    let harness = try await EngineHarness(
      sql: Self.sql + sql,
      metadata: EngineHarness.metadata([["table": "watched"]])
    ) {
      follow(&$0)
      $0.subscriptions.liveInterval = 20
    }
    let subscriber = await TestSubscriber(harness, "subscription { watched { qty } }")
    #expect(await subscriber.next() == #"{"data":{"watched":[{"qty":1}]}}"#)
    let change =
      switch reason {
      case "a function's table": "update fills set qty = 2 where id = 3"
      case "a materialized view":
        "update fills set qty = 2 where id = 3; refresh materialized view watched"
      default: "update watched set qty = 2"
      }
    try harness.database.execute(change)
    #expect(await subscriber.next() == #"{"data":{"watched":[{"qty":2}]}}"#)
    await harness.stop()
  }

  @Test(arguments: told)
  func goesOnAfterARestartOfTheDatabase(source: ChangeSource) async throws {
    let cluster = try TestCluster.start()
    let database = try cluster.makeDatabase()
    try database.execute(Self.sql)
    try EngineHarness.store(Self.metadata, in: database)
    let harness = try await EngineHarness(database, loops: 2) { follow(&$0, source) }
    let live = await TestSubscriber(harness, LiveQueryTests.sum, on: 1)
    let stream = await TestSubscriber(
      harness,
      "subscription { fills_stream(batch_size: 5, cursor: {initial_value: {id: 1}}) { id } }"
    )
    #expect(await live.next() == sum(30))
    #expect(await stream.next() == #"{"data":{"fills_stream":[{"id":2}]}}"#)
    for (stop, id) in [(TestCluster.StopMode.fast, 3), (.immediate, 4)] {
      try cluster.stop(stop)
      try cluster.start()
      // Before the server is connected again, most likely. It has to outlive the next stop.
      try database.execute(
        "set synchronous_commit = on; insert into fills values (\(id), 'x', 10)"
      )
      #expect(await live.awaits(sum(30 + (id - 2) * 10)))
      #expect(await stream.awaits(#"{"data":{"fills_stream":[{"id":\#(id)}]}}"#))
    }
    await harness.stop()
    // PostgreSQL drops a slot when it notices that the connection is gone.
    while try database.execute("select count(*) from pg_replication_slots") != [["0"]] {}
  }

  /// Replication may be impossible: here the database's log does not hold enough.
  @Test func usesTriggersWhereThereIsNoReplication() async throws {
    let cluster = try TestCluster.start()
    let database = try cluster.makeDatabase()
    try database.execute(Self.sql)
    try database.execute("alter system set wal_level = 'replica'")
    try cluster.stop(.fast)
    try cluster.start()
    try EngineHarness.store(Self.metadata, in: database)
    let harness = try await EngineHarness(database) {
      follow(&$0)
      $0.subscriptions.changes.createsTriggers = true
    }
    let subscriber = await TestSubscriber(harness, LiveQueryTests.sum)
    #expect(await subscriber.next() == sum(30))
    try harness.database.execute("update fills set qty = 11 where id = 1")
    #expect(await subscriber.next() == sum(31))
    #expect(harness.engine.changeSource == .triggers)
    await harness.stop()
  }

  /// A table without a key cannot be published, but can have a trigger.
  @Test func tellsByTriggerWhatCannotBePublished() async throws {
    let harness = try await EngineHarness(
      sql: "create table watched (qty integer); insert into watched values (1)",
      metadata: EngineHarness.metadata([["table": "watched"]])
    ) { follow(&$0, .triggers) }
    let subscriber = await TestSubscriber(harness, "subscription { watched { qty } }")
    #expect(await subscriber.next() == #"{"data":{"watched":[{"qty":1}]}}"#)
    try harness.database.execute("update watched set qty = 2")
    #expect(await subscriber.next() == #"{"data":{"watched":[{"qty":2}]}}"#)
    await harness.stop()
  }

  @Test func leavesNoSlotBehind() async throws {
    let harness = try await harness()
    let subscriber = await TestSubscriber(harness, LiveQueryTests.sum)
    #expect(await subscriber.next() == sum(30))
    try harness.database.execute("update fills set qty = 11 where id = 1")
    #expect(await subscriber.next() == sum(31))
    let query = """
      select count(*) from pg_replication_slots
      where database = '\(harness.database.name)' and temporary and plugin = 'pgoutput'
      """
    #expect(try harness.database.execute(query)[0][0] == "1")
    await harness.stop()
    var left = "1"
    // The server drops it when it notices that the connection is gone.
    while left != "0" { left = try harness.database.execute(query)[0][0] ?? "" }
  }
}
