import OrderBook
import Testing

/// The book's rules, record by record.
@Suite struct OrderBookRuleTests {
  private static let tick: Int64 = 250_000_000
  private static let base: Int64 = 21_500_000_000_000

  private static func price(_ ticks: Int64) -> Int64 { base + ticks * tick }

  /// A record at a tick; its time is the second that it names.
  private func record(
    _ action: Character,
    _ side: Character,
    _ ticks: Int64,
    _ size: UInt32,
    _ id: UInt64,
    flags: UInt8 = 128,
    price: Int64? = nil
  ) -> MBORecord {
    MBORecord(
      eventTime: 1_770_388_200_000_000_000,
      orderID: id,
      price: price ?? Self.price(ticks),
      size: size,
      flags: flags,
      action: action.asciiValue ?? 0,
      side: side.asciiValue ?? 0
    )
  }

  private func replay(_ records: [MBORecord], tick: Int64 = tick) -> BookReplay {
    var configuration = BookReplay.Configuration()
    configuration.tick = tick
    var replay = BookReplay(configuration)
    for record in records { replay.apply(record) }
    return replay
  }

  /// The orders of a price by their ids, first in line first.
  private func queue(_ replay: borrowing BookReplay, _ side: Side, _ ticks: Int64) -> [UInt64] {
    replay.book.queue(at: Self.price(ticks), side).map(\.id)
  }

  @Test func takesWhatACancelSaysOffTheOrder() {
    let replay = replay([
      record("A", "B", -1, 10, 1), record("A", "B", -1, 5, 2), record("C", "B", -1, 4, 1),
    ])
    #expect(
      replay.book.levels(.bid, 9) == [.init(price: Self.price(-1), quantity: 11, orders: 2)]
    )
    #expect(
      replay.book.allOrders() == [
        .init(id: 1, side: .bid, price: Self.price(-1), size: 6),
        .init(id: 2, side: .bid, price: Self.price(-1), size: 5),
      ]
    )
  }

  @Test func keepsThePlaceOfAnOrderThatBecomesSmaller() {
    let adds = [record("A", "A", 1, 5, 1), record("A", "A", 1, 5, 2), record("A", "A", 1, 5, 3)]
    #expect(queue(replay(adds), .ask, 1) == [1, 2, 3])
    #expect(queue(replay(adds + [record("M", "A", 1, 4, 1)]), .ask, 1) == [1, 2, 3])
    #expect(queue(replay(adds + [record("M", "A", 1, 5, 1)]), .ask, 1) == [1, 2, 3])
    #expect(queue(replay(adds + [record("M", "A", 1, 6, 1)]), .ask, 1) == [2, 3, 1])
    let moved = adds + [record("M", "A", 2, 5, 1), record("M", "A", 1, 5, 1)]
    #expect(queue(replay(moved), .ask, 1) == [2, 3, 1])
  }

  @Test func isNotChangedByTradesAndFills() {
    let replay = replay([
      record("A", "A", 1, 5, 1), record("T", "B", 1, 3, 99), record("F", "A", 1, 3, 1),
      record("N", "N", 0, 0, 0),
    ])
    #expect(replay.book.best(.ask) == .init(price: Self.price(1), quantity: 5, orders: 1))
    #expect(replay.book.best(.bid) == nil)
    #expect(replay.book.anomalies == OrderBook.Anomalies())
  }

  @Test func findsTheNextBestAcrossEmptyPages() {
    var replay = replay([
      record("A", "B", -1, 1, 1), record("A", "B", -5000, 2, 2), record("A", "A", 1, 3, 3),
      record("A", "A", 900_000, 4, 4), record("C", "B", -1, 1, 1), record("C", "A", 1, 3, 3),
    ])
    #expect(replay.book.best(.bid) == .init(price: Self.price(-5000), quantity: 2, orders: 1))
    #expect(replay.book.best(.ask) == .init(price: Self.price(900_000), quantity: 4, orders: 1))
    replay.apply(record("C", "B", 0, 2, 2))
    #expect(replay.book.best(.bid) == nil)
    replay.apply(record("A", "B", -70, 7, 5))
    #expect(replay.book.best(.bid) == .init(price: Self.price(-70), quantity: 7, orders: 1))
  }

  @Test func putsPricesBetweenTwoTicksInOrder() {
    let half = Self.tick / 2
    var replay = replay([
      record("A", "B", -2, 1, 1), record("A", "B", 0, 2, 2, price: Self.price(-2) + half),
      record("A", "B", -1, 3, 3), record("A", "B", 0, 4, 4, price: Self.price(-3) + half),
      record("A", "A", 1, 5, 5), record("A", "A", 0, 6, 6, price: Self.price(1) - half),
    ])
    #expect(
      replay.book.levels(.bid, 9).map(\.price) == [
        Self.price(-1), Self.price(-2) + half, Self.price(-2), Self.price(-3) + half,
      ]
    )
    #expect(replay.book.levels(.ask, 9).map(\.quantity) == [6, 5])
    #expect(replay.book.best(.ask)?.price == Self.price(1) - half)
    replay.apply(record("C", "B", -1, 3, 3))
    #expect(replay.book.best(.bid)?.price == Self.price(-2) + half)
    replay.apply(record("C", "B", 0, 2, 2))
    #expect(replay.book.best(.bid)?.price == Self.price(-2))
    replay.apply(record("C", "A", 0, 6, 6))
    #expect(replay.book.best(.ask)?.price == Self.price(1))
    replay.apply(record("C", "B", 0, 1, 1))
    #expect(replay.book.best(.bid)?.price == Self.price(-3) + half)
    replay.apply(record("R", "N", 0, 0, 0))
    #expect(replay.book.levels(.bid, 9) == [])
    replay.apply(record("A", "B", 0, 9, 9, price: Self.price(-3) + half))
    #expect(replay.book.levels(.bid, 9).map(\.quantity) == [9])
  }

  @Test func takesPricesBelowZero() {
    let replay = replay(
      [
        record("A", "B", 0, 1, 1, price: -37_630_000_000),
        record("A", "B", 0, 2, 2, price: -37_640_000_000),
        record("A", "A", 0, 3, 3, price: 10_000_000),
        record("C", "B", 0, 1, 1, price: -37_630_000_000),
      ],
      tick: 10_000_000
    )
    #expect(replay.book.best(.bid) == .init(price: -37_640_000_000, quantity: 2, orders: 1))
    #expect(replay.book.best(.ask) == .init(price: 10_000_000, quantity: 3, orders: 1))
    #expect(replay.crossed == 0)
  }

  @Test func replacesTheSideOfAVenueThatTellsItsBestAlone() {
    let top: UInt8 = 128 | 64
    var replay = replay([
      record("A", "B", -1, 4, 0, flags: top), record("A", "A", 1, 6, 0, flags: top),
      record("A", "B", -3, 5, 0, flags: top),
    ])
    #expect(replay.book.levels(.bid, 9).map(\.quantity) == [5])
    #expect(replay.book.levels(.ask, 9).map(\.quantity) == [6])
    replay.apply(record("A", "A", 0, 0, 0, flags: top, price: .max))
    #expect(replay.book.levels(.ask, 9) == [])
    #expect(replay.book.orderCount == 1)
  }

  @Test func countsWhatDoesNotFit() {
    let replay = replay([
      record("C", "B", -1, 1, 1), record("M", "B", -1, 2, 2), record("A", "B", -2, 3, 2),
      record("C", "B", -2, 99, 2), record("A", "N", 0, 1, 3),
      record("A", "B", 0, 1, 4, price: .max),
    ])
    var expected = OrderBook.Anomalies()
    expected.unknownCancels = 1
    expected.unknownModifies = 1
    expected.duplicateAdds = 1
    expected.overCancels = 1
    expected.misfits = 2
    #expect(replay.book.anomalies == expected)
    #expect(replay.book.orderCount == 0)
    #expect(replay.book.levels(.bid, 9) == [])
  }

  @Test func countsEventsAfterWhichTheBookIsCrossed() {
    let replay = replay([
      record("A", "B", 1, 1, 1), record("A", "A", 0, 1, 2, flags: 0), record("C", "A", 0, 1, 2),
      record("A", "A", 1, 1, 3),
    ])
    #expect(replay.crossed == 1)
    #expect(replay.events == 3)
  }

  @Test func holdsAsManyOrdersAsThereAre() {
    var replay = replay([])
    var sums: [Int64: Int64] = [:]
    for id in 1...50_000 as ClosedRange<UInt64> {
      let ticks = -Int64(id % 300) - 1
      replay.apply(record("A", "B", ticks, UInt32(id % 7 + 1), id &* 0x9E37_79B9))
      sums[ticks, default: 0] += Int64(id % 7 + 1)
      if id % 3 == 0 {
        let gone = id / 3
        replay.apply(record("C", "B", 0, UInt32(gone % 7 + 1), gone &* 0x9E37_79B9))
        sums[-Int64(gone % 300) - 1, default: 0] -= Int64(gone % 7 + 1)
      }
    }
    let levels = replay.book.levels(.bid, 1000)
    #expect(
      levels.map { [$0.price, $0.quantity] }
        == sums.sorted { $0.key > $1.key }.map { [Self.price($0.key), $0.value] }
    )
    #expect(replay.book.orderCount == 50_000 - 16_666)
    #expect(replay.book.anomalies == OrderBook.Anomalies())
  }
}
