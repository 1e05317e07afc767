/// Holds the `top` symbols that have risen most over `lookback` bars, chosen anew every `rebalance`
/// days; one that has not risen is not held.
struct MomentumRotation: Strategy {
  static let name = "momentum_rotation"
  static let parameters: [StrategyParameter] = [
    .count("lookback", 126), .count("top", 1), .count("rebalance", 21),
  ]
  static let symbolCount = 2...1000

  private let lookback: Int
  private let top: Int
  private let rebalance: Int

  init(_ values: ParameterValues) {
    lookback = values.count("lookback")
    top = values.count("top")
    rebalance = values.count("rebalance")
  }

  func shares(of assets: Int) -> Int { min(top, assets) }

  func targets(_ panel: Panel, _ cache: IndicatorCache) -> [[Int8]] {
    var targets = panel.assets.map { [Int8](repeating: Target.keep, count: $0.count) }
    var next = panel.assets.map { _ in 0 }
    var sinceChoice = rebalance
    for place in panel.days.indices {
      // The last bar of each asset up to this day.
      for asset in panel.assets.indices {
        let places = panel.places[asset]
        while next[asset] < places.count, Int(places[next[asset]]) <= place { next[asset] += 1 }
      }
      sinceChoice += 1
      guard sinceChoice >= rebalance else { continue }
      var gains: [(asset: Int, gain: Double)] = []
      for (asset, series) in panel.assets.enumerated() {
        let bar = next[asset] - 1
        guard bar >= lookback, Int(panel.places[asset][bar]) == place else { continue }
        gains.append((asset, series.close[bar] / series.close[bar - lookback] - 1))
      }
      guard !gains.isEmpty else { continue }
      sinceChoice = 0
      gains.sort { ($1.gain, $0.asset) < ($0.gain, $1.asset) }
      let chosen = Set(gains.prefix(top).filter { $0.gain > 0 }.map(\.asset))
      for asset in panel.assets.indices {
        let bar = next[asset] - 1
        guard bar >= 0 else { continue }
        targets[asset][bar] = chosen.contains(asset) ? Target.long : Target.flat
      }
    }
    return targets
  }
}
