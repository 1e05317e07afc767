import JSON

/// Where the columns of a run find their numbers in a LEAN result.
///
/// `statistics` are texts for people (`34.900%`, `$468.54`); where one is missing, as in older
/// files, `totalPerformance` has the number to four places. Percents become fractions on the text.
struct LeanStatistics {
  let displayed: JSONObject
  let trades: LeanObject
  let portfolio: LeanObject

  /// Columns by the name of a statistic, and by the key of a member of `portfolioStatistics`.
  private static let sources: [(column: RunColumn, name: String?, key: String?)] = [
    (.startEquity, "Start Equity", "startEquity"), (.endEquity, "End Equity", "endEquity"),
    (.netProfit, "Net Profit", "totalNetProfit"),
    (.compoundingAnnualReturn, "Compounding Annual Return", "compoundingAnnualReturn"),
    (.drawdown, "Drawdown", "drawdown"),
    (.drawdownRecoveryDays, "Drawdown Recovery", "drawdownRecovery"),
    (.sharpeRatio, "Sharpe Ratio", "sharpeRatio"),
    (.sortinoRatio, "Sortino Ratio", "sortinoRatio"),
    (.probabilisticSharpeRatio, "Probabilistic Sharpe Ratio", "probabilisticSharpeRatio"),
    (.alpha, "Alpha", "alpha"), (.beta, "Beta", "beta"),
    (.annualStandardDeviation, "Annual Standard Deviation", "annualStandardDeviation"),
    (.annualVariance, "Annual Variance", "annualVariance"),
    (.informationRatio, "Information Ratio", "informationRatio"),
    (.trackingError, "Tracking Error", "trackingError"),
    (.treynorRatio, "Treynor Ratio", "treynorRatio"),
    (.valueAtRisk99, nil, "valueAtRisk99"), (.valueAtRisk95, nil, "valueAtRisk95"),
    (.winRate, "Win Rate", "winRate"), (.lossRate, "Loss Rate", "lossRate"),
    (.averageWin, "Average Win", "averageWinRate"),
    (.averageLoss, "Average Loss", "averageLossRate"),
    (.profitLossRatio, "Profit-Loss Ratio", "profitLossRatio"),
    (.expectancy, "Expectancy", "expectancy"), (.totalFees, "Total Fees", nil),
    (.portfolioTurnover, "Portfolio Turnover", "portfolioTurnover"),
    (.estimatedCapacity, "Estimated Strategy Capacity", nil),
  ]

  func fill(_ run: inout BacktestRun) {
    for source in Self.sources {
      let shown = source.name.flatMap { displayed[$0]?.string }.flatMap(
        ExactDecimal.init(displayed:)
      )
      run.set(source.column, shown ?? source.key.flatMap { portfolio.number($0) })
    }
    if run[.totalFees] == nil { run.set(.totalFees, trades.number("totalFees")) }
    run.set(.totalTrades, trades.number("totalNumberOfTrades"))
    run.set(.profitFactor, trades.number("profitFactor"))
    run.set(.totalOrders, totalOrders)
    run.set(.lowestCapacityAsset, displayed["Lowest Capacity Asset"]?.string)
    run.set(.orderListHash, displayed["OrderListHash"]?.string)
  }

  /// Orders were called trades before 2024.
  private var totalOrders: ExactDecimal? {
    ExactDecimal(displayed["Total Orders"]) ?? ExactDecimal(displayed["Total Trades"])
  }
}
