import Glibc

/// Ratios as LEAN computes them, so that a run can be compared with one of LEAN's.
///
/// Equity is sampled at midnight of every calendar day and at the last bar, the first two returns are
/// dropped, and 252 of what remains are a year: quiet weekends lower every spread. Wins and losses
/// are those of closed trades, relative to the capital that there was. The rate without risk is zero.
struct LeanMetrics {
  private static let daysPerYear = 252.0

  var compoundingAnnualReturn: Double?
  var drawdown: Double
  var sharpe: Double?
  var sortino: Double?
  var probabilisticSharpe: Double?
  var deviation: Double?
  var variance: Double?
  var winRate: Double?
  var averageWin: Double?
  var averageLoss: Double?
  var profitLossRatio: Double?
  var expectancy: Double?
  /// Gross profit over gross loss of trades; 10 where there is no loss.
  var profitFactor: Double?
  var turnover: Double

  init(_ outcome: BacktestOutcome, days: [Int], start: Double) {
    let samples = Self.samples(outcome.equity, days: days, start: start)
    var returns: [Double] = []
    for index in samples.indices.dropFirst() where samples[index - 1] > 0 {
      returns.append(samples[index] / samples[index - 1] - 1)
    }
    returns = Array(returns.dropFirst(2))
    // To three places, as LEAN says it.
    drawdown = (Statistics.drawdown(samples, start: start) * 1000).rounded() / 1000
    let end = outcome.equity.last ?? start
    let span = Double((days.last ?? 0) - (days.first ?? 0))
    compoundingAnnualReturn =
      span > 0 && start > 0 ? (end <= 0 ? -1 : pow(end / start, 365 / span) - 1) : nil
    let performance = Statistics.mean(returns).map { pow(1 + $0, Self.daysPerYear) - 1 }
    variance = Statistics.variance(returns).map { $0 * Self.daysPerYear }
    deviation = variance?.squareRoot()
    if let performance, let deviation, deviation > 0 {
      sharpe = Statistics.finite(performance / deviation)
    }
    let losses = returns.filter { $0 < 0 }
    if let performance, let downside = Statistics.variance(losses), downside > 0 {
      sortino = Statistics.finite(performance / (downside * Self.daysPerYear).squareRoot())
    }
    probabilisticSharpe = Self.probabilisticSharpe(returns)
    turnover = Statistics.mean(outcome.turnover) ?? 0
    addTrades(outcome.trades, start: start)
  }

  private mutating func addTrades(_ trades: [ClosedTrade], start: Double) {
    guard !trades.isEmpty else { return }
    var capital = start
    var (wins, losses): ([Double], [Double]) = ([], [])
    var (gained, lost) = (0.0, 0.0)
    for trade in trades {
      let relative = capital > 0 ? trade.profit / capital : 0
      if trade.profit > 0 {
        wins.append(relative)
        gained += trade.profit
      } else {
        losses.append(relative)
        lost -= trade.profit
      }
      capital += trade.profit
    }
    let rate = Double(wins.count) / Double(trades.count)
    winRate = rate
    averageWin = Statistics.mean(wins) ?? 0
    averageLoss = Statistics.mean(losses) ?? 0
    let ratio = (averageLoss ?? 0) == 0 ? 0 : (averageWin ?? 0) / abs(averageLoss ?? 0)
    profitLossRatio = ratio
    expectancy = rate * ratio - (1 - rate)
    profitFactor = lost > 0 ? gained / lost : gained > 0 ? 10 : 0
  }

  /// The start, then the equity at the end of each calendar day, then that of the last bar.
  private static func samples(_ equity: [Double], days: [Int], start: Double) -> [Double] {
    guard let first = days.first, let last = days.last else { return [start] }
    var samples = [start]
    var place = 0
    for day in first...last {
      while place + 1 < days.count, days[place + 1] <= day { place += 1 }
      samples.append(equity[place])
    }
    return samples
  }

  /// How likely the true ratio is above one a year, by the ratio that was observed.
  private static func probabilisticSharpe(_ returns: [Double]) -> Double? {
    guard let mean = Statistics.mean(returns), let spread = Statistics.deviation(returns),
      spread > 0, let skewness = Statistics.skewness(returns),
      let kurtosis = Statistics.kurtosis(returns)
    else { return nil }
    let observed = mean / spread
    let benchmark = 1 / daysPerYear.squareRoot()
    let variance =
      1 - skewness * observed + (kurtosis + 2) / 4 * observed * observed
    guard variance > 0 else { return nil }
    let error = (variance / Double(returns.count - 1)).squareRoot()
    return Statistics.normal((observed - benchmark) / error)
  }
}
