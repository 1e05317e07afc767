/// Long while the fast average is above the slow one, entered on the crossing.
///
/// A crossing is from below to above, or the other way, within one bar. With `short` the other
/// crossing goes short; without, it goes out. Averages that part from being equal are no crossing: where
/// one comes twice in a row for it, the position ends and begins anew, as in `backtesting`.
struct SMACross: Strategy {
  static let name = "sma_cross"
  static let parameters: [StrategyParameter] = [
    .count("fast", 10), .count("slow", 30), .flag("short"),
  ]

  private let fast: Int
  private let slow: Int
  private let goesShort: Bool

  init(_ values: ParameterValues) throws(StrategyDefect) {
    fast = values.count("fast")
    slow = values.count("slow")
    goesShort = values.flag("short")
    guard fast != slow else { throw StrategyDefect("fast and slow are the same, \(fast)") }
  }

  func targets(_ panel: Panel, _ cache: IndicatorCache) -> [[Int8]] {
    panel.assets.indices.map { asset in
      let close = panel.assets[asset].close
      let quick = cache.values("sma", asset, fast) { Indicators.simpleAverage(close, fast) }
      let slow = cache.values("sma", asset, slow) { Indicators.simpleAverage(close, self.slow) }
      return Crossing.targets(quick, slow, goesShort: goesShort, isAnew: true)
    }
  }
}

/// Decisions by one line crossing another.
enum Crossing {
  static func targets(
    _ line: [Double],
    _ base: [Double],
    goesShort: Bool,
    isAnew: Bool = false
  ) -> [Int8] {
    let up = isAnew ? Target.longAnew : Target.long
    let down = !goesShort ? Target.flat : isAnew ? Target.shortAnew : Target.short
    var targets = [Int8](repeating: Target.keep, count: line.count)
    guard line.count > 1 else { return targets }
    for index in 1..<line.count {
      // A comparison with NaN, where an average has not begun, is false.
      if line[index - 1] < base[index - 1] && line[index] > base[index] {
        targets[index] = up
      } else if line[index - 1] > base[index - 1] && line[index] < base[index] {
        targets[index] = down
      }
    }
    return targets
  }
}
