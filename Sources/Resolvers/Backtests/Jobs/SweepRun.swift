import JSON

/// One run of a sweep, with what came of it.
struct SweepRun: Sendable {
  let id: String
  let panel: Panel
  let values: ParameterValues
  let outcome: BacktestOutcome
  let metrics: TradingDayMetrics
  let lean: LeanMetrics
  var keepsEquity = true

  /// Runs a combination of parameters on some symbols; takes the processor for a while.
  init(
    _ spec: BacktestSpec,
    _ strategy: any Strategy,
    _ values: ParameterValues,
    _ panel: Panel,
    _ cache: IndicatorCache,
    riskFreeRate: Double = 0
  ) {
    id = RandomUUID.make()
    self.panel = panel
    self.values = values
    outcome = Simulation.run(
      panel,
      targets: strategy.targets(panel, cache),
      settings: spec.settings,
      shares: strategy.shares(of: panel.assets.count)
    )
    metrics = TradingDayMetrics(outcome, start: spec.settings.cash)
    lean = LeanMetrics(
      outcome,
      days: panel.days,
      from: spec.from?.daysSince1970,
      start: spec.settings.cash,
      riskFreeRate: riskFreeRate
    )
  }

  var endEquity: Double { outcome.equity.last ?? 0 }

  /// Both conventions, each under its name.
  var statistics: JSONObject {
    [
      "trading_days": .object(
        Self.object([
          ("sharpe_ratio", metrics.sharpe), ("sortino_ratio", metrics.sortino),
          ("calmar_ratio", metrics.calmar), ("drawdown", metrics.drawdown),
          ("compounding_annual_return", metrics.compoundingAnnualReturn),
          ("annual_standard_deviation", metrics.deviation),
          ("annual_variance", metrics.variance), ("win_rate", metrics.winRate),
          ("average_win", metrics.averageWin), ("average_loss", metrics.averageLoss),
          ("profit_factor", metrics.profitFactor), ("exposure", metrics.exposure),
          ("portfolio_turnover", metrics.turnover),
        ])
      ),
      "lean": .object(
        Self.object([
          ("sharpe_ratio", lean.sharpe), ("sortino_ratio", lean.sortino),
          ("probabilistic_sharpe_ratio", lean.probabilisticSharpe),
          ("drawdown", lean.drawdown),
          ("compounding_annual_return", lean.compoundingAnnualReturn),
          ("annual_standard_deviation", lean.deviation), ("annual_variance", lean.variance),
          ("win_rate", lean.winRate), ("average_win", lean.averageWin),
          ("average_loss", lean.averageLoss), ("profit_loss_ratio", lean.profitLossRatio),
          ("expectancy", lean.expectancy), ("profit_factor", lean.profitFactor),
          ("portfolio_turnover", lean.turnover), ("risk_free_rate", lean.riskFreeRate),
        ])
      ),
    ]
  }

  /// What the closed trades say, whatever the convention.
  var tradeStatistics: JSONObject {
    let profits = outcome.trades.map(\.profit)
    let (wins, losses) = (profits.filter { $0 > 0 }, profits.filter { $0 <= 0 })
    return Self.object([
      ("total_trades", Double(profits.count)), ("winning_trades", Double(wins.count)),
      ("losing_trades", Double(losses.count)),
      ("gross_profit", wins.reduce(0, +)), ("gross_loss", -losses.reduce(0, +)),
      ("largest_profit", profits.max()), ("largest_loss", profits.min()),
    ])
  }

  private static func object(_ members: [(String, Double?)]) -> JSONObject {
    var object = JSONObject()
    for (name, value) in members {
      let number = FixedPoint.text(value, places: 8).flatMap { JSONNumber($0) }
      object.append(name, number.map { .number($0) } ?? .null)
    }
    return object
  }
}

/// Random identifiers (UUID version 4, RFC 9562 §5.4), for rows that refer to each other.
enum RandomUUID {
  static func make() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for index in 0..<16 {
      var byte = UInt8.random(in: .min ... .max)
      if index == 6 { byte = byte & 0x0F | 0x40 }
      if index == 8 { byte = byte & 0x3F | 0x80 }
      if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
