import Glibc
import TestSupport
import Testing

@testable import Resolvers

/// Figures that LEAN has published of its own algorithms, from the equity that they had.
struct LeanMetricsTests {
  private static let data = "fixtures/lean/data"

  private func rates() throws -> LeanInterestRates? {
    guard
      let bytes = SharedFolder.bytes("\(Self.data)/alternative/interest-rate/usa/interest-rate.csv")
    else { return nil }
    return try LeanInterestRates(bytes)
  }

  private func day(_ year: Int, _ month: Int, _ day: Int) throws -> Int {
    try #require(CivilDate(year: year, month: month, day: day)).daysSince1970
  }

  private func rounded(_ value: Double?, _ places: Int = 3) -> Double? {
    value.map { ($0 * pow(10, Double(places))).rounded() / pow(10, Double(places)) }
  }

  /// BasicTemplateDailyAlgorithm: SPY bought after the first close of 2013-10-08 to 2013-10-17.
  @Test func buyAndHoldOfTenDays() throws {
    guard let rates = try rates(), let folder = SharedFolder.path(Self.data) else { return }
    let (first, last) = (try day(2013, 10, 8), try day(2013, 10, 17))
    let bars = try LeanEquity(
      "SPY",
      in: FilePath(folder),
      window: first...last,
      isAdjusted: true
    ).bars()
    let (opens, closes) = (bars.open.map { Double($0) / 1e9 }, bars.close.map { Double($0) / 1e9 })
    let units = floor(0.9975 * 100_000 / closes[0])
    let fee = max(1, min(0.005 * units, 0.005 * units * opens[1]))
    let cash = 100_000 - units * opens[1] - fee
    var outcome = BacktestOutcome()
    outcome.equity = [100_000] + closes.dropFirst().map { cash + units * $0 }
    outcome.turnover =
      [0, units * opens[1] / outcome.equity[1]]
      + Array(repeating: 0, count: closes.count - 2)
    let days = bars.days.map { Int($0) }
    let metrics = LeanMetrics(
      outcome,
      days: days,
      start: 100_000,
      riskFreeRate: rates.mean(from: nil, over: days)
    )
    #expect(rounded(outcome.equity.last, 2) == 104_486.22)
    #expect(rounded(metrics.compoundingAnnualReturn.map { $0 * 100 }) == 424.375)
    #expect(metrics.drawdown == 0.008)
    #expect(rounded(metrics.sharpe) == 17.304)
    #expect(rounded(metrics.sortino) == 35.217)
    #expect(rounded(metrics.probabilisticSharpe.map { $0 * 100 }, 2) == 96.71)
    #expect(rounded(metrics.deviation) == 0.141)
    #expect(rounded(metrics.variance, 2) == 0.02)
    #expect(rounded(metrics.turnover, 4) == 0.1001)
    #expect([metrics.winRate, metrics.expectancy, metrics.profitFactor] == [nil, nil, nil])
  }

  /// MACDTrendAlgorithm: SPY from 2004-01-01 to 2015-01-01, by its returns of each trading day.
  @Test func elevenYearsOfATrend() throws {
    guard let rates = try rates(),
      let bytes = SharedFolder.bytes("fixtures/lean/macd_spy_returns.csv")
    else { return }
    var outcome = BacktestOutcome()
    var days: [Int] = []
    var equity = 100_000.0
    for (_, fields) in LeanLines.read(bytes) {
      days.append(try #require(CivilDate(fields[0])).daysSince1970)
      equity *= 1 + (try #require(Double(fields[1])))
      outcome.equity.append(equity)
    }
    let first = try day(2004, 1, 1)
    let metrics = LeanMetrics(
      outcome,
      days: days,
      from: first,
      start: 100_000,
      riskFreeRate: rates.mean(from: first, over: days)
    )
    #expect(rounded(equity, 2) == 137_751.04)
    #expect(rounded(metrics.riskFreeRate, 4) == 0.0227)
    #expect(rounded(metrics.compoundingAnnualReturn.map { $0 * 100 }) == 2.952)
    #expect(metrics.drawdown == 0.349)
    #expect(rounded(metrics.sharpe) == 0.029)
    #expect(rounded(metrics.sortino) == 0.022)
    #expect(rounded(metrics.probabilisticSharpe.map { $0 * 100 }) == 0.005)
    #expect(rounded(metrics.deviation) == 0.103)
    #expect(rounded(metrics.variance) == 0.011)
  }

  private func trade(_ quantity: Double, _ entry: Double, _ exit: Double, fee: Double)
    -> ClosedTrade
  {
    func fill(_ quantity: Double, _ price: Double, _ fee: Double) -> Fill {
      Fill(
        asset: 0,
        place: 0,
        decided: 0,
        bar: 0,
        moment: .open,
        quantity: quantity,
        price: price,
        fee: fee
      )
    }
    return ClosedTrade(
      entry: fill(quantity, entry, 1),
      exit: fill(-quantity, exit, fee),
      profit: quantity * (exit - entry) - 1 - fee,
      adverse: 0,
      favourable: 0
    )
  }

  @Test func tradesCountNetOfTwiceTheExitsFee() throws {
    var outcome = BacktestOutcome()
    outcome.equity = [1000, 1000, 1000]
    // 98 of 1000, then -102 of 1098, then -1 of 996: what the fees take is a loss.
    outcome.trades = [
      trade(10, 10, 20, fee: 1), trade(10, 20, 10, fee: 1), trade(1, 10, 11, fee: 1),
    ]
    let metrics = LeanMetrics(outcome, days: [1, 2, 3], start: 1000)
    let (win, loss) = (0.098, (-102.0 / 1098 - 1.0 / 996) / 2)
    #expect(metrics.winRate == 1.0 / 3)
    #expect(metrics.averageWin == win)
    #expect(try abs(#require(metrics.averageLoss) - loss) < 1e-15)
    #expect(try abs(#require(metrics.profitLossRatio) - win / -loss) < 1e-12)
    #expect(try abs(#require(metrics.expectancy) - (win / -loss / 3 - 2.0 / 3)) < 1e-12)
    #expect(metrics.profitFactor == 1.01)
    outcome.trades.remove(at: 1)
    #expect(LeanMetrics(outcome, days: [1, 2, 3], start: 1000).profitFactor == 10)
  }

  @Test func ratesHoldFromTheirDayOn() throws {
    let rates = try LeanInterestRates(Array("DATE,PCREDIT8\n1970-01-03,2\n1970-01-05,4\n".utf8))
    // The days 0 to 5 have 2, 2, 2, 2, 4, 4, and the last one counts twice.
    #expect(abs(rates.mean(from: 0, over: [2, 5]) - 0.2 / 7) < 1e-15)
    #expect(rates.mean(from: nil, over: [4]) == 0.04)
    #expect(rates.mean(from: 0, over: []) == 0)
    #expect(throws: JobFailure.self) {
      try LeanInterestRates(Array("DATE,PCREDIT8\n1970-01-03,much\n".utf8))
    }
  }
}
