/// A copy of a bin that stays as it is: its header, its columns, and the best levels of the book.
package final class GridSnapshot: Sendable {
  package let header: GridFrame.Header
  package let radius: Int
  package let rows: Int
  package let hasGold: Bool
  /// Column behind column.
  private let columns: [Double]
  private let counts: [Int64]
  private let gold: [Double]
  package let bids: [OrderBook.LevelView]
  package let asks: [OrderBook.LevelView]

  package init(_ frame: GridFrame) {
    header = frame.header
    radius = frame.radius
    rows = frame.rows
    hasGold = frame.hasGold
    columns = Array(frame.columns)
    counts = Array(frame.counts)
    gold = frame.hasGold ? Array(frame.gold) : []
    bids = frame.bids
    asks = frame.asks
  }

  package func values(of column: GridColumn) -> ArraySlice<Double> {
    columns[column.rawValue * rows..<(column.rawValue + 1) * rows]
  }

  package func values(of count: GridCount) -> ArraySlice<Int64> {
    counts[count.rawValue * rows..<(count.rawValue + 1) * rows]
  }

  /// Empty where the features are not made.
  package func values(of column: GoldColumn) -> ArraySlice<Double> {
    hasGold ? gold[column.rawValue * rows..<(column.rawValue + 1) * rows] : []
  }
}
