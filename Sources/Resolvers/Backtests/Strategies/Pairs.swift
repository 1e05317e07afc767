import Glibc

/// Trades two symbols against each other when the ratio of their prices is unusual.
///
/// The logarithm of the ratio is measured in standard deviations from its mean over `lookback` days:
/// above `entry` the first is sold and the second bought, below it is the other way; both go out when
/// it is nearer than `exit`.
struct Pairs: Strategy {
  static let name = "pairs"
  static let parameters: [StrategyParameter] = [
    .count("lookback", 20, atLeast: 2), .number("entry", 2, 0...100),
    .number("exit", 0.5, 0...100),
  ]
  static let symbolCount = 2...2

  private let lookback: Int
  private let entry: Double
  private let exit: Double

  init(_ values: ParameterValues) throws(StrategyDefect) {
    lookback = values.count("lookback")
    entry = values.number("entry")
    exit = values.number("exit")
    guard exit < entry else { throw StrategyDefect("exit has to be less than entry") }
  }

  func targets(_ panel: Panel, _ cache: IndicatorCache) -> [[Int8]] {
    var targets = panel.assets.map { [Int8](repeating: Target.keep, count: $0.count) }
    // Days that both have.
    var common: [(first: Int, second: Int)] = []
    var second = 0
    for first in panel.places[0].indices {
      let place = panel.places[0][first]
      while second < panel.places[1].count, panel.places[1][second] < place { second += 1 }
      guard second < panel.places[1].count, panel.places[1][second] == place else { continue }
      common.append((first, second))
    }
    let spread = common.map {
      log(panel.assets[0].close[$0.first] / panel.assets[1].close[$0.second])
    }
    guard spread.count >= lookback else { return targets }
    for index in (lookback - 1)..<spread.count {
      let window = spread[(index - lookback + 1)...index]
      let mean = window.reduce(0, +) / Double(lookback)
      let variance =
        window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(lookback - 1)
      guard variance > 0 else { continue }
      let score = (spread[index] - mean) / variance.squareRoot()
      let side: Int8
      if score > entry {
        side = Target.short
      } else if score < -entry {
        side = Target.long
      } else if abs(score) < exit {
        side = Target.flat
      } else {
        continue
      }
      targets[0][common[index].first] = side
      targets[1][common[index].second] = -side
    }
    return targets
  }
}
