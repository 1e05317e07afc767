/// The columns of `backtests.run_summary` that a reader fills; an engine's own columns have defaults.
package enum RunColumn: String, CaseIterable, Sendable {
  // What was run.
  case engine, engineVersion = "engine_version", project, algorithmName = "algorithm_name"
  case backtestName = "backtest_name", externalID = "external_id", sourcePath = "source_path"
  case parameters, symbols, status, errorMessage = "error_message"
  // When.
  case startDate = "start_date", endDate = "end_date"
  case tradingDaysPerYear = "trading_days_per_year", outOfSampleDays = "out_of_sample_days"
  case createdAt = "created_at", startedAt = "started_at", finishedAt = "finished_at"
  // What came of it: ratios are fractions.
  case currency, startEquity = "start_equity", endEquity = "end_equity", netProfit = "net_profit"
  case compoundingAnnualReturn = "compounding_annual_return", drawdown
  case drawdownRecoveryDays = "drawdown_recovery_days", sharpeRatio = "sharpe_ratio"
  case sortinoRatio = "sortino_ratio", probabilisticSharpeRatio = "probabilistic_sharpe_ratio"
  case alpha, beta, annualStandardDeviation = "annual_standard_deviation"
  case annualVariance = "annual_variance", informationRatio = "information_ratio"
  case trackingError = "tracking_error", treynorRatio = "treynor_ratio"
  case valueAtRisk99 = "value_at_risk_99", valueAtRisk95 = "value_at_risk_95"
  case totalOrders = "total_orders", totalTrades = "total_trades", winRate = "win_rate"
  case lossRate = "loss_rate", averageWin = "average_win", averageLoss = "average_loss"
  case profitLossRatio = "profit_loss_ratio", profitFactor = "profit_factor", expectancy
  case totalFees = "total_fees", portfolioTurnover = "portfolio_turnover"
  case estimatedCapacity = "estimated_capacity", lowestCapacityAsset = "lowest_capacity_asset"
  case orderListHash = "order_list_hash"
  // The raw parts.
  case statistics, runtimeStatistics = "runtime_statistics", tradeStatistics = "trade_statistics"
  case portfolioStatistics = "portfolio_statistics", rollingWindow = "rolling_window"
  case algorithmConfiguration = "algorithm_configuration", state
  case resultPath = "result_path", resultSHA256 = "result_sha256"

  /// What a number in the column may be.
  struct Room {
    var precision: Int
    var scale: Int
    var isPositive = false
    var isAtMostOne = false

    func holds(_ number: ExactDecimal) -> Bool {
      if isPositive && number.isNegative { return false }
      if isAtMostOne && ExactDecimal("1").map({ !(number - $0).isNegative && number != $0 }) == true
      {
        return false
      }
      return number.fits(precision: precision, scale: scale)
    }
  }

  /// Nil for columns that hold no decimal number.
  var room: Room? {
    switch self {
    case .startEquity, .endEquity, .totalFees: Room(precision: 20, scale: 4)
    case .netProfit, .compoundingAnnualReturn: Room(precision: 20, scale: 8)
    case .drawdown: Room(precision: 12, scale: 8, isPositive: true)
    case .probabilisticSharpeRatio:
      Room(precision: 12, scale: 8, isPositive: true, isAtMostOne: true)
    case .winRate, .lossRate: Room(precision: 9, scale: 6, isPositive: true, isAtMostOne: true)
    case .averageWin, .averageLoss, .portfolioTurnover: Room(precision: 16, scale: 8)
    case .estimatedCapacity: Room(precision: 24, scale: 2)
    case .sharpeRatio, .sortinoRatio, .alpha, .beta, .annualStandardDeviation, .annualVariance,
      .informationRatio, .trackingError, .treynorRatio, .valueAtRisk99, .valueAtRisk95,
      .profitLossRatio, .profitFactor, .expectancy:
      Room(precision: 16, scale: 6)
    case .tradingDaysPerYear, .outOfSampleDays, .drawdownRecoveryDays, .totalOrders, .totalTrades:
      Room(precision: 9, scale: 0, isPositive: true)
    default: nil
    }
  }
}
