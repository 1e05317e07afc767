import EventLoop
import Synchronization
import Testing

private actor Counter {
  private let loop: EventLoop
  private var count = 0
  private var waiting: UnsafeContinuation<Void, Never>?
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(on loop: EventLoop) { self.loop = loop }

  func bump() -> Bool {
    count += 1
    return loop.isCurrent
  }

  func suspend() async -> Bool {
    await withUnsafeContinuation { waiting = $0 }
    return loop.isCurrent
  }

  func wake() -> Bool {
    defer { waiting = nil }
    waiting?.resume()
    return waiting != nil
  }
}

/// What happened, from any thread.
private final class Log<Entry: Sendable>: Sendable {
  private let guarded = Mutex<[Entry]>([])
  var entries: [Entry] { guarded.withLock { $0 } }
  func add(_ entry: Entry) { guarded.withLock { $0.append(entry) } }
}

@Suite("Event loop", .timeLimit(.minutes(1)))
struct EventLoopTests {
  private let loop = EventLoop.start()

  /// The value that a task of the loop makes.
  private func onLoop<Value: Sendable>(
    _ body: @escaping @Sendable () async -> Value
  ) async -> Value {
    await withUnsafeContinuation { continuation in
      loop.spawn { continuation.resume(returning: await body()) }
    }
  }

  @Test func runsActorsOnItsThread() async {
    let counter = Counter(on: loop)
    for _ in 0..<100 { #expect(await counter.bump()) }
    await loop.shutDown()
  }

  @Test(arguments: [true, false])
  func comesBackAfterASuspension(prefersTheLoop: Bool) async {
    let counter = Counter(on: loop)
    let task = Task(executorPreference: prefersTheLoop ? loop.tasks : nil) {
      await counter.suspend()
    }
    while await !counter.wake() { await Task.yield() }
    #expect(await task.value)
    await loop.shutDown()
  }

  @Test func runsSpawnedTasksOnItsThread() async {
    let loop = loop
    #expect(await onLoop { loop.isCurrent })
    #expect(
      await onLoop {
        try? await loop.sleep(for: .milliseconds(1))
        return loop.isCurrent
      }
    )
    await loop.shutDown()
  }

  @Test func keepsServingOthersWhileTasksKeepEachOtherBusy() async {
    let loop = loop
    let isOver = Atomic(false)
    let busy = loop.spawn { while !isOver.load(ordering: .relaxed) { await Task.yield() } }
    await onLoop { try? await loop.sleep(for: .milliseconds(5)) }
    isOver.store(true, ordering: .relaxed)
    await busy.value
    await loop.shutDown()
  }

  @Test func executesAtOnceOnItsThreadAndSoonFromAnother() async {
    let loop = loop
    let order: [Int] = await withUnsafeContinuation { continuation in
      loop.execute {
        let order = Mutex<[Int]>([])
        loop.execute { order.withLock { $0.append(1) } }
        order.withLock { $0.append(2) }
        continuation.resume(returning: order.withLock { $0 })
      }
    }
    #expect(order == [1, 2])
    await loop.shutDown()
  }

  @Test func takesWorkFromManyThreads() async {
    let loop = loop
    let sum = Log<Int>()
    let tasks = (0..<8).map { _ in
      Task.detached {
        for _ in 0..<500 { await loop.spawn { sum.add(1) }.value }
      }
    }
    for task in tasks { await task.value }
    #expect(sum.entries.count == 4000)
    await loop.shutDown()
  }

  @Test func runsTurnEndsAfterTheJobsOfTheTurn() async {
    let loop = loop
    let log = Log<Int>()
    await withUnsafeContinuation { continuation in
      loop.execute {
        loop.atTurnEnd {
          log.add(3)
          loop.atTurnEnd {
            log.add(4)
            continuation.resume()
          }
        }
        loop.spawn {
          log.add(1)
          loop.spawn { log.add(2) }
        }
      }
    }
    #expect(log.entries == [1, 2, 3, 4])
    await loop.shutDown()
  }

  // MARK: - Sleep

  @Test func sleepsInTheOrderOfTheTimes() async {
    let loop = loop
    let woken = Log<Int>()
    let sleeps = Mutex<[Task<Void, Never>]>([])
    // In one turn of the loop, and far apart: a busy machine may stop it between two of them.
    let beginning = loop.spawn {
      for delay in [600, 200, 400] {
        let sleep = loop.spawn {
          try? await loop.sleep(for: .milliseconds(delay))
          woken.add(delay)
        }
        sleeps.withLock { $0.append(sleep) }
      }
    }
    await beginning.value
    for sleep in sleeps.withLock({ $0 }) { await sleep.value }
    #expect(woken.entries == [200, 400, 600])
    await loop.shutDown()
  }

  @Test func endsASleepWhenItsTaskIsCancelled() async {
    let loop = loop
    let result = Mutex<Bool?>(nil)
    let task = loop.spawn {
      do {
        try await loop.sleep(for: .seconds(3600))
        result.withLock { $0 = true }
      } catch {
        result.withLock { $0 = false }
      }
    }
    await onLoop {}
    task.cancel()
    await task.value
    #expect(result.withLock { $0 } == false)
    await loop.shutDown()
  }

  @Test func doesNotBeginASleepInACancelledTask() async {
    let loop = loop
    let task = loop.spawn {
      withUnsafeCurrentTask { $0?.cancel() }
      await #expect(throws: CancellationError.self) { try await loop.sleep(for: .seconds(3600)) }
    }
    await task.value
    await loop.shutDown()
  }

  @Test func endsSleepsWhenItStops() async {
    let loop = loop
    let task = loop.spawn {
      await #expect(throws: CancellationError.self) { try await loop.sleep(for: .seconds(3600)) }
    }
    await onLoop {}
    await loop.shutDown()
    await task.value
  }

  @Test(
    arguments: [
      (.zero, 0), (.seconds(-1), 0), (.nanoseconds(1), 1), (.milliseconds(1), 1),
      (.microseconds(1001), 2), (.seconds(2), 2000), (.seconds(Int64.max), 1 << 50),
    ] as [(Duration, UInt64)]
  )
  func roundsDurationsUp(duration: Duration, milliseconds: UInt64) {
    #expect(duration.milliseconds == milliseconds)
  }

  // MARK: - Offload

  private struct Refusal: Error, Equatable {}

  @Test func offloadsToAnotherThreadAndComesBack() async {
    let loop = loop
    let places = await onLoop {
      let isOnLoop = await loop.offload { loop.isCurrent }
      return [isOnLoop, loop.isCurrent]
    }
    #expect(places == [false, true])
    await loop.shutDown()
  }

  @Test func handsOnTheErrorOfOffloadedWork() async {
    let loop = loop
    await #expect(throws: Refusal()) {
      try await loop.offload { () throws(Refusal) -> Int in throw Refusal() }
    }
    await loop.shutDown()
  }

  // MARK: - End

  @Test func waitsForOffloadedWorkBeforeItEnds() async {
    let loop = loop
    let isDone = Atomic(false)
    let task = loop.spawn {
      await loop.offload {
        for _ in 0..<1000 { _ = loop.isCurrent }
        isDone.store(true, ordering: .relaxed)
      }
    }
    await onLoop {}
    await loop.shutDown()
    let wasDone = isDone.load(ordering: .relaxed)
    #expect(wasDone)
    await task.value
  }

  @Test func lateWorkIsDropped() async {
    let loop = loop
    await loop.shutDown()
    loop.execute { Issue.record("ran after the end") }
    loop.stop()
    loop.join()
    await loop.shutDown()
  }

  @Test func startsOneLoopACore() async {
    let group = EventLoopGroup()
    #expect(group.loops.count == EventLoopGroup.coreCount)
    await group.shutDown()
  }
}
