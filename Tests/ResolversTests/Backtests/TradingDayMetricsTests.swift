import JSON
import TestSupport
import Testing

@testable import Resolvers

/// What `empyrical` and `quantstats` say of the same returns, at the edges too.
struct TradingDayMetricsTests {
  @Test(arguments: ["flat", "only_gains", "only_losses", "one_day", "mixed_10", "ruin"])
  func areThoseOfOthers(name: String) throws {
    guard let bytes = SharedFolder.bytes("fixtures/lean/metrics_expected.json") else { return }
    let expected = try JSONValue(parsing: bytes.span)["cases"]?[name]
    var outcome = BacktestOutcome()
    outcome.equity = [1]
    for value in try #require(expected?["returns"]?.array) {
      let change = try #require(Double(value.number?.text ?? ""))
      outcome.equity.append((outcome.equity.last ?? 1) * (1 + change))
    }
    outcome.exposure = outcome.equity.map { _ in 0 }
    outcome.turnover = outcome.exposure
    let metrics = TradingDayMetrics(outcome, start: 1)
    /// Infinite, not a number and an error are undefined.
    func value(_ package: String, _ figure: String) -> Double? {
      (expected?[package]?[figure]?.number?.text).flatMap { Double($0) }
    }
    let drawdown = value("empyrical", "max_drawdown").map { -$0 }
    let figures: [(String, Double?, Double?)] = [
      ("Sharpe ratio", metrics.sharpe, value("empyrical", "sharpe_ratio")),
      ("Sortino ratio", metrics.sortino, value("empyrical", "sortino_ratio")),
      ("Calmar ratio", metrics.calmar, value("empyrical", "calmar_ratio")),
      ("growth", metrics.compoundingAnnualReturn, value("empyrical", "cagr")),
      ("volatility", metrics.deviation, value("empyrical", "annual_volatility")),
      ("drawdown", metrics.drawdown, drawdown),
      ("average win", metrics.averageWin, value("quantstats", "avg_win")),
      ("average loss", metrics.averageLoss, value("quantstats", "avg_loss")),
    ]
    for (figure, own, other) in figures {
      let isSame =
        own == nil || other == nil
        ? own == nil && other == nil
        : abs((own ?? 0) - (other ?? 0)) <= 1e-9 * max(1, abs(other ?? 0))
      #expect(isSame, "\(figure): \(String(describing: own)), not \(String(describing: other))")
    }
    // Where nothing is won or lost there is no share of days that were won.
    let rate = name == "flat" ? nil : value("quantstats", "win_rate")
    #expect(metrics.winRate == rate)
    let factor = name == "flat" ? nil : value("quantstats", "profit_factor")
    #expect((metrics.profitFactor == nil) == (factor == nil))
    #expect(abs((metrics.profitFactor ?? 0) - (factor ?? 0)) < 1e-9)
  }
}
