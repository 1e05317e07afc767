import EventLoop
import OrderBook
import Resolvers
import Synchronization
import Testing

/// What subscribers of a feed hear, on loops of their own.
@Suite struct FeedChannelTests {
  /// Bins of a book with one order on each side.
  private static func bins(_ count: Int) -> [GridSnapshot] {
    var configuration = BookReplay.Configuration()
    var grid = GridConfiguration()
    grid.radius = 1
    configuration.grid = grid
    var replay = BookReplay(configuration)
    var snapshots: [GridSnapshot] = []
    for index in 0...count {
      replay.apply(
        MBORecord(
          eventTime: 1_770_388_200_000_000_000 + UInt64(index) * 100_000_000,
          orderID: UInt64(index + 1),
          price: 100_000_000_000,
          size: 1,
          flags: 128,
          action: UInt8(ascii: "A"),
          side: UInt8(ascii: "B")
        )
      ) { snapshots.append(GridSnapshot($0)) }
    }
    return snapshots
  }

  /// What one subscriber got, and how many times something was encoded.
  private final class Log: Sendable {
    let messages = Mutex<[String]>([])
    let encodings = Atomic(0)

    func encode(_ bin: FeedBin, _ skipped: Int) -> [[UInt8]] {
      encodings.add(1, ordering: .relaxed)
      return [Array("\(bin.snapshot.header.sequence)+\(skipped)".utf8)]
    }

    func take(_ messages: [[UInt8]]) {
      self.messages.withLock { $0 += messages.map { String(decoding: $0, as: UTF8.self) } }
    }

    var all: [String] { messages.withLock { $0 } }
  }

  private func until(_ condition: () -> Bool) async throws {
    for _ in 0..<2000 where !condition() { try await Task.sleep(for: .milliseconds(2)) }
  }

  @Test func encodesABinOnceForAllWhoWantTheSame() async throws {
    let channel = FeedChannel()
    let loops = [EventLoop.start(), EventLoop.start()]
    let encodings = Log()
    let logs = (0..<20).map { _ in Log() }
    let tasks = logs.enumerated().map { index, log in
      loops[index % 2].spawn {
        let end = await channel.follow("same", every: 1, encode: encodings.encode) {
          log.take($0)
          return true
        }
        log.messages.withLock { $0.append("\(end.map { "\($0)" } ?? "none")") }
      }
    }
    let bins = Self.bins(3)
    try await until { channel.isWanted(0) }
    try await Task.sleep(for: .milliseconds(50))
    for (index, bin) in bins.enumerated() {
      channel.publish(FeedBin(bin))
      try await until { logs.allSatisfy { $0.all.count == index + 1 } }
    }
    channel.end(.failed("why"))
    for task in tasks { await task.value }
    #expect(logs.allSatisfy { $0.all == ["0+0", "1+0", "2+0", #"failed("why")"#] })
    #expect(encodings.encodings.load(ordering: .relaxed) == 3)
    #expect(!channel.isWanted(0))
    for loop in loops { await loop.shutDown() }
  }

  @Test func tellsWhoComesLateTheNewestBinAndThenTheEnd() async {
    let channel = FeedChannel()
    for bin in Self.bins(4) { channel.publish(FeedBin(bin)) }
    channel.end(.stopped)
    let log = Log()
    let loop = EventLoop.start()
    let end = Mutex<FeedEnd?>(nil)
    await loop.spawn {
      let how = await channel.follow("late", every: 3, encode: log.encode) {
        log.take($0)
        return true
      }
      end.withLock { $0 = how }
    }.value
    #expect(log.all == ["3+0"])
    #expect(end.withLock { $0 } == .stopped)
    await loop.shutDown()
  }

  @Test func countsWhatPassesASlowReaderByAndWhatIsNotDueDoesNotCount() async throws {
    let channel = FeedChannel()
    let bins = Self.bins(21)
    channel.publish(FeedBin(bins[0]))
    let log = Log()
    let loop = EventLoop.start()
    let isOpen = Atomic(false)
    let task = loop.spawn {
      _ = await channel.follow("slow", every: 5, encode: log.encode) {
        log.take($0)
        while !isOpen.load(ordering: .relaxed) { try? await loop.sleep(for: .milliseconds(1)) }
        return true
      }
    }
    try await until { log.all.count == 1 }
    for bin in bins[1...18] { channel.publish(FeedBin(bin)) }
    isOpen.store(true, ordering: .relaxed)
    try await until { log.all.count == 2 }
    for bin in bins[19...20] { channel.publish(FeedBin(bin)) }
    try await until { log.all.count == 3 }
    // Numbers 5 and 10 passed by, 20 did not.
    #expect(log.all == ["0+0", "15+2", "20+0"])
    task.cancel()
    await task.value
    #expect(!channel.isWanted(25))
    await loop.shutDown()
  }

  @Test func letsGoOfWhoIsCancelledWhileItWaits() async throws {
    let channel = FeedChannel()
    let loop = EventLoop.start()
    let log = Log()
    let task = loop.spawn {
      let end = await channel.follow("gone", every: 1, encode: log.encode) { _ in true }
      log.messages.withLock { $0.append("\(end == nil)") }
    }
    try await until { channel.isWanted(0) }
    task.cancel()
    await task.value
    #expect(log.all == ["true"])
    #expect(!channel.isWanted(0))
    await loop.shutDown()
  }
}
