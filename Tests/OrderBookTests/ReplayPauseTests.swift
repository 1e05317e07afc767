import OrderBook
import Testing

/// Replays that stand behind each bin.
@Suite struct ReplayPauseTests {
  private static let start: UInt64 = 1_770_388_200_000_000_000

  /// Orders, trades and a gap of many bins, read in runs that cut records.
  private var stream: [UInt8] {
    var bytes = DBNBytes.metadata()
    for step in 0..<400 {
      let time = Self.start + UInt64(step) * 7_000_000 + (step > 250 ? 3_000_000_000 : 0)
      let isBid = step % 2 == 0
      bytes += DBNBytes.order(
        step % 5 == 4 ? "T" : "A",
        isBid ? "B" : "A",
        price: 100_000_000_000 + Int64(isBid ? -(step % 7) : 1 + step % 7) * 250_000_000,
        size: UInt32(1 + step % 9),
        id: UInt64(step + 1),
        time: time
      )
    }
    return bytes
  }

  private struct Bin: Hashable {
    var header: GridFrame.Header
    var columns: [[Double]]
    var gold: [[Double]]
    var bids: [OrderBook.LevelView]

    init(_ snapshot: GridSnapshot) {
      header = snapshot.header
      columns = GridColumn.allCases.map { Array(snapshot.values(of: $0)) }
      gold = GoldColumn.allCases.map { Array(snapshot.values(of: $0)) }
      bids = snapshot.bids
    }
  }

  private func bins(pausing: Bool, step: Int = .max) throws -> (bins: [Bin], runs: Int) {
    var configuration = BookReplay.Configuration()
    configuration.grid = GridConfiguration()
    configuration.wantsGold = true
    configuration.pausesAfterBins = pausing
    configuration.levels = 3
    var replay = BookReplay(configuration)
    var reader = try DBNReader(MemorySource(stream, step: step))
    var bins: [Bin] = []
    var runs = 0
    var mayHaveMore = true
    while mayHaveMore {
      runs += 1
      let before = bins.count
      mayHaveMore = try replay.run(&reader) { bins.append(Bin(GridSnapshot($0))) }
      if pausing { #expect(bins.count - before == (mayHaveMore ? 1 : 0)) }
    }
    replay.finish { bins.append(Bin(GridSnapshot($0))) }
    #expect(replay.records == 400)
    return (bins, runs)
  }

  @Test(arguments: [Int.max, 100]) func makesTheSameBinsOneAtATime(step: Int) throws {
    let whole = try bins(pausing: false)
    let paused = try bins(pausing: true, step: step)
    #expect(whole.runs == 1)
    #expect(paused.runs == whole.bins.count)
    #expect(paused.bins == whole.bins)
    #expect(paused.bins.map(\.header.sequence) == Array(0..<58))
    #expect(paused.bins.last?.bids.count == 3)
  }

  private func configuration(_ mode: GridConfiguration.Mode) -> BookReplay.Configuration {
    var grid = GridConfiguration()
    grid.mode = mode
    var configuration = BookReplay.Configuration()
    configuration.grid = grid
    configuration.wantsGold = true
    configuration.pausesAfterBins = true
    configuration.levels = 3
    return configuration
  }

  @Test(arguments: GridConfiguration.Mode.allCases, [0, 7, 40])
  func goesOnFromAStateAsIfItHadReadAll(mode: GridConfiguration.Mode, after count: Int) throws {
    let configuration = configuration(mode)
    var first = BookReplay(configuration)
    var reader = try DBNReader(MemorySource(stream, step: 1000))
    for _ in 0...count { _ = try first.run(&reader) }
    var state = StateWriter()
    first.save(to: &state)
    let offset = reader.offset

    var second = BookReplay(configuration)
    var bytes = StateReader(state.bytes)
    try second.restore(from: &bytes)
    var other = try DBNReader(MemorySource(stream))
    try other.skip(to: offset)
    var (expected, found): ([Bin], [Bin]) = ([], [])
    while try first.run(&reader, onBin: { expected.append(Bin(GridSnapshot($0))) }) {}
    while try second.run(&other, onBin: { found.append(Bin(GridSnapshot($0))) }) {}
    #expect(found == expected)
    #expect(found.first?.header.sequence == count + 1)
    #expect(second.book.allOrders() == first.book.allOrders())
    #expect(second.records == first.records)
    #expect(second.actions.map(\.count) == first.actions.map(\.count))
  }

  @Test func refusesAStateThatIsCutOrOfAnotherVersion() throws {
    var replay = BookReplay(configuration(.bin))
    var reader = try DBNReader(MemorySource(stream))
    for _ in 0..<9 { _ = try replay.run(&reader) }
    var state = StateWriter()
    replay.save(to: &state)
    for count in [0, 7, 100, state.bytes.count / 2, state.bytes.count - 1] {
      #expect(!canBeRestored(Array(state.bytes.prefix(count))))
    }
    #expect(canBeRestored(state.bytes))
    #expect(!canBeRestored(state.bytes + [0]))
    #expect(!canBeRestored([99] + state.bytes.dropFirst()))
  }

  private func canBeRestored(_ bytes: [UInt8]) -> Bool {
    var replay = BookReplay(configuration(.bin))
    var state = StateReader(bytes)
    do throws(StateError) {
      try replay.restore(from: &state)
      return true
    } catch {
      return false
    }
  }

  @Test func makesBarsOfTrades() throws {
    var configuration = BookReplay.Configuration()
    configuration.grid = GridConfiguration()
    configuration.barWidth = 1_000_000_000
    var replay = BookReplay(configuration)
    var bytes = DBNBytes.metadata()
    let trades: [(UInt64, Int64, UInt32)] = [
      (0, 100, 5), (10, 103, 1), (999, 98, 2), (1000, .max, 9), (2500, 101, 4), (2600, 102, 1),
    ]
    for (milliseconds, price, size) in trades {
      bytes += DBNBytes.order(
        "T",
        "B",
        price: price == .max ? price : price * 1_000_000_000,
        size: size,
        id: 0,
        time: Self.start + milliseconds * 1_000_000
      )
    }
    var reader = try DBNReader(MemorySource(bytes))
    _ = try replay.run(&reader)
    let ended = replay.bars.take(endedBy: replay.time)
    #expect(ended.map(\.start) == [Self.start])
    #expect(ended.map(\.open) == [100_000_000_000])
    #expect(ended.map(\.high) == [103_000_000_000])
    #expect(ended.map(\.low) == [98_000_000_000])
    #expect(ended.map(\.close) == [98_000_000_000])
    #expect(ended.map(\.volume) == [8])
    #expect(ended.map(\.trades) == [3])
    #expect(ended.map(\.value) == [799_000_000_000])
    let rest = replay.bars.take(endedBy: replay.time, everything: true)
    #expect(rest.map(\.start) == [Self.start + 2_000_000_000])
    #expect(rest.map(\.volume) == [5])
    #expect(replay.bars.take(endedBy: .max, everything: true).isEmpty)
  }

  @Test func namesTheFirstCrossing() throws {
    var replay = BookReplay(BookReplay.Configuration())
    var bytes = DBNBytes.metadata()
    bytes += DBNBytes.order("A", "B", price: 101_000_000_000, size: 1, id: 1)
    bytes += DBNBytes.order("A", "A", price: 100_000_000_000, size: 1, id: 2, flags: 0)
    bytes += DBNBytes.order("A", "A", price: 102_000_000_000, size: 1, id: 3, time: Self.start + 5)
    var reader = try DBNReader(MemorySource(bytes))
    _ = try replay.run(&reader)
    let crossing = Crossing(
      record: 3,
      time: Self.start + 5,
      bid: 101_000_000_000,
      ask: 100_000_000_000
    )
    #expect(replay.firstCrossing == crossing)
  }
}
