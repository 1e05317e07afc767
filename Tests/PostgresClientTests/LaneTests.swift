import Testing

@testable import PostgresClient

struct LaneTests {
  private static let down = PostgresError.connection("down")

  private func lane(
    connections: Int = 2,
    waiting: Int = 3,
    depth: Int = 1,
    briefConnections: Int = 4,
    lifetime: UInt64 = 0
  ) -> Lane<String> {
    Lane(
      Lane.Limits(
        connections: connections,
        waiting: waiting,
        waitTimeout: 1_000,
        idleTimeout: 60_000,
        lifetime: lifetime,
        depth: depth,
        briefConnections: briefConnections
      )
    )
  }

  /// A lane whose connections are all open and idle.
  private func openLane(connections: Int = 2, waiting: Int = 3, depth: Int = 1) -> Lane<String> {
    var lane = lane(connections: connections, waiting: connections, depth: depth)
    for index in 0..<connections { _ = lane.submit("opener \(index)", .batch, now: 0) }
    for _ in 0..<connections { _ = lane.slotToOpen(now: 0) }
    for slot in 0..<connections { lane.connected(slot, now: 0) }
    while let next = lane.dispatch() {
      _ = lane.finished(next.slot)
      lane.released(next.slot, now: 0)
    }
    return lane
  }

  @Test func opensAConnectionForEachThatWaits() {
    var lane = lane()
    #expect(lane.slotToOpen(now: 0) == nil)
    #expect(lane.submit("a", .batch, now: 0) == .wait)
    #expect(lane.slotToOpen(now: 0) == 0)
    #expect(lane.slotToOpen(now: 0) == nil)
    #expect(lane.submit("b", .batch, now: 0) == .wait)
    #expect(lane.submit("c", .batch, now: 0) == .wait)
    #expect(lane.slotToOpen(now: 0) == 1)
    #expect(lane.slotToOpen(now: 0) == nil)
    lane.connected(1, now: 5)
    let served = lane.dispatch()
    #expect(served?.waiter == "a" && served?.slot == 1)
    #expect(lane.dispatch() == nil)
    #expect(lane.finished(1) == true)
    lane.released(1, now: 6)
    #expect(lane.dispatch()?.waiter == "b")
    #expect(lane.openCount == 1 && lane.idleCount == 0 && lane.waiting == 1)
  }

  @Test func usesTheConnectionThatWasUsedLast() {
    var lane = openLane()
    #expect(lane.submit("a", .batch, now: 1) == .use(slot: 0) || lane.idleCount == 1)
    #expect(lane.submit("b", .lease, now: 1) == .use(slot: 1) || lane.idleCount == 0)
    lane.released(0, now: 2)
    lane.released(1, now: 3)
    #expect(lane.submit("c", .batch, now: 4) == .use(slot: 1))
  }

  @Test func releasesAConnectionOnce() {
    var lane = openLane(connections: 1)
    #expect(lane.submit("a", .batch, now: 0) == .use(slot: 0))
    lane.released(0, now: 1)
    lane.released(0, now: 1)
    #expect(lane.idleCount == 1)
    #expect(lane.submit("b", .batch, now: 2) == .use(slot: 0))
    #expect(lane.submit("c", .batch, now: 2) == .wait)
  }

  @Test func servesInOrderAndRetriesFirst() {
    var lane = openLane(connections: 1)
    #expect(lane.submit("a", .lease, now: 0) == .use(slot: 0))
    #expect(lane.submit("b", .batch, now: 0) == .wait)
    #expect(lane.submit("c", .batch, isRetry: true, now: 0) == .wait)
    lane.released(0, now: 1)
    #expect(lane.dispatch()?.waiter == "c")
    lane.released(0, now: 1)
    #expect(lane.dispatch()?.waiter == "b")
  }

  @Test func refusesMoreThanMayWait() {
    var lane = lane(waiting: 2)
    #expect(lane.submit("a", .batch, now: 0) == .wait)
    #expect(lane.submit("b", .batch, now: 0) == .wait)
    #expect(lane.submit("c", .batch, now: 0) == .refuse(.queueFull))
    #expect(lane.submit("d", .batch, isRetry: true, now: 0) == .wait)
  }

  @Test func letsRequestsLeaveTheQueue() {
    var lane = lane()
    for waiter in ["a", "b", "c"] { _ = lane.submit(waiter, .batch, now: 0) }
    let outcomes = (lane.cancel { $0 == "b" }, lane.cancel { $0 == "b" })
    #expect(outcomes == (true, false))
    #expect(lane.waiting == 2)
    #expect(lane.expire(now: 999) == [])
    #expect(lane.nextEvent() == 1_000)
    #expect(lane.expire(now: 1_000) == ["a", "c"])
    #expect(lane.nextEvent() == nil)
  }

  @Test func failsAtOnceWhileTheDatabaseIsAway() {
    var lane = lane()
    _ = lane.submit("a", .batch, now: 0)
    #expect(lane.slotToOpen(now: 0) == 0)
    #expect(lane.connectFailed(0, Self.down, now: 0, jitter: 0) == ["a"])
    #expect(lane.submit("b", .batch, now: 1) == .refuse(Self.down))
    // Tries go on whether anybody waits or not, one at a time.
    #expect(lane.nextEvent() == 100)
    #expect(lane.slotToOpen(now: 99) == nil)
    #expect(lane.slotToOpen(now: 100) == 0)
    #expect(lane.slotToOpen(now: 100) == nil)
    #expect(lane.connectFailed(0, Self.down, now: 100, jitter: 255) == [])
    #expect(lane.nextEvent() == 251)
    #expect(lane.slotToOpen(now: 300) == 0)
    #expect(lane.connectFailed(0, Self.down, now: 300, jitter: 0) == [])
    #expect(lane.nextEvent() == 700)
    #expect(lane.slotToOpen(now: 700) == 0)
    #expect(lane.connectFailed(0, Self.down, now: 700, jitter: 0) == [])
    #expect(lane.nextEvent() == 1_100)
    #expect(lane.slotToOpen(now: 1_100) == 0)
    lane.connected(0, now: 1_101)
    #expect(lane.submit("c", .batch, now: 1_102) == .use(slot: 0))
  }

  @Test func waitsForOpenConnectionsWhenNoMoreCanBeOpened() {
    var lane = openLane(connections: 3)
    lane.lost(2)
    _ = lane.submit("a", .lease, now: 0)
    _ = lane.submit("b", .lease, now: 0)
    #expect(lane.submit("c", .batch, now: 0) == .wait)
    #expect(lane.slotToOpen(now: 0) == 2)
    #expect(lane.connectFailed(2, Self.down, now: 0, jitter: 0) == [])
    #expect(lane.submit("d", .batch, now: 0) == .wait)
    #expect(lane.waiting == 2)
  }

  @Test func replacesALostConnectionWhenItIsNeeded() {
    var lane = openLane(connections: 1)
    lane.lost(0)
    #expect(lane.slotToOpen(now: 0) == nil)
    #expect(lane.submit("a", .batch, now: 0) == .wait)
    #expect(lane.slotToOpen(now: 0) == 0)
  }

  @Test func sharesBusyConnectionsAmongBriefBatchesOnly() {
    var lane = openLane(connections: 2, depth: 2)
    guard case .use(let first) = lane.submit("a", .briefBatch, now: 0) else { return }
    guard case .use(let second) = lane.submit("b", .batch, now: 0) else { return }
    #expect(first != second)
    #expect(lane.submit("c", .briefBatch, now: 0) == .use(slot: first))
    // Two are under way on the first, and behind the second's batch nobody is sent.
    #expect(lane.submit("d", .briefBatch, now: 0) == .wait)
    #expect(lane.finished(first) == false)
    #expect(lane.dispatch()?.slot == first)
    #expect(lane.finished(first) == false)
    lane.hold(first)
    #expect(lane.submit("e", .briefBatch, now: 0) == .wait)
    #expect(lane.finished(first) == true)
    #expect(lane.dispatch() == nil)
    lane.released(first, now: 1)
    #expect(lane.dispatch()?.waiter == "e")
  }

  @Test func opensNoMoreConnectionsForBriefBatchesThanTheyNeed() {
    var lane = lane(connections: 4, waiting: 9, depth: 2, briefConnections: 1)
    #expect(lane.submit("a", .briefBatch, now: 0) == .wait)
    #expect(lane.slotToOpen(now: 0) == 0)
    lane.connected(0, now: 0)
    #expect(lane.dispatch()?.slot == 0)
    #expect(lane.submit("b", .briefBatch, now: 0) == .use(slot: 0))
    // The one is full: the next opens a second, and so does what is not brief.
    #expect(lane.submit("c", .briefBatch, now: 0) == .wait)
    #expect(lane.slotToOpen(now: 0) == 1)
    #expect(lane.submit("d", .batch, now: 0) == .wait)
    #expect(lane.slotToOpen(now: 0) == 2)
  }

  @Test func closesWhatWasIdleForLongButOne() {
    var lane = openLane(connections: 3)
    #expect(lane.nextEvent() == 60_000)
    #expect(lane.slotToClose(now: 59_999) == nil)
    for left in [2, 1] {
      let slot = lane.slotToClose(now: 60_000)
      #expect(slot != nil)
      lane.lost(slot ?? 0)
      #expect(lane.openCount == left)
    }
    #expect(lane.slotToClose(now: 60_000) == nil)
    #expect(lane.nextEvent() == nil)
  }

  @Test func refusesAllOnceClosed() {
    var lane = lane()
    _ = lane.submit("a", .batch, now: 0)
    #expect(lane.slotToOpen(now: 0) == 0)
    #expect(lane.close() == ["a"])
    #expect(lane.submit("b", .batch, now: 0) == .refuse(.closed))
    #expect(lane.slotToOpen(now: 0) == nil)
    #expect(!lane.isEmpty)
    #expect(lane.connectFailed(0, Self.down, now: 0, jitter: 0) == [])
    #expect(lane.isEmpty && lane.nextEvent() == nil)
  }

  @Test func endsConnectionsThatAreOldOneAfterTheOther() {
    var lane = lane(lifetime: 1_000)
    for waiter in ["a", "b"] { _ = lane.submit(waiter, .batch, now: 0) }
    for _ in 0..<2 { _ = lane.slotToOpen(now: 0) }
    for slot in 0..<2 { lane.connected(slot, now: 100) }
    while let next = lane.dispatch() {
      _ = lane.finished(next.slot)
      lane.released(next.slot, now: 100)
    }
    // The second ends a little earlier, so that the two are not opened anew together.
    #expect(lane.nextEvent() == 1_050)
    #expect(lane.slotToClose(now: 1_049) == nil)
    #expect(lane.slotToClose(now: 1_050) == 1)
    #expect(!lane.isOld(0, now: 1_099) && lane.isOld(0, now: 1_100))
    lane.lost(1)
    // The last one stays until it is used.
    #expect(lane.slotToClose(now: 9_000) == nil)
    #expect(lane.nextEvent() == nil)
  }

  @Test func letsConnectionsLiveWithoutALimit() {
    var lane = openLane()
    #expect(!lane.isOld(0, now: .max))
    #expect(lane.slotToClose(now: 59_999) == nil)
  }
}
