import JSON
import TestSupport
import Testing

@testable import Engine

/// Rows that are committed when a stream has passed their place, over a database.
@Suite(.timeLimit(.minutes(2))) struct LateRowsTests {
  /// Changes are told when it returns: that begins when no transaction is under way any more.
  private static func harness(_ sql: String, _ metadata: JSONValue) async throws -> EngineHarness {
    let harness = try await EngineHarness(sql: sql, metadata: EngineHarness.metadata([metadata])) {
      $0.subscriptions.streamInterval = 3_600_000
      $0.subscriptions.changes.source = .replication
      $0.subscriptions.changes.managesPublication = true
    }
    while harness.engine.changeSource != .replication {
      try await Task.sleep(for: .milliseconds(5))
    }
    return harness
  }

  /// Two transactions, of which the first ends last.
  @Test(arguments: ["bigint", "numeric", "text"])
  func deliversWhatWasCommittedLate(_ type: String) async throws {
    let harness = try await Self.harness(
      """
      create table fills (day date, no integer, seq \(type) not null, owner text not null,
        primary key (day, no));
      insert into fills values ('2026-01-02', 1, '1', 'ann');
      """,
      [
        "table": "fills",
        "select_permissions": [
          [
            "role": "trader",
            "permission": [
              "columns": ["no", "seq"], "filter": ["owner": ["_eq": "X-Hasura-User-Id"]],
            ],
          ]
        ],
      ]
    )
    let query =
      "subscription { fills_stream(batch_size: 10, cursor: {initial_value: {seq: \(type == "text" ? "\"0\"" : "0")}}) { no } }"
    func rows(_ numbers: Int...) -> String {
      let list = numbers.map { "{\"no\":\($0)}" }.joined(separator: ",")
      return #"{"data":{"fills_stream":[\#(list)]}}"#
    }
    let admin = await TestSubscriber(harness, query)
    let ann = await TestSubscriber(harness, query, as: LiveQueryTests.trader("ann"))
    #expect(await admin.next() == rows(1))
    #expect(await ann.next() == rows(1))
    let database = harness.database
    try database.execute("insert into fills values ('2026-01-02', 2, '2', 'ann')")
    #expect(await admin.next() == rows(2))
    #expect(await ann.next() == rows(2))
    // One session holds a row with an early number back while others go on.
    let late = try LateSession(database)
    try late.execute(
      """
      begin;
      insert into fills values ('2026-01-02', 3, '3', 'ann'), ('2026-01-02', 4, '4', 'bob')
      """
    )
    try database.execute("insert into fills values ('2026-01-02', 5, '5', 'ann')")
    #expect(await admin.next() == rows(5))
    #expect(await ann.next() == rows(5))
    try late.execute("commit")
    #expect(await admin.next() == rows(3, 4))
    // Nothing but what the role may see.
    #expect(await ann.next() == rows(3))
    try database.execute("insert into fills values ('2026-01-02', 6, '6', 'ann')")
    #expect(await admin.next() == rows(6))
    #expect(await ann.next() == rows(6))
    // What lies before the start is not asked for.
    try database.execute(
      "insert into fills values ('2026-01-02', 7, '\(type == "text" ? "-" : "-1")', 'ann')"
    )
    try database.execute("insert into fills values ('2026-01-02', 8, '8', 'ann')")
    #expect(await admin.next() == rows(8))
    await harness.stop()
  }

  private static let query =
    "subscription { fills_stream(batch_size: 10, cursor: {initial_value: {id: 0}}) { id } }"

  private func row(_ id: Int) -> String { #"{"data":{"fills_stream":[{"id":\#(id)}]}}"# }

  private func refusal(_ message: String) -> String {
    #"refused: {"errors":[{"message":"\#(message)","extensions":{"path":"$","code":"unexpected"}}]}"#
  }

  /// Of a transaction of any size not all rows are told: a stream that may lose some says so.
  @Test func endsAStreamThatHasPassedRowsOfALargeTransaction() async throws {
    let harness = try await Self.harness(
      "create table fills (id bigint primary key); insert into fills values (1);",
      ["table": "fills"]
    )
    let stream = await TestSubscriber(harness, Self.query)
    #expect(await stream.next() == row(1))
    let database = harness.database
    try database.execute("insert into fills values (2)")
    #expect(await stream.next() == row(2))
    let late = try LateSession(database)
    // Behind the place of the stream, and so not late.
    try late.execute(
      "begin; insert into fills select n from generate_series(1000001, 1020000) as n"
    )
    try database.execute("insert into fills values (3)")
    #expect(await stream.next() == row(3))
    try late.execute("commit")
    let batch = (1_000_001...1_000_010).map { "{\"id\":\($0)}" }.joined(separator: ",")
    #expect(await stream.next() == #"{"data":{"fills_stream":[\#(batch)]}}"#)
    let other = await TestSubscriber(
      harness,
      "subscription { fills_stream(batch_size: 10, cursor: {initial_value: {id: 1020000}}) { id } }"
    )
    try database.execute("insert into fills values (2000000)")
    #expect(await other.next() == row(2_000_000))
    try late.execute(
      "begin; insert into fills select n from generate_series(1020001, 1040000) as n"
    )
    try database.execute("insert into fills values (3000000)")
    #expect(await other.next() == row(3_000_000))
    try late.execute("commit")
    let end = await other.next()
    #expect(
      end
        == refusal(
          "a transaction has inserted more than 10000 rows, and the stream had passed the place of "
            + "some of them"
        )
    )
    #expect(await other.next() == nil)
    await harness.stop()
  }

  /// A stream has passed some rows of a transaction, its session's number of rows being too large to be
  /// told one by one.
  private func late(
    _ values: String,
    passing place: Int,
    type: String = "bigint"
  ) async throws -> (TestSubscriber, EngineHarness) {
    let harness = try await Self.harness(
      "create table fills (id \(type) primary key); insert into fills values ('1');",
      ["table": "fills"]
    )
    let quote = type == "text" ? "\"" : ""
    let stream = await TestSubscriber(
      harness,
      "subscription { fills_stream(batch_size: 10, cursor: {initial_value: "
        + "{id: \(quote)0\(quote)}}) { id } }"
    )
    func row(_ id: Int) -> String { self.row(id).replacing("\(id)", with: "\(quote)\(id)\(quote)") }
    #expect(await stream.next() == row(1))
    try harness.database.execute("insert into fills values ('2')")
    #expect(await stream.next() == row(2))
    let late = try LateSession(harness.database)
    try late.execute("begin; insert into fills \(values)")
    try harness.database.execute("insert into fills values ('\(place)')")
    #expect(await stream.next() == row(place))
    try late.execute("commit")
    return (stream, harness)
  }

  private var lost: String {
    refusal(
      "a transaction has inserted more than 10000 rows, and the stream had passed the place of "
        + "some of them"
    )
  }

  /// The rows that are told one by one are not passed, and the others are.
  @Test func endsAStreamThatHasPassedTheLastRowsOfALargeTransaction() async throws {
    let (stream, harness) = try await late(
      "select n from generate_series(1000, 11000) n union all select 3",
      passing: 500
    )
    // What is ahead may come before the end.
    #expect(await stream.awaits(lost))
    await harness.stop()
  }

  /// The rows that are told one by one are passed, and the others are not.
  @Test func goesOnWhereTheRestOfALargeTransactionIsAhead() async throws {
    let (stream, harness) = try await late(
      "select 3 union all select n from generate_series(1000, 11000) n",
      passing: 500
    )
    // What is ahead may come before what is behind, all of it even, and each of them comes once.
    var ids: [Int] = []
    while !ids.contains(3) || ids.count < 10_002 {
      let result = try #require(await stream.next())
      let found = result.matches(of: /"id":([0-9]+)/).compactMap { Int($0.output.1) }
      try #require(!found.isEmpty, "\(result)")
      ids += found
    }
    #expect(ids.sorted() == [3] + Array(1000...11_000))
    await harness.stop()
  }

  /// What is filled in behind a stream that looks ahead is none of its own, however much it is.
  @Test func goesOnWhereALargeTransactionLiesBeforeItsStart() async throws {
    let harness = try await Self.harness(
      "create table fills (id bigint primary key); insert into fills values (1000000);",
      ["table": "fills"]
    )
    let stream = await TestSubscriber(
      harness,
      "subscription { fills_stream(batch_size: 10, cursor: {initial_value: {id: 500000}}) { id } }"
    )
    #expect(await stream.next() == row(1_000_000))
    let database = harness.database
    try database.execute("insert into fills values (1000001)")
    #expect(await stream.next() == row(1_000_001))
    let before = await harness.engine.subscriptionStatistics().statements
    try database.execute("insert into fills select n from generate_series(1, 30000) n")
    try database.execute("insert into fills values (1000002)")
    #expect(await stream.next() == row(1_000_002))
    // Nothing was asked for row by row.
    #expect(await harness.engine.subscriptionStatistics().statements - before < 10)
    await harness.stop()
  }

  /// Where only PostgreSQL knows the order, it is asked of the rows that are told one by one.
  @Test func endsAStreamByATextThatHasPassedRowsOfALargeTransaction() async throws {
    let (stream, harness) = try await late(
      "select '3' || n from generate_series(1, 10001) n",
      passing: 5,
      type: "text"
    )
    // Those that were found come first.
    #expect(await stream.next()?.hasPrefix(#"{"data":{"fills_stream":[{"id":"3"#) == true)
    #expect(await stream.awaits(lost))
    await harness.stop()
  }

  /// What is kept for a slow reader has an end; others go on.
  @Test func endsAStreamWhoseReaderLeavesTooManyLateRows() async throws {
    let harness = try await Self.harness(
      "create table fills (id bigint primary key); insert into fills values (1);",
      ["table": "fills"]
    )
    let stream = await TestSubscriber(harness, Self.query, resumes: false)
    #expect(await stream.next() == row(1))
    await stream.resume()
    let database = harness.database
    try database.execute("insert into fills values (2)")
    #expect(await stream.next() == row(2))
    await stream.resume()
    let late = try (0..<6).map { _ in try LateSession(database) }
    for (index, session) in late.enumerated() {
      let first = 3 + index * 9000
      try session.execute(
        "begin; insert into fills select n from generate_series(\(first), \(first + 8999)) as n"
      )
    }
    try database.execute("insert into fills values (1000000)")
    #expect(await stream.next() == row(1_000_000))
    let beside = await TestSubscriber(
      harness,
      "subscription { fills_stream(batch_size: 10, cursor: {initial_value: {id: 1000000}}) { id } }"
    )
    for session in late { try session.execute("commit") }
    let end = await stream.next()
    #expect(
      end
        == refusal(
          "more than 50000 rows were committed behind the stream before they were read"
        )
    )
    #expect(await stream.next() == nil)
    try database.execute("insert into fills values (1000001)")
    #expect(await beside.next() == row(1_000_001))
    await harness.stop()
  }
}
