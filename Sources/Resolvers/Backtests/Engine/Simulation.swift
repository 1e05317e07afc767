import Glibc

/// Trades whole units at the open of the bar after a decision, with the equity that there is.
///
/// A change of side closes the position and opens the other. A position that is open at an asset's
/// last bar is closed at its close. Money is never borrowed: an entry takes what is not in positions.
package struct Simulation {
  private struct Position {
    var entry: Fill
    var quantity: Double
    var adverse = 0.0
    var favourable = 0.0
  }

  private let panel: Panel
  /// Of each asset and bar: ``Target``.
  private let targets: [[Int8]]
  private let settings: BacktestSettings
  /// How many positions share the equity.
  private let shares: Double

  private var cash: Double
  private var positions: [Position?]
  private var pending: [Int8]
  private var decided: [Int]
  private var next: [Int]
  /// The last price at which each asset was seen.
  private var prices: [Double]
  private var traded = 0.0
  private var isRuined = false
  private var outcome = BacktestOutcome()

  package static func run(
    _ panel: Panel,
    targets: [[Int8]],
    settings: BacktestSettings,
    shares: Int
  ) -> BacktestOutcome {
    var simulation = Simulation(panel, targets, settings, shares)
    simulation.run()
    return simulation.outcome
  }

  private init(_ panel: Panel, _ targets: [[Int8]], _ settings: BacktestSettings, _ shares: Int) {
    self.panel = panel
    self.targets = targets
    self.settings = settings
    self.shares = Double(max(shares, 1))
    let count = panel.assets.count
    cash = settings.cash
    positions = Array(repeating: nil, count: count)
    pending = Array(repeating: Target.keep, count: count)
    decided = Array(repeating: 0, count: count)
    next = Array(repeating: 0, count: count)
    prices = Array(repeating: 0, count: count)
    outcome.equity.reserveCapacity(panel.days.count)
    outcome.exposure.reserveCapacity(panel.days.count)
    outcome.turnover.reserveCapacity(panel.days.count)
  }

  private mutating func run() {
    for place in panel.days.indices {
      traded = 0
      openBars(place)
      closeBars(place)
      let equity = equity
      var exposed = 0.0
      for (position, price) in zip(positions, prices) {
        if let position { exposed += abs(position.quantity) * price }
      }
      outcome.equity.append(equity)
      outcome.exposure.append(equity > 0 ? exposed / equity : 0)
      outcome.turnover.append(equity > 0 ? traded / equity : 0)
    }
  }

  private var equity: Double {
    var value = cash
    for (position, price) in zip(positions, prices) {
      if let position { value += position.quantity * price }
    }
    return value
  }

  /// The bar of an asset on a day; nil where it has none.
  private func bar(_ asset: Int, _ place: Int) -> Int? {
    let bar = next[asset]
    guard bar < panel.places[asset].count, Int(panel.places[asset][bar]) == place else {
      return nil
    }
    return bar
  }

  // MARK: - At the open

  private mutating func openBars(_ place: Int) {
    var hasEntries = false
    for asset in positions.indices {
      guard let bar = bar(asset, place) else { continue }
      prices[asset] = panel.assets[asset].open[bar]
      guard pending[asset] != Target.keep else { continue }
      if side(of: asset) == pending[asset] {
        pending[asset] = Target.keep
        continue
      }
      // What is sold first pays for what is bought.
      exit(asset, bar, place, .open)
      if pending[asset] == Target.flat { pending[asset] = Target.keep } else { hasEntries = true }
    }
    guard hasEntries else { return }
    for asset in positions.indices where pending[asset] != Target.keep {
      guard let bar = bar(asset, place) else { continue }
      enter(asset, bar, place)
      pending[asset] = Target.keep
    }
  }

  private func side(of asset: Int) -> Int8 {
    guard let position = positions[asset] else { return Target.flat }
    return position.quantity > 0 ? Target.long : Target.short
  }

  /// The price with slippage, which is against whoever trades.
  private func price(_ price: Double, isBuying: Bool) -> Double {
    guard settings.slippage > 0 else { return price }
    return price * (isBuying ? 1 + settings.slippage : 1 - settings.slippage)
  }

  private mutating func enter(_ asset: Int, _ bar: Int, _ place: Int) {
    guard !isRuined else { return }
    let isLong = pending[asset] == Target.long
    let price = price(panel.assets[asset].open[bar], isBuying: isLong)
    let unit = price * (1 + settings.commission)
    guard unit > 0 else { return }
    let equity = equity
    var used = 0.0
    for (position, price) in zip(positions, prices) {
      if let position { used += abs(position.quantity) * price }
    }
    let available = max(0, equity - used)
    // A hair less than all, so that a rounding upwards buys no unit that cannot be paid.
    let share = min(equity / shares, available) * (1 - Double.ulpOfOne)
    let units =
      switch settings.sizing {
      case .fraction(let fraction): Self.quotient(share * fraction, unit)
      case .units(let units): min(units, Self.quotient(available, unit))
      case .cash(let amount): Self.quotient(min(amount, available), unit)
      }
    guard units >= 1 else { return }
    let fee = units * price * settings.commission
    let fill = Fill(
      asset: asset,
      place: place,
      decided: decided[asset],
      bar: bar,
      moment: .open,
      quantity: isLong ? units : -units,
      price: price,
      fee: fee
    )
    cash -= fill.quantity * price + fee
    traded += units * price
    positions[asset] = Position(entry: fill, quantity: fill.quantity)
    outcome.fills.append(fill)
  }

  /// How many whole units an amount pays: a rounded quotient may be one too many.
  private static func quotient(_ amount: Double, _ unit: Double) -> Double {
    let count = floor(amount / unit)
    return amount.addingProduct(-count, unit) >= 0 ? count : count - 1
  }

  private mutating func exit(_ asset: Int, _ bar: Int, _ place: Int, _ moment: Fill.Moment) {
    guard let position = positions[asset] else { return }
    let series = panel.assets[asset]
    let price = price(
      moment == .open ? series.open[bar] : series.close[bar],
      isBuying: position.quantity < 0
    )
    let units = abs(position.quantity)
    let fee = units * price * settings.commission
    let fill = Fill(
      asset: asset,
      place: place,
      decided: moment == .open ? decided[asset] : place,
      bar: bar,
      moment: moment,
      quantity: -position.quantity,
      price: price,
      fee: fee
    )
    cash += position.quantity * price - fee
    traded += units * price
    positions[asset] = nil
    outcome.fills.append(fill)
    outcome.trades.append(
      ClosedTrade(
        entry: position.entry,
        exit: fill,
        profit: position.quantity * (price - position.entry.price) - position.entry.fee - fee,
        adverse: position.adverse,
        favourable: position.favourable
      )
    )
  }

  // MARK: - At the close

  private mutating func closeBars(_ place: Int) {
    for asset in positions.indices {
      guard let bar = bar(asset, place) else { continue }
      let series = panel.assets[asset]
      prices[asset] = series.close[bar]
      if var position = positions[asset] {
        let (low, high) = (series.low[bar], series.high[bar])
        let (worst, best) = position.quantity > 0 ? (low, high) : (high, low)
        position.adverse = min(
          position.adverse,
          position.quantity * (worst - position.entry.price)
        )
        position.favourable = max(
          position.favourable,
          position.quantity * (best - position.entry.price)
        )
        positions[asset] = position
      }
      next[asset] = bar + 1
      if bar + 1 == series.count {
        exit(asset, bar, place, .close)
        pending[asset] = Target.keep
      } else if targets[asset][bar] != Target.keep {
        pending[asset] = targets[asset][bar]
        decided[asset] = place
      }
    }
    // Short positions can lose more than there is: then everything ends.
    if !isRuined, equity <= 0 {
      isRuined = true
      for asset in positions.indices where positions[asset] != nil {
        exit(asset, next[asset] - 1, place, .close)
      }
    }
  }
}
