/// Buys after the first close and holds to the end.
struct BuyAndHold: Strategy {
  static let name = "buy_and_hold"
  static let parameters: [StrategyParameter] = []

  init(_ values: ParameterValues) {}

  func targets(_ panel: Panel, _ cache: IndicatorCache) -> [[Int8]] {
    panel.assets.map { asset in
      var targets = [Int8](repeating: Target.keep, count: asset.count)
      if !targets.isEmpty { targets[0] = Target.long }
      return targets
    }
  }
}
