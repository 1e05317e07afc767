import JSON
import TestSupport
import Testing

@testable import Engine

/// Live queries where changes are not told, so that the clock leads.
@Suite(.timeLimit(.minutes(2))) struct LiveQueryTests {
  static let sql = """
    create table fills (id integer primary key, account text not null, qty integer not null);
    insert into fills values (1, 'ann', 10), (2, 'bob', 20);
    """
  static let metadata = EngineHarness.metadata([
    [
      "table": "fills",
      "select_permissions": [
        [
          "role": "trader",
          "permission": [
            "columns": ["id", "qty"], "filter": ["account": ["_eq": "X-Hasura-User-Id"]],
          ],
        ]
      ],
    ]
  ])

  static func harness(
    loops: Int = 1,
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    try await EngineHarness(sql: sql, metadata: metadata, loops: loops) {
      $0.subscriptions.liveInterval = 20
      $0.subscriptions.streamInterval = 20
      configure(&$0)
    }
  }

  static func trader(_ name: String) -> Session {
    Session(role: "trader", [SessionVariable(name: "x-hasura-user-id", value: name)])
  }

  static let sum = "subscription { fills_aggregate { aggregate { sum { qty } } } }"

  static func total(_ sum: Int) -> String {
    #"{"data":{"fills_aggregate":{"aggregate":{"sum":{"qty":\#(sum)}}}}}"#
  }

  @Test func sendsWhatIsThereAndThenWhatChanges() async throws {
    let harness = try await Self.harness()
    let subscriber = await TestSubscriber(harness, Self.sum)
    #expect(await subscriber.next() == Self.total(30))
    try harness.database.execute("update fills set qty = 11 where id = 1")
    #expect(await subscriber.next() == Self.total(31))
    try harness.database.execute("update fills set account = 'bea' where id = 2")
    try harness.database.execute("delete from fills where id = 2")
    #expect(await subscriber.next() == Self.total(11))
    await subscriber.cancel()
    await harness.stop()
  }

  @Test func showsEachSessionItsOwnRows() async throws {
    let harness = try await Self.harness(loops: 2)
    let query = "subscription { fills { id qty } }"
    let subscribers = [
      await TestSubscriber(harness, query, as: Self.trader("ann"), on: 0),
      await TestSubscriber(harness, query, as: Self.trader("bob"), on: 1),
      await TestSubscriber(harness, query, as: Self.trader("ann"), on: 1),
      await TestSubscriber(harness, query, as: Self.trader("cid"), on: 0),
    ]
    let rows = [
      #"{"data":{"fills":[{"id":1,"qty":10}]}}"#, #"{"data":{"fills":[{"id":2,"qty":20}]}}"#,
      #"{"data":{"fills":[{"id":1,"qty":10}]}}"#, #"{"data":{"fills":[]}}"#,
    ]
    for (subscriber, row) in zip(subscribers, rows) { #expect(await subscriber.next() == row) }
    try harness.database.execute("update fills set account = 'cid' where id = 1")
    let empty = #"{"data":{"fills":[]}}"#
    #expect(await subscribers[0].next() == empty)
    #expect(await subscribers[2].next() == empty)
    #expect(await subscribers[3].next() == rows[0])
    // Nothing came to the one whose rows are the same as before.
    try harness.database.execute("update fills set qty = 21 where id = 2")
    #expect(await subscribers[1].next() == #"{"data":{"fills":[{"id":2,"qty":21}]}}"#)
    await harness.stop()
  }

  @Test func readsOnceForAllWhoAskTheSame() async throws {
    let harness = try await Self.harness(loops: 2) { $0.subscriptions.liveInterval = 600_000 }
    // The statement is the same whatever the document looks like.
    var subscribers: [TestSubscriber] = []
    for index in 0..<40 {
      let query = index % 2 == 0 ? Self.sum : "subscription Other" + Self.sum.dropFirst(12)
      subscribers.append(await TestSubscriber(harness, query, on: index % 2))
    }
    for subscriber in subscribers { #expect(await subscriber.next() == Self.total(30)) }
    let statistics = await harness.engine.subscriptionStatistics()
    #expect(statistics.cohorts == 1)
    // Those who come while it is being read get the next reading.
    #expect(statistics.statements < 40)
    await harness.stop()
  }

  @Test func failsOnlyThoseWhoseVariablesAreWrong() async throws {
    let harness = try await Self.harness()
    let query = "subscription ($a: Int!) { fills(where: {qty: {_eq: $a}}) { id } }"
    let good = await TestSubscriber(harness, query, ["a": 20])
    let bad = await TestSubscriber(harness, query, ["a": 99_999_999_999])
    let other = await TestSubscriber(harness, query, ["a": 10])
    #expect(await good.next() == #"{"data":{"fills":[{"id":2}]}}"#)
    #expect(await other.next() == #"{"data":{"fills":[{"id":1}]}}"#)
    let refusal = try #require(await bad.next())
    #expect(refusal.hasPrefix(#"refused: {"errors":"#), "\(refusal)")
    await harness.stop()
  }

  @Test func failsOnlyThoseWhomTheDatabaseRefuses() async throws {
    let harness = try await EngineHarness(
      sql: """
        create table bars (day date primary key, close integer);
        insert into bars values ('2026-01-02', 1), ('2026-01-05', 2);
        """,
      metadata: EngineHarness.metadata([["table": "bars"]])
    ) { $0.subscriptions.liveInterval = 20 }
    let query = "subscription ($d: date!) { bars(where: {day: {_eq: $d}}) { close } }"
    var subscribers: [TestSubscriber] = []
    for day in ["2026-01-02", "no day", "2026-01-05", "none either", "2026-13-01", "2026-01-06"] {
      subscribers.append(await TestSubscriber(harness, query, ["d": .string(day)]))
    }
    #expect(await subscribers[0].next() == #"{"data":{"bars":[{"close":1}]}}"#)
    #expect(await subscribers[2].next() == #"{"data":{"bars":[{"close":2}]}}"#)
    #expect(await subscribers[5].next() == #"{"data":{"bars":[]}}"#)
    for index in [1, 3, 4] {
      let answer = try #require(await subscribers[index].next())
      #expect(answer.contains(#""code":"data-exception""#), "\(answer)")
    }
    try harness.database.execute("insert into bars values ('2026-01-06', 3)")
    #expect(await subscribers[5].next() == #"{"data":{"bars":[{"close":3}]}}"#)
    await harness.stop()
  }

  @Test func keepsTheNewestResultAloneForWhoeverIsBusy() async throws {
    let harness = try await Self.harness()
    let busy = await TestSubscriber(harness, Self.sum, resumes: false)
    let eager = await TestSubscriber(harness, Self.sum)
    #expect(await busy.next() == Self.total(30))
    #expect(await eager.next() == Self.total(30))
    for qty in [11, 12, 13] {
      try harness.database.execute("update fills set qty = \(qty) where id = 1")
      #expect(await eager.next() == Self.total(20 + qty))
    }
    await busy.resume()
    #expect(await busy.next() == Self.total(33))
    await busy.resume()
    try harness.database.execute("update fills set qty = 14 where id = 1")
    #expect(await busy.next() == Self.total(34))
    await harness.stop()
  }

  @Test func answersQueriesAndMutationsOnce() async throws {
    let harness = try await Self.harness()
    let query = await TestSubscriber(harness, "{ fills_by_pk(id: 1) { qty } }")
    #expect(await query.next() == #"{"data":{"fills_by_pk":{"qty":10}}}"#)
    #expect(await query.next() == nil)
    let mutation = await TestSubscriber(
      harness,
      "mutation { delete_fills_by_pk(id: 1) { id } }"
    )
    #expect(await mutation.next() == #"{"data":{"delete_fills_by_pk":{"id":1}}}"#)
    #expect(await mutation.next() == nil)
    await harness.stop()
  }

  /// The server's own interval is so long that nothing could come by it.
  @Test func readsAtTheIntervalThatTheDirectiveAsksFor() async throws {
    let harness = try await Self.harness {
      $0.subscriptions.liveInterval = 3_600_000
      $0.subscriptions.streamInterval = 3_600_000
    }
    let query = "subscription ($ms: Int!) @refetch(interval: $ms)"
    let live = await TestSubscriber(harness, query + Self.sum.dropFirst(12), ["ms": 100])
    let stream = await TestSubscriber(
      harness,
      query + "{ fills_stream(batch_size: 5, cursor: {initial_value: {id: 1}}) { id } }",
      ["ms": 100]
    )
    #expect(await live.next() == Self.total(30))
    #expect(await stream.next() == #"{"data":{"fills_stream":[{"id":2}]}}"#)
    try harness.database.execute("insert into fills values (3, 'cid', 30)")
    #expect(await live.next() == Self.total(60))
    #expect(await stream.next() == #"{"data":{"fills_stream":[{"id":3}]}}"#)
    await harness.stop()
  }

  /// More cohorts than one batch reads, each with its own answer.
  @Test func readsCohortsInBatches() async throws {
    let harness = try await Self.harness(loops: 2) { $0.subscriptions.liveBatchSize = 3 }
    let query =
      "subscription ($q: Int!) { fills_aggregate(where: {qty: {_gte: $q}}) "
      + "{ aggregate { count } } }"
    func count(_ count: Int) -> String {
      #"{"data":{"fills_aggregate":{"aggregate":{"count":\#(count)}}}}"#
    }
    var subscribers: [TestSubscriber] = []
    for qty in 5..<15 {
      subscribers.append(
        await TestSubscriber(harness, query, ["q": .number(JSONNumber(qty))], on: qty % 2)
      )
    }
    for (qty, subscriber) in zip(5..., subscribers) {
      #expect(await subscriber.next() == count(qty <= 10 ? 2 : 1))
    }
    try harness.database.execute("delete from fills where id = 1")
    for (qty, subscriber) in zip(5..., subscribers) where qty <= 10 {
      #expect(await subscriber.next() == count(1))
    }
    await harness.stop()
  }

  @Test(
    arguments: [
      (
        "subscription { a: fills { id } b: fills { id } }",
        #"{"errors":[{"message":"subscriptions must select one top level field","extensions":"#
          + #"{"path":"$","code":"validation-failed"}}]}"#
      ),
      (
        "subscription { fils { id } }",
        #"{"errors":[{"message":"field 'fils' not found in type: 'subscription_root'","extensions":"#
          + #"{"path":"$.selectionSet.fils","code":"validation-failed"}}]}"#
      ),
      (
        "subscription @refetch(interval: 1) { fills { id } }",
        #"{"errors":[{"message":"the interval of \"refetch\" has to be from 20 to 86400000 "#
          + #"milliseconds","extensions":{"path":"$","code":"validation-failed"}}]}"#
      ),
      (
        "subscription { fills_stream(batch_size: 1, cursor: []) { id } }",
        #"{"errors":[{"message":"one streaming column field is expected","extensions":"#
          + #"{"path":"$.selectionSet.fills_stream.args","code":"validation-failed"}}]}"#
      ),
      (
        "subscription { fills_stream(batch_size: 1, cursor: {initial_value: {id: 1, qty: 1}}) "
          + "{ id } }",
        #"{"errors":[{"message":"multiple column cursors are not supported yet","extensions":"#
          + #"{"path":"$.selectionSet.fills_stream.args","code":"validation-failed"}}]}"#
      ),
    ]
  )
  func refuses(_ query: String, with answer: String) async throws {
    let harness = try await Self.harness()
    let subscriber = await TestSubscriber(harness, query)
    #expect(await subscriber.next() == "refused: " + answer)
    #expect(await subscriber.next() == nil)
    await harness.stop()
  }

  @Test func refusesSubscriptionsOverHTTP() async throws {
    let harness = try await Self.harness()
    #expect(
      await harness.answer(Self.sum)
        == #"{"errors":[{"message":"subscriptions are not supported over HTTP, use websockets "#
        + #"instead","extensions":{"path":"$","code":"unexpected-payload"}}]}"#
    )
    await harness.stop()
  }

  @Test func followsTheMetadata() async throws {
    let harness = try await Self.harness()
    let narrow = await TestSubscriber(
      harness,
      "subscription { fills { id } }",
      as: Self.trader("ann")
    )
    let admin = await TestSubscriber(harness, Self.sum)
    #expect(await narrow.next() == #"{"data":{"fills":[{"id":1}]}}"#)
    #expect(await admin.next() == Self.total(30))
    func command(_ type: String, _ args: JSONValue) async throws {
      let (status, answer) = try await harness.metadata(["type": .string(type), "args": args])
      #expect(status == 200, "\(answer)")
    }
    try await command("pg_drop_select_permission", ["table": "fills", "role": "trader"])
    #expect(
      await narrow.next()
        == #"refused: {"errors":[{"message":"no subscriptions exist","extensions":"#
        + #"{"path":"$","code":"validation-failed"}}]}"#
    )
    try harness.database.execute("update fills set qty = 11 where id = 1")
    #expect(await admin.next() == Self.total(31))
    try await command("pg_untrack_table", ["table": "fills"])
    #expect(
      await admin.next()
        == #"refused: {"errors":[{"message":"no subscriptions exist","extensions":"#
        + #"{"path":"$","code":"validation-failed"}}]}"#
    )
    await harness.stop()
  }

  @Test func narrowsARunningSubscriptionWithItsPermission() async throws {
    let harness = try await Self.harness()
    let subscriber = await TestSubscriber(
      harness,
      "subscription { fills(order_by: {id: asc}) { id } }",
      as: Self.trader("ann")
    )
    #expect(await subscriber.next() == #"{"data":{"fills":[{"id":1}]}}"#)
    let (status, answer) = try await harness.metadata([
      "type": "bulk",
      "args": [
        ["type": "pg_drop_select_permission", "args": ["table": "fills", "role": "trader"]],
        [
          "type": "pg_create_select_permission",
          "args": [
            "table": "fills", "role": "trader",
            "permission": ["columns": ["id"], "filter": ["qty": ["_gt": 15]]],
          ],
        ],
      ],
    ])
    #expect(status == 200, "\(answer)")
    #expect(await subscriber.next() == #"{"data":{"fills":[{"id":2}]}}"#)
    await harness.stop()
  }
}
