/// One bin as it is handed out: what stands once, and the columns of its window.
///
/// The columns are written anew for each bin; who wants to keep them copies them.
package final class GridFrame {
  package struct Header: Hashable, Sendable {
    package var sequence = 0
    /// In nanoseconds since 1970.
    package var start: UInt64 = 0
    package var end: UInt64 = 0
    /// Records of the bin, without those of snapshots.
    package var eventCount = 0
    /// The last record before the bin's end, counted from 1.
    package var eventID = 0
    /// In units of 1e-9; 0 where the side is empty.
    package var bestBid: Int64 = 0
    package var bestAsk: Int64 = 0
    /// In units of the currency; 0 without both sides.
    package var midPrice = 0.0
    /// The price of the row in the middle, in units of 1e-9; 0 without both sides.
    package var spotPrice: Int64 = 0
    package var isBookValid = false
    package var bidMove = 0
    package var askMove = 0
    package var trades = Trades()

    package var bidSign: Int { bidMove.signum() }
    package var askSign: Int { askMove.signum() }
    package var microstate: Int { (askSign + 1) * 3 + bidSign + 1 }
    package var chasesUp: Bool { askMove > 0 && bidMove > 0 }
    package var chasesDown: Bool { askMove < 0 && bidMove < 0 }
  }

  /// The trades of a bin; quantities by the side of the aggressor.
  package struct Trades: Hashable, BitwiseCopyable, Sendable {
    package var count = 0
    package var bought: Int64 = 0
    package var sold: Int64 = 0
    package var unsided: Int64 = 0
  }

  package internal(set) var header = Header()
  package let radius: Int
  package let rows: Int
  let columns: UnsafeMutableBufferPointer<Double>
  let counts: UnsafeMutableBufferPointer<Int64>
  /// Whether the features below are those of this bin.
  package internal(set) var hasGold = false
  let gold: UnsafeMutableBufferPointer<Double>
  /// The best levels of the book at the bin's end, as many as the replay was told to take.
  package internal(set) var bids: [OrderBook.LevelView] = []
  package internal(set) var asks: [OrderBook.LevelView] = []

  init(radius: Int) {
    self.radius = radius
    rows = 2 * radius + 1
    columns = .allocate(capacity: GridColumn.allCases.count * rows)
    counts = .allocate(capacity: GridCount.allCases.count * rows)
    gold = .allocate(capacity: GoldColumn.allCases.count * rows)
    columns.initialize(repeating: 0)
    counts.initialize(repeating: 0)
    gold.initialize(repeating: 0)
  }

  deinit {
    columns.deallocate()
    counts.deallocate()
    gold.deallocate()
  }

  package func values(of column: GridColumn) -> UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(rebasing: columns[column.rawValue * rows..<(column.rawValue + 1) * rows])
  }

  package func values(of count: GridCount) -> UnsafeBufferPointer<Int64> {
    UnsafeBufferPointer(rebasing: counts[count.rawValue * rows..<(count.rawValue + 1) * rows])
  }

  package func values(of column: GoldColumn) -> UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(rebasing: gold[column.rawValue * rows..<(column.rawValue + 1) * rows])
  }

  func column(_ column: GridColumn) -> UnsafeMutablePointer<Double> {
    columns.baseAddress.unsafelyUnwrapped + column.rawValue * rows
  }

  func count(_ count: GridCount) -> UnsafeMutablePointer<Int64> {
    counts.baseAddress.unsafelyUnwrapped + count.rawValue * rows
  }

  func gold(_ column: GoldColumn) -> UnsafeMutablePointer<Double> {
    gold.baseAddress.unsafelyUnwrapped + column.rawValue * rows
  }
}
