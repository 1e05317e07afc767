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

  private let settings: BacktestSettings
  private let dayCount: Int
  // Columns of all bars, one asset after the other: a run asks for each bar many times, and an array
  // within another costs more than the number in it.
  private let starts: [Int]
  private let places: [Int32]
  private let open: [Double]
  private let high: [Double]
  private let low: [Double]
  private let close: [Double]
  /// ``Target`` of each bar.
  private let targets: [Int8]
  /// How many positions share the equity.
  private let shares: Double

  /// What there was at the start and has been earned since; what is open is not in it.
  ///
  /// Profits are added, and not the values of whole positions: sums stay small, and where the equity
  /// pays a whole number of units to the cent, rounding decides as it does with others.
  private var realized: Double
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
    self.settings = settings
    dayCount = panel.days.count
    let assets = panel.assets
    starts = assets.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    /// One asset's column is shared with all other runs over it.
    func column<Value>(_ columns: [[Value]]) -> [Value] {
      columns.count == 1 ? columns[0] : columns.flatMap { $0 }
    }
    places = column(panel.places)
    open = column(assets.map(\.open))
    high = column(assets.map(\.high))
    low = column(assets.map(\.low))
    close = column(assets.map(\.close))
    self.targets = column(targets)
    self.shares = Double(max(shares, 1))
    let count = panel.assets.count
    realized = settings.cash
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
    for place in 0..<dayCount {
      traded = 0
      openBars(place)
      closeBars(place)
      let equity = equity
      let exposed = exposed
      outcome.equity.append(equity)
      outcome.exposure.append(equity > 0 ? exposed / equity : 0)
      outcome.turnover.append(equity > 0 ? traded / equity : 0)
    }
  }

  private var equity: Double {
    var value = realized
    for asset in positions.indices {
      guard let position = positions[asset] else { continue }
      value += position.quantity * (prices[asset] - position.entry.price)
    }
    return value
  }

  /// What all positions are worth.
  private var exposed: Double {
    var value = 0.0
    for asset in positions.indices {
      if let position = positions[asset] { value += abs(position.quantity) * prices[asset] }
    }
    return value
  }

  /// The bar of an asset on a day; nil where it has none.
  private func bar(_ asset: Int, _ place: Int) -> Int? {
    let bar = next[asset]
    let index = starts[asset] + bar
    guard index < starts[asset + 1], Int(places[index]) == place else { return nil }
    return bar
  }

  // MARK: - At the open

  private mutating func openBars(_ place: Int) {
    var hasEntries = false
    for asset in positions.indices {
      guard let bar = bar(asset, place) else { continue }
      prices[asset] = open[starts[asset] + bar]
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
    let isLong = pending[asset] > 0
    let price = price(open[starts[asset] + bar], isBuying: isLong)
    let unit = price * (1 + settings.commission)
    guard unit > 0 else { return }
    let equity = equity
    let available = max(0, equity - exposed)
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
    realized -= fee
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
    let index = starts[asset] + bar
    let price = price(
      moment == .open ? open[index] : close[index],
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
    let gained = position.quantity * (price - position.entry.price)
    realized += gained - fee
    traded += units * price
    positions[asset] = nil
    outcome.fills.append(fill)
    outcome.trades.append(
      ClosedTrade(
        entry: position.entry,
        exit: fill,
        profit: gained - position.entry.fee - fee,
        adverse: position.adverse,
        favourable: position.favourable
      )
    )
  }

  // MARK: - At the close

  private mutating func closeBars(_ place: Int) {
    for asset in positions.indices {
      guard let bar = bar(asset, place) else { continue }
      let index = starts[asset] + bar
      prices[asset] = close[index]
      if let position = positions[asset] {
        let (low, high) = (low[index], high[index])
        let (worst, best) = position.quantity > 0 ? (low, high) : (high, low)
        let entry = position.entry.price
        positions[asset]?.adverse = min(position.adverse, position.quantity * (worst - entry))
        positions[asset]?.favourable = max(position.favourable, position.quantity * (best - entry))
      }
      next[asset] = bar + 1
      if index + 1 == starts[asset + 1] {
        exit(asset, bar, place, .close)
        pending[asset] = Target.keep
      } else if targets[index] != Target.keep {
        pending[asset] = targets[index]
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
