import Glibc

/// Ratios from one return for each trading day, as empyrical and quantstats compute them.
///
/// 252 days are a year; the rate without risk is zero. Undefined is nil: no spread, no losses, no
/// drawdown. Win rate and profit factor are over days, as quantstats has them.
struct TradingDayMetrics {
  static let daysPerYear = 252.0

  var returns: [Double]
  var compoundingAnnualReturn: Double?
  var drawdown: Double
  var sharpe: Double?
  var sortino: Double?
  var calmar: Double?
  var deviation: Double?
  var variance: Double?
  var winRate: Double?
  var averageWin: Double?
  var averageLoss: Double?
  var profitFactor: Double?
  var valueAtRisk95: Double?
  var valueAtRisk99: Double?
  var exposure: Double
  var turnover: Double

  init(_ outcome: BacktestOutcome, start: Double) {
    let equity = outcome.equity
    let returns = Self.returns(equity)
    self.returns = returns
    let exposedDays = outcome.exposure.count { $0 > 0 }
    exposure =
      equity.isEmpty ? 0 : Double(exposedDays) / Double(equity.count)
    turnover = Statistics.mean(outcome.turnover) ?? 0
    let fall = Statistics.drawdown(equity, start: start)
    drawdown = fall
    let years = Self.daysPerYear
    let count = Double(returns.count)
    // The product of all returns is what the last value is to the first.
    let growth = returns.reduce(1) { $0 * (1 + $1) }
    let annual = returns.isEmpty ? nil : growth <= 0 ? -1 : pow(growth, years / count) - 1
    compoundingAnnualReturn = annual
    let mean = Statistics.mean(returns) ?? 0
    let spread = Statistics.deviation(returns)
    deviation = spread.map { $0 * years.squareRoot() }
    variance = Statistics.variance(returns).map { $0 * years }
    sharpe = Statistics.finite(spread.map { mean / $0 * years.squareRoot() })
    let downside =
      (returns.reduce(0) { $0 + ($1 < 0 ? $1 * $1 : 0) } / max(count, 1)).squareRoot()
    sortino =
      downside > 0
      ? Statistics.finite(mean * years / (downside * years.squareRoot())) : nil
    calmar = fall > 0 ? Statistics.finite(annual.map { $0 / fall }) : nil
    let (wins, losses) = (returns.filter { $0 > 0 }, returns.filter { $0 < 0 })
    let active = Double(wins.count + losses.count)
    winRate = active > 0 ? Double(wins.count) / active : nil
    averageWin = Statistics.mean(wins)
    averageLoss = Statistics.mean(losses)
    let lost = -losses.reduce(0, +)
    profitFactor = lost > 0 ? Statistics.finite(wins.reduce(0, +) / lost) : nil
    valueAtRisk95 = spread.map { mean - 1.644_853_626_951_472_9 * $0 }
    valueAtRisk99 = spread.map { mean - 2.326_347_874_040_841 * $0 }
  }

  /// From each day to the next; the first day has none, since nothing can be held before it.
  static func returns(_ equity: [Double]) -> [Double] {
    guard equity.count > 1 else { return [] }
    return (1..<equity.count).map { index in
      equity[index - 1] > 0 ? equity[index] / equity[index - 1] - 1 : 0
    }
  }
}
