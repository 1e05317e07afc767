/// Buys what has fallen too fast: long below `lower`, out above `upper`.
///
/// With `short` it goes short above `upper`, and out of that below `lower`.
struct RSIReversion: Strategy {
  static let name = "rsi_reversion"
  static let parameters: [StrategyParameter] = [
    .count("period", 14), .number("lower", 30, 0...100), .number("upper", 70, 0...100),
    .flag("short"),
  ]

  private let period: Int
  private let lower: Double
  private let upper: Double
  private let goesShort: Bool

  init(_ values: ParameterValues) throws(StrategyDefect) {
    period = values.count("period")
    lower = values.number("lower")
    upper = values.number("upper")
    goesShort = values.flag("short")
    guard lower < upper else { throw StrategyDefect("lower has to be less than upper") }
  }

  func targets(_ panel: Panel, _ cache: IndicatorCache) -> [[Int8]] {
    panel.assets.indices.map { asset in
      let close = panel.assets[asset].close
      let strength = cache.values("rsi", asset, period) {
        Indicators.relativeStrength(close, period)
      }
      return strength.indices.map { index in
        // From the second value on, as where a bar is looked at together with the one before.
        guard index > period else { return Target.keep }
        if strength[index] < lower { return Target.long }
        if strength[index] > upper { return goesShort ? Target.short : Target.flat }
        return Target.keep
      }
    }
  }
}
