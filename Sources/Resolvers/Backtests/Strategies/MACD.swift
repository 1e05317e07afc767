/// Long while the difference of two exponential averages is above its own average, entered on the
/// crossing; the other crossing goes out, or short.
struct MACD: Strategy {
  static let name = "macd"
  static let parameters: [StrategyParameter] = [
    .count("fast", 12), .count("slow", 26), .count("signal", 9), .flag("short"),
  ]

  private let fast: Int
  private let slow: Int
  private let signal: Int
  private let goesShort: Bool

  init(_ values: ParameterValues) throws(StrategyDefect) {
    fast = values.count("fast")
    slow = values.count("slow")
    signal = values.count("signal")
    goesShort = values.flag("short")
    guard fast < slow else {
      throw StrategyDefect("fast has to be less than slow: \(fast) is not less than \(slow)")
    }
  }

  func targets(_ panel: Panel, _ cache: IndicatorCache) -> [[Int8]] {
    panel.assets.indices.map { asset in
      let close = panel.assets[asset].close
      let quick = cache.values("ema", asset, fast) { Indicators.exponentialAverage(close, fast) }
      let slow = cache.values("ema", asset, slow) {
        Indicators.exponentialAverage(close, self.slow)
      }
      let line = zip(quick, slow).map { $0 - $1 }
      var targets = Crossing.targets(
        line,
        Indicators.exponentialAverage(line, signal),
        goesShort: goesShort
      )
      // The averages begin with a single price: what they say before they have settled is chance.
      for index in 0..<min(self.slow + signal - 2, targets.count) { targets[index] = Target.keep }
      return targets
    }
  }
}
