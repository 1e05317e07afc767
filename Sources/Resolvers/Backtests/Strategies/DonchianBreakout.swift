/// Long when the close is above the highest high of the `entry` bars before, out when it is below the
/// lowest low of the `exit` bars before; with `short` the same downwards.
struct DonchianBreakout: Strategy {
  static let name = "donchian_breakout"
  static let parameters: [StrategyParameter] = [
    .count("entry", 20), .count("exit", 10), .flag("short"),
  ]

  private let entry: Int
  private let exit: Int
  private let goesShort: Bool

  init(_ values: ParameterValues) {
    entry = values.count("entry")
    exit = values.count("exit")
    goesShort = values.flag("short")
  }

  func targets(_ panel: Panel, _ cache: IndicatorCache) -> [[Int8]] {
    panel.assets.indices.map { asset in
      let series = panel.assets[asset]
      func channel(_ period: Int, isHighest: Bool) -> [Double] {
        cache.values(isHighest ? "highest" : "lowest", asset, period) {
          Indicators.channel(
            isHighest ? series.high : series.low,
            period,
            isHighest: isHighest
          )
        }
      }
      let (top, bottom) = (channel(entry, isHighest: true), channel(entry, isHighest: false))
      let (exitTop, exitBottom) = (channel(exit, isHighest: true), channel(exit, isHighest: false))
      var side = Target.flat
      return series.close.indices.map { index in
        let close = series.close[index]
        if close > top[index] {
          side = Target.long
        } else if goesShort && close < bottom[index] {
          side = Target.short
        } else if side == Target.long && close < exitBottom[index] {
          side = Target.flat
        } else if side == Target.short && close > exitTop[index] {
          side = Target.flat
        } else {
          return Target.keep
        }
        return side
      }
    }
  }
}
