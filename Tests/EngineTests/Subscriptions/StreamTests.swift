import JSON
import TestSupport
import Testing

@testable import Engine

/// Streams by their cursor.
@Suite(.timeLimit(.minutes(2))) struct StreamTests {
  private static let sql = """
    create table ticks (id integer primary key, at timestamptz not null, px numeric(10,2));
    create table notes (id integer primary key, tick integer references ticks, text text);
    insert into ticks select n, timestamptz '2026-01-02 09:30:00+00' + n * interval '1 s', n
      from generate_series(1, 5) n;
    insert into notes select n, n, 'note ' || n from generate_series(1, 5) n;
    """
  private static let metadata = EngineHarness.metadata([
    [
      "table": "ticks",
      "array_relationships": [
        [
          "name": "notes",
          "using": ["foreign_key_constraint_on": ["table": "notes", "column": "tick"]],
        ]
      ],
    ],
    ["table": "notes"],
  ])

  private func harness() async throws -> EngineHarness {
    try await EngineHarness(sql: Self.sql, metadata: Self.metadata) {
      $0.subscriptions.streamInterval = 20
    }
  }

  private func ids(_ ids: Int...) -> String {
    let rows = ids.map { #"{"id":\#($0)}"# }.joined(separator: ",")
    return #"{"data":{"ticks_stream":[\#(rows)]}}"#
  }

  @Test func goesOnBehindTheLastRow() async throws {
    let harness = try await harness()
    let subscriber = await TestSubscriber(
      harness,
      "subscription ($n: Int!) { ticks_stream(batch_size: $n, cursor: {initial_value: {id: 1}}) { id } }",
      ["n": 3]
    )
    #expect(await subscriber.next() == ids(2, 3, 4))
    #expect(await subscriber.next() == ids(5))
    try harness.database.execute(
      "insert into ticks values (7, now(), 7), (6, now(), 6)"
    )
    #expect(await subscriber.next() == ids(6, 7))
    await harness.stop()
  }

  @Test func goesDownAsWell() async throws {
    let harness = try await harness()
    let subscriber = await TestSubscriber(
      harness,
      """
      subscription { ticks_stream(batch_size: 2, where: {px: {_neq: 3}},
        cursor: [{initial_value: {id: 5}, ordering: DESC}]) { id } }
      """
    )
    #expect(await subscriber.next() == ids(4, 2))
    #expect(await subscriber.next() == ids(1))
    try harness.database.execute("insert into ticks values (0, now(), 7)")
    #expect(await subscriber.next() == ids(0))
    await harness.stop()
  }

  @Test func keepsWhatIsTiedTogether() async throws {
    let harness = try await harness()
    try harness.database.execute("update ticks set px = 2 where id in (3, 4)")
    let subscriber = await TestSubscriber(
      harness,
      "subscription { ticks_stream(batch_size: 2, cursor: {initial_value: {px: 0}}) { px } }"
    )
    #expect(
      await subscriber.next()
        == #"{"data":{"ticks_stream":[{"px":1.00},{"px":2.00},{"px":2.00},{"px":2.00}]}}"#
    )
    #expect(await subscriber.next() == #"{"data":{"ticks_stream":[{"px":5.00}]}}"#)
    await harness.stop()
  }

  /// With the microseconds that the text of an answer has.
  @Test(arguments: ["2026-01-02T09:30:02Z", "2026-01-02 10:30:02+01"])
  func beginsAtTimes(_ start: String) async throws {
    let harness = try await harness()
    let subscriber = await TestSubscriber(
      harness,
      """
      subscription ($t: timestamptz!) {
        ticks_stream(batch_size: 2, cursor: {initial_value: {at: $t}}) { id notes { text } } }
      """,
      ["t": .string(start)]
    )
    #expect(
      await subscriber.next()
        == #"{"data":{"ticks_stream":[{"id":3,"notes":[{"text":"note 3"}]},"#
        + #"{"id":4,"notes":[{"text":"note 4"}]}]}}"#
    )
    #expect(
      await subscriber.next()
        == #"{"data":{"ticks_stream":[{"id":5,"notes":[{"text":"note 5"}]}]}}"#
    )
    await harness.stop()
  }

  @Test func staysWhereItIsUntilItsReaderGoesOn() async throws {
    let harness = try await harness()
    let query =
      "subscription { ticks_stream(batch_size: 1, cursor: {initial_value: {id: 3}}) { id } }"
    let slow = await TestSubscriber(harness, query, resumes: false)
    let quick = await TestSubscriber(harness, query)
    #expect(await slow.next() == ids(4))
    #expect(await quick.next() == ids(4))
    #expect(await quick.next() == ids(5))
    try harness.database.execute("insert into ticks values (6, now(), 6)")
    #expect(await quick.next() == ids(6))
    await slow.resume()
    #expect(await slow.next() == ids(5))
    await slow.resume()
    #expect(await slow.next() == ids(6))
    await harness.stop()
  }

  @Test func tellsAnErrorOnceAndGoesOn() async throws {
    let harness = try await harness()
    let query =
      "subscription ($d: timestamptz!) { ticks_stream(batch_size: 9, "
      + "cursor: {initial_value: {at: $d}}) { id } }"
    let bad = await TestSubscriber(harness, query, ["d": "yesterdayish"])
    let good = await TestSubscriber(harness, query, ["d": "2026-01-02T09:30:04Z"])
    let answer = try #require(await bad.next())
    #expect(answer.contains(#""code":"data-exception""#), "\(answer)")
    #expect(await good.next() == ids(5))
    await harness.stop()
  }

  @Test func keepsItsPlaceWhenTheMetadataChange() async throws {
    let harness = try await harness()
    let subscriber = await TestSubscriber(
      harness,
      "subscription { ticks_stream(batch_size: 9, cursor: {initial_value: {id: 0}}) { id } }"
    )
    #expect(await subscriber.next() == ids(1, 2, 3, 4, 5))
    let (status, answer) = try await harness.metadata([
      "type": "pg_untrack_table", "args": ["table": "notes", "cascade": true],
    ])
    #expect(status == 200, "\(answer)")
    try harness.database.execute("insert into ticks values (6, now(), 6)")
    #expect(await subscriber.next() == ids(6))
    await harness.stop()
  }
}
