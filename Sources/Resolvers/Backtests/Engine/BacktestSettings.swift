/// What money a backtest starts with, and what trading costs.
package struct BacktestSettings: Hashable, Sendable {
  /// How much of the equity an entry takes.
  package enum Sizing: Hashable, Sendable {
    /// A fraction of an asset's share of the equity; 1 is all of it.
    case fraction(Double)
    case units(Double)
    /// An amount of money.
    case cash(Double)
  }

  package var cash: Double
  /// Fractions of the traded value.
  package var commission: Double
  package var slippage: Double
  package var sizing: Sizing

  package init(
    cash: Double,
    commission: Double = 0,
    slippage: Double = 0,
    sizing: Sizing = .fraction(1)
  ) {
    self.cash = cash
    self.commission = commission
    self.slippage = slippage
    self.sizing = sizing
  }
}

/// Where an asset should stand after a bar's close.
package enum Target {
  /// As it stands.
  static let keep: Int8 = 2
  static let long: Int8 = 1
  static let flat: Int8 = 0
  static let short: Int8 = -1
  /// A new position, also where there is one of that side, which ends at the same open.
  static let longAnew: Int8 = 3
  static let shortAnew: Int8 = -3
}
