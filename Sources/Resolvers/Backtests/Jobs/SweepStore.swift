import JSON
import PostgresClient

/// Writes the runs of a sweep into `backtests.*`, in the caller's transaction.
struct SweepStore {
  let connection: PostgresConnection
  let spec: BacktestSpec
  let context: JobContext
  let version: String?

  func add(_ runs: [SweepRun], startedAt: String) async throws {
    try await connection.copy(
      try summaries(runs, startedAt: startedAt),
      "COPY backtests.run_summary (\(Self.summaryColumns)) FROM STDIN"
    )
    let isTrusted = try await mayLeaveKeysOut()
    if isTrusted { try await setRole("replica") }
    // Two orders for each trade: of most runs of a large sweep the trades say enough.
    let kept = runs.filter(\.keepsEquity)
    try await connection.copy(
      fills(kept),
      """
      COPY backtests.orders (run_id, order_no, symbol, order_type, direction, quantity, price,
        status, fee, tag, created_time, last_fill_time) FROM STDIN
      """
    )
    try await connection.copy(
      trades(runs),
      """
      COPY backtests.trades (run_id, trade_no, symbol, direction, quantity, entry_time, entry_price,
        exit_time, exit_price, profit_loss, total_fees, mae, mfe, is_win) FROM STDIN
      """
    )
    if !kept.isEmpty {
      try await connection.copy(
        equity(kept),
        """
        COPY backtests.equity_points (run_id, ts, equity, benchmark, daily_return, drawdown,
          turnover, exposure) FROM STDIN
        """
      )
    }
    if isTrusted { try await setRole("origin") }
  }

  /// Whether the look-up of each row's run may be left out: the runs are those that this transaction
  /// has just added.
  ///
  /// For a superuser, as of the server's own database; not where somebody's triggers follow the tables.
  private func mayLeaveKeysOut() async throws -> Bool {
    let allowed = try await connection.query(
      """
      SELECT current_setting('is_superuser') = 'on' AND NOT EXISTS (
        SELECT 1 FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgrelid IN (
          'backtests.orders'::regclass, 'backtests.trades'::regclass,
          'backtests.equity_points'::regclass))
      """
    )
    return allowed.string(0, 0) == "t"
  }

  private func setRole(_ role: String) async throws {
    _ = try await connection.query("SET LOCAL session_replication_role = \(role)")
  }

  // MARK: - Summaries

  private static let summaryColumns = """
    run_id, engine, engine_version, project, algorithm_name, strategy_id, job_id,
    dataset_version_id, config_hash, parameters, symbols, benchmark, status, requested_by,
    start_date, end_date, trading_days_per_year, started_at, finished_at, start_equity, end_equity,
    net_profit, compounding_annual_return, drawdown, sharpe_ratio, sortino_ratio,
    probabilistic_sharpe_ratio, calmar_ratio, annual_standard_deviation, annual_variance,
    value_at_risk_99, value_at_risk_95, total_orders, total_trades, win_rate, loss_rate,
    average_win, average_loss, profit_loss_ratio, profit_factor, total_fees, portfolio_turnover,
    exposure, metric_convention, statistics, trade_statistics
    """

  private func summaries(_ runs: [SweepRun], startedAt: String) throws -> CopyText {
    var rows = CopyText()
    guard let type = Strategies.named(spec.strategy) else { return rows }
    for run in runs {
      let metrics = run.metrics
      let symbols = run.panel.assets.map(\.symbol)
      let parameters = run.values.json(of: type)
      let fees = run.outcome.fills.reduce(0) { $0 + $1.fee }
      let ratio = metrics.averageLoss.flatMap { loss in
        metrics.averageWin.map { loss == 0 ? nil : $0 / -loss } ?? nil
      }
      func add(_ value: Double?, _ places: Int, below limit: Double = 1e9) {
        rows.append(
          value.flatMap { abs($0) < limit ? FixedPoint.text($0, places: places) : nil }
        )
      }
      rows.append(run.id)
      rows.append("builtin")
      rows.append(BacktestJob.engineVersion)
      rows.append(spec.strategy)
      rows.append(spec.strategy)
      rows.append(strategyID)
      rows.append(context.id)
      rows.append(version)
      rows.append(configHash(run, parameters))
      rows.append(JSONValue.object(parameters).text)
      rows.append(
        "{" + symbols.map { "\"\($0.escapedForArray)\"" }.joined(separator: ",") + "}"
      )
      rows.append(symbols.first)
      rows.append("completed")
      rows.append(context.createdBy)
      rows.append(run.panel.days.first.map { CivilDate(daysSince1970: $0).description })
      rows.append(run.panel.days.last.map { CivilDate(daysSince1970: $0).description })
      rows.append("252")
      rows.append(startedAt)
      rows.append("now")
      add(spec.settings.cash, 4, below: 1e14)
      add(run.endEquity, 4, below: 1e14)
      add(run.endEquity / spec.settings.cash - 1, 8)
      add(metrics.compoundingAnnualReturn, 8)
      add(metrics.drawdown, 8, below: 1e4)
      add(metrics.sharpe, 6)
      add(metrics.sortino, 6)
      add(run.lean.probabilisticSharpe, 8)
      add(metrics.calmar, 6)
      add(metrics.deviation, 6)
      add(metrics.variance, 6)
      add(metrics.valueAtRisk99, 6)
      add(metrics.valueAtRisk95, 6)
      rows.append(String(run.outcome.fills.count))
      rows.append(String(run.outcome.trades.count))
      add(metrics.winRate, 6)
      add(metrics.winRate.map { 1 - $0 }, 6)
      add(metrics.averageWin, 8, below: 1e7)
      add(metrics.averageLoss, 8, below: 1e7)
      add(ratio ?? nil, 6)
      add(metrics.profitFactor, 6)
      add(fees, 4, below: 1e14)
      add(metrics.turnover, 8, below: 1e7)
      add(metrics.exposure, 8)
      rows.append("trading_days")
      rows.append(JSONValue.object(run.statistics).text)
      rows.append(JSONValue.object(run.tradeStatistics).text)
      rows.endRow()
    }
    return rows
  }

  /// The strategy's definition, where the platform has one of its name.
  var strategyID: String?

  /// Of all that decides what comes of a run.
  private func configHash(_ run: SweepRun, _ parameters: JSONObject) -> String {
    let configuration: JSONValue = [
      "engine": .string(BacktestJob.engineVersion), "strategy": .string(spec.strategy),
      "symbols": .array(run.panel.assets.map { .string($0.symbol) }),
      "from": spec.from.map { .string($0.description) } ?? .null,
      "to": spec.to.map { .string($0.description) } ?? .null,
      "parameters": .object(parameters), "cash": .string(spec.cash),
      "commission": .string(spec.commission), "slippage": .string(spec.slippage),
      "sizing": .string("\(spec.settings.sizing)"),
    ]
    return SHA256Digest(of: configuration.serialized).description
  }

  // MARK: - Rows

  private func equity(_ runs: [SweepRun]) -> CopyText {
    var rows = CopyText()
    for run in runs {
      let benchmark = run.panel.assets[0]
      var bar = 0
      var peak = spec.settings.cash
      for place in run.panel.days.indices {
        let equity = run.outcome.equity[place]
        peak = max(peak, equity)
        while bar + 1 < benchmark.count, benchmark.days[bar + 1] <= run.panel.days[place] {
          bar += 1
        }
        rows.append(run.id)
        rows.append(run.panel.times[place])
        rows.append(equity, places: 4)
        rows.append(benchmark.close[bar], places: 6)
        rows.append(place == 0 ? nil : FixedPoint.text(run.metrics.returns[place - 1], places: 10))
        rows.append(peak > 0 ? min(1 - equity / peak, 9999) : 0, places: 8)
        rows.append(run.outcome.turnover[place], places: 8)
        rows.append(run.outcome.exposure[place], places: 8)
        rows.endRow()
      }
    }
    return rows
  }

  private func fills(_ runs: [SweepRun]) -> CopyText {
    var rows = CopyText()
    for run in runs {
      for (index, fill) in run.outcome.fills.enumerated() {
        rows.append(run.id)
        rows.append(String(index + 1))
        rows.append(run.panel.assets[fill.asset].symbol)
        rows.append(fill.moment == .open ? "market_on_open" : "market_on_close")
        rows.append(fill.quantity > 0 ? "buy" : "sell")
        rows.append(fill.quantity, places: 0)
        rows.append(price(fill, run))
        rows.append("filled")
        rows.append(fill.fee, places: 6)
        rows.append(fill.moment == .close ? "end of the backtest" : nil)
        rows.append(run.panel.times[fill.decided])
        rows.append(run.panel.times[fill.place])
        rows.endRow()
      }
    }
    return rows
  }

  private func trades(_ runs: [SweepRun]) -> CopyText {
    var rows = CopyText()
    for run in runs {
      for (index, trade) in run.outcome.trades.enumerated() {
        rows.append(run.id)
        rows.append(String(index + 1))
        rows.append(run.panel.assets[trade.entry.asset].symbol)
        rows.append(trade.isShort ? "short" : "long")
        rows.append(abs(trade.entry.quantity), places: 0)
        rows.append(run.panel.times[trade.entry.place])
        rows.append(price(trade.entry, run))
        rows.append(run.panel.times[trade.exit.place])
        rows.append(price(trade.exit, run))
        rows.append(trade.profit, places: 6)
        rows.append(trade.fees, places: 6)
        rows.append(trade.adverse, places: 6)
        rows.append(trade.favourable, places: 6)
        rows.append(trade.profit > 0 ? "t" : "f")
        rows.endRow()
      }
    }
    return rows
  }

  /// The bar's own digits, unless slippage has changed them.
  private func price(_ fill: Fill, _ run: SweepRun) -> String? {
    guard spec.settings.slippage == 0 else { return FixedPoint.text(fill.price, places: 9) }
    let series = run.panel.assets[fill.asset]
    return fill.moment == .open ? series.openTexts[fill.bar] : series.closeTexts[fill.bar]
  }
}
