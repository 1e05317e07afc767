import JSON
import TestSupport
import Testing

@testable import Engine

/// What cannot be read for a while, where changes are told: no change comes when it can be read again.
@Suite(.timeLimit(.minutes(2))) struct FailedReadingsTests {
  private func harness(interval: Int) async throws -> EngineHarness {
    let harness = try await EngineHarness(
      sql: LiveQueryTests.sql,
      metadata: LiveQueryTests.metadata
    ) {
      $0.subscriptions.liveInterval = interval
      $0.subscriptions.streamInterval = interval
      // Nothing is read because something else than rows has changed.
      $0.subscriptions.changes.lookInterval = 3_600_000
      $0.subscriptions.changes.source = .replication
      $0.subscriptions.changes.managesPublication = true
    }
    while harness.engine.changeSource != .replication {
      try await Task.sleep(for: .milliseconds(5))
    }
    return harness
  }

  private static let query = """
    subscription ($id: Int!) { fills(where: {id: {_eq: $id}}) { qty } }
    """
  private static let stream = """
    subscription { fills_stream(batch_size: 5, cursor: {initial_value: {id: 0}}) { id } }
    """

  private func takeAway(_ harness: EngineHarness) throws {
    try harness.database.execute("alter table fills rename to away")
  }

  private func putBack(_ harness: EngineHarness) throws {
    try harness.database.execute("alter table away rename to fills")
  }

  private func expectError(_ subscriber: TestSubscriber) async throws {
    let answer = try #require(await subscriber.next())
    #expect(answer.hasPrefix(#"{"errors":"#), "\(answer)")
  }

  @Test func readsALiveQueryAgain() async throws {
    let harness = try await harness(interval: 100)
    let other = await TestSubscriber(harness, Self.query, ["id": 2])
    #expect(await other.next() == #"{"data":{"fills":[{"qty":20}]}}"#)
    try takeAway(harness)
    let subscriber = await TestSubscriber(harness, Self.query, ["id": 1])
    try await expectError(subscriber)
    try putBack(harness)
    // The error was not sent more than once.
    #expect(await subscriber.next() == #"{"data":{"fills":[{"qty":10}]}}"#)
    await harness.stop()
  }

  @Test func readsAStreamAgain() async throws {
    let harness = try await harness(interval: 100)
    try takeAway(harness)
    let subscriber = await TestSubscriber(harness, Self.stream)
    try await expectError(subscriber)
    try putBack(harness)
    #expect(await subscriber.next() == #"{"data":{"fills_stream":[{"id":1},{"id":2}]}}"#)
    await harness.stop()
  }

  /// Who comes later gets a reading of its own, and so do those who have the error.
  @Test func handsNoErrorOn() async throws {
    let harness = try await harness(interval: 3_600_000)
    try takeAway(harness)
    let first = await TestSubscriber(harness, Self.query, ["id": 1])
    try await expectError(first)
    try putBack(harness)
    let second = await TestSubscriber(harness, Self.query, ["id": 1])
    #expect(await second.next() == #"{"data":{"fills":[{"qty":10}]}}"#)
    #expect(await first.next() == #"{"data":{"fills":[{"qty":10}]}}"#)
    await harness.stop()
  }

  @Test func waitsTwiceAsLongEachTime() {
    var pause = FailurePause(shortest: 1_000)
    #expect((1...7).map { _ in pause.take() } == [1, 2, 4, 8, 16, 30, 30].map { $0 * 1_000 })
    pause.reset()
    #expect(pause.take() == 1_000)
    var slow = FailurePause(shortest: 3_600_000)
    #expect(slow.take() == 30_000)
  }
}
