package import PostgresClient

/// Writes backtests into `backtests.*`, in the caller's transaction.
package struct BacktestStore {
  let connection: PostgresConnection

  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Adds a run with its curve, orders and trades; returns the rows written, none where a run with
  /// the same result file is there.
  package func add(_ run: BacktestRun, ingestionRun: String?) async throws -> Int {
    guard let id = try await insertSummary(run, ingestionRun: ingestionRun) else { return 0 }
    try await connection.copy(
      equity(run, id),
      """
      COPY backtests.equity_points (run_id, ts, equity, benchmark, daily_return, turnover, exposure)
      FROM STDIN
      """
    )
    try await connection.copy(
      orders(run, id),
      """
      COPY backtests.orders (run_id, order_no, symbol, order_type, direction, quantity, price,
        status, fee, tag, created_time, last_fill_time, raw) FROM STDIN
      """
    )
    try await connection.copy(
      trades(run, id),
      """
      COPY backtests.trades (run_id, trade_no, symbol, direction, quantity, entry_time, entry_price,
        exit_time, exit_price, profit_loss, total_fees, mae, mfe, is_win) FROM STDIN
      """
    )
    try await derive(id)
    return 1 + run.equity.count + run.orders.count + run.trades.count
  }

  private func insertSummary(_ run: BacktestRun, ingestionRun: String?) async throws -> String? {
    let columns = RunColumn.allCases.filter { run[$0] != nil }
    let names = columns.map(\.rawValue) + ["ingestion_run_id"]
    let places = names.indices.map { "$\($0 + 1)" }
    let result = try await connection.query(
      """
      INSERT INTO backtests.run_summary (\(names.joined(separator: ", ")))
      VALUES (\(places.joined(separator: ", "))) ON CONFLICT DO NOTHING RETURNING run_id
      """,
      columns.map { run[$0] } + [ingestionRun]
    )
    return result.string(0, 0)
  }

  /// What follows from the rows, computed by PostgreSQL in decimal arithmetic.
  private func derive(_ id: String) async throws {
    _ = try await connection.query(
      """
      UPDATE backtests.equity_points p SET drawdown = d.drawdown
      FROM (SELECT ts, 1 - equity / nullif(max(equity) OVER (ORDER BY ts), 0) AS drawdown
            FROM backtests.equity_points WHERE run_id = $1) d
      WHERE p.run_id = $1 AND p.ts = d.ts AND d.drawdown < 10000
      """,
      [id]
    )
    _ = try await connection.query(
      """
      UPDATE backtests.run_summary SET calmar_ratio = compounding_annual_return / drawdown
      WHERE run_id = $1 AND drawdown > 0
        AND abs(compounding_annual_return / drawdown) < 9999999999
      """,
      [id]
    )
  }

  // MARK: - Rows

  private func equity(_ run: BacktestRun, _ id: String) -> CopyText {
    var rows = CopyText()
    for point in run.equity {
      rows.append(id)
      rows.append(point.time)
      rows.append(point.equity)
      rows.append(point.benchmark)
      rows.append(point.dailyReturn)
      rows.append(point.turnover)
      rows.append(point.exposure)
      rows.endRow()
    }
    return rows
  }

  private func orders(_ run: BacktestRun, _ id: String) -> CopyText {
    var rows = CopyText()
    for order in run.orders {
      rows.append(id)
      rows.append(String(order.number))
      rows.append(order.symbol)
      rows.append(order.type)
      rows.append(order.direction)
      rows.append(order.quantity)
      rows.append(order.price)
      rows.append(order.status)
      rows.append(order.fee)
      rows.append(order.tag)
      rows.append(order.createdAt)
      rows.append(order.lastFillAt)
      rows.append(order.raw)
      rows.endRow()
    }
    return rows
  }

  private func trades(_ run: BacktestRun, _ id: String) -> CopyText {
    var rows = CopyText()
    for trade in run.trades {
      rows.append(id)
      rows.append(String(trade.number))
      rows.append(trade.symbol)
      rows.append(trade.isShort ? "short" : "long")
      rows.append(trade.quantity)
      rows.append(trade.entryTime)
      rows.append(trade.entryPrice)
      rows.append(trade.exitTime)
      rows.append(trade.exitPrice)
      rows.append(trade.profitLoss)
      rows.append(trade.fees)
      rows.append(trade.mae)
      rows.append(trade.mfe)
      rows.append(trade.isWin ? "t" : "f")
      rows.endRow()
    }
    return rows
  }
}
