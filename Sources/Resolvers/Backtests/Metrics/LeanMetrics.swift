import Glibc

/// Ratios as LEAN computes them, so that a run can be compared with one of LEAN's.
///
/// Equity is sampled at midnight of every calendar day and at the last bar, the first return is
/// dropped, and 252 of what remains are a year: quiet weekends lower every spread. Wins and losses
/// are those of closed trades, net of twice the exit's fee, relative to the capital that there was.
/// The tests hold it to what LEAN has published of two of its algorithms.
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

  /// The year's rate without risk, as a fraction; LEAN's is the mean of the primary credit rate.
  let riskFreeRate: Double

  /// `from` is the first day of the run, which may be before the first bar.
  init(
    _ outcome: BacktestOutcome,
    days: [Int],
    from: Int? = nil,
    start: Double,
    riskFreeRate: Double = 0
  ) {
    self.riskFreeRate = riskFreeRate
    let first = min(from ?? .max, days.first ?? 0)
    let samples = Self.samples(outcome.equity, days: days, from: first, start: start)
    var returns: [Double] = []
    returns.reserveCapacity(samples.count)
    // The return of the first day is dropped.
    for index in samples.indices.dropFirst(2) where samples[index - 1] > 0 {
      returns.append(samples[index] / samples[index - 1] - 1)
    }
    // To three places, as LEAN says it.
    drawdown = (Statistics.drawdown(samples, start: start) * 1000).rounded() / 1000
    let end = outcome.equity.last ?? start
    // The last sample is that of four in the afternoon.
    let span = Double((days.last ?? first) - first) + 2.0 / 3
    compoundingAnnualReturn =
      start > 0 && !days.isEmpty ? (end <= 0 ? -1 : pow(end / start, 365 / span) - 1) : nil
    let excess = Statistics.mean(returns).map { pow(1 + $0, Self.daysPerYear) - 1 - riskFreeRate }
    variance = Statistics.variance(returns).map { $0 * Self.daysPerYear }
    deviation = variance?.squareRoot()
    if let excess, let deviation, deviation > 0 { sharpe = Statistics.finite(excess / deviation) }
    let losses = returns.filter { $0 < 0 }
    if let excess, let downside = Statistics.variance(losses), downside > 0 {
      sortino = Statistics.finite(excess / (downside * Self.daysPerYear).squareRoot())
    }
    turnover =
      samples.count > 1 ? outcome.turnover.reduce(0, +) / Double(samples.count - 1) : 0
    probabilisticSharpe = probabilisticSharpe(returns)
    addTrades(outcome.trades, start: start)
  }

  private mutating func addTrades(_ trades: [ClosedTrade], start: Double) {
    guard !trades.isEmpty else { return }
    var capital = start
    var (wins, losses): ([Double], [Double]) = ([], [])
    var (gained, lost) = (0.0, 0.0)
    for trade in trades {
      let gross = trade.profit + trade.fees
      if gross > 0 { gained += gross } else { lost -= gross }
      let net = gross - 2 * trade.exit.fee
      let relative = capital > 0 ? net / capital : 0
      if net > 0 { wins.append(relative) } else { losses.append(relative) }
      capital += net
    }
    let rate = Double(wins.count) / Double(trades.count)
    winRate = rate
    averageWin = Statistics.mean(wins) ?? 0
    averageLoss = Statistics.mean(losses) ?? 0
    let ratio = (averageLoss ?? 0) == 0 ? 0 : (averageWin ?? 0) / abs(averageLoss ?? 0)
    profitLossRatio = ratio
    expectancy = rate * ratio - (1 - rate)
    profitFactor = lost > 0 ? gained / lost : 10
  }

  /// The start, then the equity at the end of each calendar day, of which the last bar's is the last.
  private static func samples(
    _ equity: [Double],
    days: [Int],
    from first: Int,
    start: Double
  ) -> [Double] {
    guard let last = days.last else { return [start] }
    var samples = [start]
    samples.reserveCapacity(last - first + 2)
    var place = -1
    for day in first...last {
      while place + 1 < days.count, days[place + 1] <= day { place += 1 }
      samples.append(place < 0 ? start : equity[place])
    }
    return samples
  }

  /// How likely the true ratio is above one a year, by the ratio that was observed.
  private func probabilisticSharpe(_ returns: [Double]) -> Double? {
    guard let mean = Statistics.mean(returns), let spread = Statistics.deviation(returns),
      spread > 0, let (skewness, kurtosis) = Statistics.shape(returns)
    else { return nil }
    let observed = (mean - riskFreeRate / Self.daysPerYear) / spread
    let benchmark = 1 / Self.daysPerYear.squareRoot()
    // LEAN takes the excess kurtosis where the formula has the whole one.
    let variance = 1 - skewness * observed + (kurtosis - 1) / 4 * observed * observed
    guard variance > 0 else { return nil }
    let error = (variance / Double(returns.count - 1)).squareRoot()
    return Statistics.normal((observed - benchmark) / error)
  }
}
