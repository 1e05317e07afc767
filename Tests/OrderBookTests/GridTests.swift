import OrderBook
import Testing

@Suite struct GridTests {
  private static let start: UInt64 = 1_770_388_200_000_000_000
  private static let tick: Int64 = 250_000_000
  private static let base: Int64 = 21_500_000_000_000

  private func record(
    _ action: Character,
    _ side: Character,
    _ ticks: Int64,
    _ size: UInt32,
    _ id: UInt64,
    ms: UInt64,
    flags: UInt8 = 128
  ) -> MBORecord {
    MBORecord(
      eventTime: Self.start + ms * 1_000_000,
      orderID: id,
      price: Self.base + ticks * Self.tick,
      size: size,
      flags: flags,
      action: action.asciiValue ?? 0,
      side: side.asciiValue ?? 0
    )
  }

  private func replay(
    maximumBins: Int? = nil,
    _ change: (inout GridConfiguration) -> Void = { _ in }
  ) -> BookReplay {
    var grid = GridConfiguration()
    grid.radius = 2
    change(&grid)
    var configuration = BookReplay.Configuration()
    configuration.grid = grid
    configuration.wantsGold = true
    configuration.maximumBins = maximumBins
    return BookReplay(configuration)
  }

  @Test func countsWhatHappensInABinAtItsTicks() {
    var replay = replay()
    var bins: [[GridCount: [Int64]]] = []
    let keep = { (frame: GridFrame) in
      bins.append(
        Dictionary(
          uniqueKeysWithValues: GridCount.allCases.map { ($0, Array(frame.values(of: $0))) }
        )
      )
    }
    for record in [
      record("A", "B", -1, 10, 1, ms: 0), record("A", "A", 1, 7, 2, ms: 10),
      record("C", "B", -1, 4, 1, ms: 20), record("F", "A", 1, 2, 2, ms: 30, flags: 0),
      record("C", "A", 1, 3, 2, ms: 30), record("A", "B", -1, 1, 3, ms: 600),
    ] {
      replay.apply(record, keep)
    }
    replay.finish(onBin: keep)
    #expect(bins.count == 7)
    #expect(
      bins.first == [
        .lastEvent: [0, 3, 0, 5, 0], .added: [0, 10, 0, 7, 0], .pulled: [0, 4, 0, 1, 0],
        .filled: [0, 0, 0, 2, 0], .bidQuantity: [0, 6, 0, 0, 0], .askQuantity: [0, 0, 0, 4, 0],
        .resting: [0, 0, 0, 0, 0], .bidOrders: [0, 1, 0, 0, 0], .askOrders: [0, 0, 0, 1, 0],
      ]
    )
    // After half a second both rest; what came in the last bin does not.
    #expect(bins[4][.resting] == [0, 6, 0, 0, 0])
    #expect(
      bins.last == [
        .lastEvent: [0, 6, 0, 5, 0], .added: [0, 1, 0, 0, 0], .pulled: [0, 0, 0, 0, 0],
        .filled: [0, 0, 0, 0, 0], .bidQuantity: [0, 7, 0, 0, 0], .askQuantity: [0, 0, 0, 4, 0],
        .resting: [0, 6, 0, 4, 0], .bidOrders: [0, 2, 0, 0, 0], .askOrders: [0, 0, 0, 1, 0],
      ]
    )
  }

  @Test func stopsAfterTheBinsThatAreWanted() throws {
    var replay = replay(maximumBins: 3)
    var sequences: [Int] = []
    let keep = { (frame: GridFrame) in sequences.append(frame.header.sequence) }
    replay.apply(record("A", "B", -1, 10, 1, ms: 0), keep)
    replay.apply(record("A", "A", 1, 10, 2, ms: 1000), keep)
    replay.finish(onBin: keep)
    #expect(sequences == [0, 1, 2])
    #expect(replay.records == 1)
    let hasFinished = replay.hasFinished
    #expect(hasFinished)
  }

  @Test func refusesAJumpThatNoSessionExplains() throws {
    var replay = replay()
    let far = DBNBytes.order("A", "B", price: Self.base, size: 1, id: 1, time: .max - 1)
    let bytes =
      DBNBytes.metadata() + DBNBytes.order("A", "B", price: Self.base, size: 1, id: 1) + far
    var reader = try DBNReader(MemorySource(bytes))
    let error = ReplayError.gap(record: 2, from: Self.start, to: .max - 1)
    #expect(throws: error) { try replay.run(&reader) }
    #expect(replay.records == 1)
  }

  @Test func takesARecordWithoutATimeAsOfTheTimeBefore() throws {
    var replay = replay()
    let bytes =
      DBNBytes.metadata() + DBNBytes.order("A", "B", price: Self.base, size: 1, id: 1)
      + DBNBytes.order("A", "B", price: Self.base, size: 1, id: 2, time: .max)
    var reader = try DBNReader(MemorySource(bytes))
    #expect(try replay.run(&reader) == false)
    #expect(replay.records == 2)
    #expect(replay.time == Self.start)
  }

  @Test func followsOneInstrumentOfOneVenue() throws {
    let orders: [(UInt32, UInt16)] = [(5, 1), (6, 1), (5, 2), (5, 1)]
    let bytes =
      DBNBytes.metadata()
      + orders.enumerated()
      .flatMap { index, order in
        DBNBytes.order(
          "A",
          "B",
          price: Self.base,
          size: 1,
          id: UInt64(index + 1),
          instrument: order.0,
          publisher: order.1
        )
      }
    func ids(_ instrument: UInt32?, _ publisher: UInt16?) throws -> [UInt64] {
      var configuration = BookReplay.Configuration()
      configuration.instrumentID = instrument
      configuration.publisherID = publisher
      var replay = BookReplay(configuration)
      var reader = try DBNReader(MemorySource(bytes))
      _ = try replay.run(&reader)
      return replay.book.allOrders().map(\.id)
    }
    #expect(try ids(nil, nil) == [1, 4])
    #expect(try ids(6, nil) == [2])
    #expect(try ids(5, 2) == [3])
    #expect(try ids(7, nil) == [])
  }

  /// Records that keep some hundred orders alive around a price that wanders.
  private func load(_ count: Int, every step: UInt64) -> [UInt8] {
    var bytes = DBNBytes.metadata()
    var random = SystemRandomNumberGenerator()
    for index in 0..<count {
      let time = Self.start + UInt64(index) * step
      let ticks = Int64.random(in: 0..<40, using: &random) + Int64(index / 2000)
      let isBid = index % 2 == 0
      bytes += DBNBytes.order(
        index % 5 == 4 ? "C" : "A",
        isBid ? "B" : "A",
        price: Self.base + (isBid ? -ticks - 1 : ticks + 100) * Self.tick,
        size: 3,
        id: UInt64(index % 5 == 4 ? index - 3 : index % 900),
        time: time
      )
    }
    return bytes
  }

  /// Allocations while 29,000 records are read, after 30,000 others.
  private func allocations(_ mode: GridConfiguration.Mode, every step: UInt64) throws -> UInt {
    let bytes = load(60_000, every: step)
    var replay = replay {
      $0.mode = mode
      $0.radius = 50
    }
    var reader = try DBNReader(MemorySource(bytes))
    return try replay.allocations(&reader)
  }

  @Test(arguments: GridConfiguration.Mode.allCases)
  func allocatesNothingForARecord(mode: GridConfiguration.Mode) throws {
    // All within one bin.
    let count = try allocations(mode, every: 1000)
    #expect(count <= 16, "\(count) allocations for 29,000 records")
  }

  @Test(arguments: GridConfiguration.Mode.allCases)
  func allocatesNextToNothingForABin(mode: GridConfiguration.Mode) throws {
    // Without optimization, arithmetic on vectors and iteration allocate a little.
    let count = try allocations(mode, every: 300_000)
    #expect(count <= 87 * 64, "\(count) allocations for 87 bins")
  }
}
