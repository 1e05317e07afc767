/// An order that was filled, whole.
package struct Fill: Hashable, Sendable {
  package enum Moment: Hashable, Sendable {
    case open
    /// The last bar's close, where everything ends.
    case close
  }

  package var asset: Int
  /// The place of the day on which it filled, and of the one on which it was decided.
  package var place: Int
  package var decided: Int
  /// The bar of the asset.
  package var bar: Int
  package var moment: Moment
  /// Negative for a sale.
  package var quantity: Double
  package var price: Double
  package var fee: Double
}

/// A position from its entry to its exit.
package struct ClosedTrade: Hashable, Sendable {
  package var entry: Fill
  package var exit: Fill
  /// After fees and slippage.
  package var profit: Double
  /// The worst and the best that it stood at meanwhile, before fees; never above and below zero.
  package var adverse: Double
  package var favourable: Double

  package var isShort: Bool { entry.quantity < 0 }
  package var fees: Double { entry.fee + exit.fee }
}

/// What came of a backtest.
package struct BacktestOutcome: Sendable {
  package var fills: [Fill] = []
  package var trades: [ClosedTrade] = []
  /// At the close of each day.
  package var equity: [Double] = []
  /// The value of all positions over the equity, by day.
  package var exposure: [Double] = []
  /// The traded value over the equity, by day.
  package var turnover: [Double] = []

  package init() {}
}
