package import PostgresClient

/// Writes snapshots of broker accounts into `brokerage.*`, in the caller's transaction.
package struct BrokerStore {
  let connection: PostgresConnection

  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Makes the account what the snapshot says and returns the rows written.
  ///
  /// Positions that the snapshot does not have are closed and go; orders stay. A snapshot older than
  /// what is stored adds only its balances.
  package func save(
    _ snapshot: BrokerSnapshot,
    environment: String,
    asOf: Timestamp,
    run: String?
  ) async throws -> Int {
    let (account, isLatest) = try await saveAccount(snapshot.account, environment, asOf, run)
    let balances = try await connection.query(
      """
      INSERT INTO brokerage.account_snapshots
        (account_id, as_of, cash, equity, buying_power, market_value, run_id)
      VALUES ($1, $2, $3, $4, $5, $6::numeric + $7::numeric, $8)
      ON CONFLICT (account_id, as_of) DO NOTHING
      """,
      [
        account, asOf.description, snapshot.account.cash?.description,
        snapshot.account.equity?.description, snapshot.account.buyingPower?.description,
        (snapshot.account.longMarketValue ?? .zero).description,
        (snapshot.account.shortMarketValue ?? .zero).description, run,
      ]
    )
    guard isLatest else { return balances.affectedRows }
    let positions = try await savePositions(snapshot.positions, account, asOf, run)
    let orders = try await saveOrders(snapshot.orders, account, asOf, run)
    return 1 + balances.affectedRows + positions + orders
  }

  // MARK: - Account

  private func saveAccount(
    _ account: BrokerAccount,
    _ environment: String,
    _ asOf: Timestamp,
    _ run: String?
  ) async throws -> (id: String, isLatest: Bool) {
    let values = accountValues(account, environment, asOf, run)
    let names = values.map(\.name)
    let places = names.indices.map { "$\($0 + 1)" }
    let changes = names.map { "\($0) = excluded.\($0)" }
    let saved = try await connection.query(
      """
      INSERT INTO brokerage.accounts AS a (\(names.joined(separator: ", ")))
      VALUES (\(places.joined(separator: ", ")))
      ON CONFLICT (provider, environment, external_id)
      DO UPDATE SET \(changes.joined(separator: ", ")) WHERE a.as_of <= excluded.as_of
      RETURNING account_id
      """,
      values.map(\.value)
    )
    if let id = saved.string(0, 0) { return (id, true) }
    let known = try await connection.query(
      """
      SELECT account_id FROM brokerage.accounts
      WHERE provider = $1 AND environment = $2 AND external_id = $3
      """,
      [account.provider, environment, account.externalID]
    )
    return (known.string(0, 0) ?? "", false)
  }

  private func accountValues(
    _ account: BrokerAccount,
    _ environment: String,
    _ asOf: Timestamp,
    _ run: String?
  ) -> [(name: String, value: String?)] {
    [
      ("provider", account.provider), ("environment", environment),
      ("external_id", account.externalID), ("account_number", account.accountNumber),
      ("account_type", account.accountType), ("status", account.status),
      ("currency", account.currency), ("cash", account.cash?.description),
      ("equity", account.equity?.description), ("last_equity", account.lastEquity?.description),
      ("portfolio_value", account.portfolioValue?.description),
      ("buying_power", account.buyingPower?.description),
      ("long_market_value", account.longMarketValue?.description),
      ("short_market_value", account.shortMarketValue?.description),
      ("initial_margin", account.initialMargin?.description),
      ("maintenance_margin", account.maintenanceMargin?.description),
      ("open_pl", account.openProfitLoss?.description),
      ("close_pl", account.closeProfitLoss?.description),
      ("multiplier", account.multiplier?.description),
      ("daytrade_count", account.dayTradeCount.map { String($0) }),
      ("pattern_day_trader", account.isPatternDayTrader.map { String($0) }),
      ("trading_blocked", account.isTradingBlocked.map { String($0) }),
      ("opened_at", account.openedAt?.description), ("as_of", asOf.description),
      ("run_id", run), ("raw", account.raw),
    ]
  }

  // MARK: - Positions

  private func savePositions(
    _ positions: [BrokerPosition],
    _ account: String,
    _ asOf: Timestamp,
    _ run: String?
  ) async throws -> Int {
    _ = try await connection.simpleQuery(
      """
      DROP TABLE IF EXISTS pg_temp.staged_positions;
      CREATE TEMP TABLE staged_positions ON COMMIT DROP AS SELECT symbol, external_id, asset_class,
        qty, avg_entry_price, cost_basis, market_value, current_price, lastday_price, unrealized_pl,
        unrealized_plpc, change_today, acquired_at, raw FROM brokerage.positions WITH NO DATA
      """
    )
    try await connection.copy(rows(positions), "COPY pg_temp.staged_positions FROM STDIN")
    _ = try await connection.query(
      """
      DELETE FROM brokerage.positions WHERE account_id = $1
        AND symbol NOT IN (SELECT symbol FROM pg_temp.staged_positions)
      """,
      [account]
    )
    // Tradier gives only what a position cost: for an option that is a hundred shares' price.
    let saved = try await connection.query(
      """
      INSERT INTO brokerage.positions (account_id, symbol, instrument, external_id, asset_class, side,
        qty, avg_entry_price, cost_basis, market_value, current_price, lastday_price, unrealized_pl,
        unrealized_plpc, change_today, acquired_at, as_of, run_id, raw)
      SELECT $1::uuid, p.symbol, s.symbol, p.external_id, p.asset_class,
        CASE WHEN p.qty > 0 THEN 'long' ELSE 'short' END, p.qty,
        coalesce(p.avg_entry_price,
          abs(p.cost_basis / p.qty) / CASE p.asset_class WHEN 'option' THEN 100 ELSE 1 END),
        p.cost_basis, p.market_value, p.current_price, p.lastday_price, p.unrealized_pl,
        p.unrealized_plpc, p.change_today, p.acquired_at, $2::timestamptz, $3::uuid, p.raw
      FROM pg_temp.staged_positions p LEFT JOIN market_data.symbols s USING (symbol)
      ON CONFLICT (account_id, symbol) DO UPDATE SET instrument = excluded.instrument,
        external_id = excluded.external_id, asset_class = excluded.asset_class,
        side = excluded.side, qty = excluded.qty, avg_entry_price = excluded.avg_entry_price,
        cost_basis = excluded.cost_basis, market_value = excluded.market_value,
        current_price = excluded.current_price, lastday_price = excluded.lastday_price,
        unrealized_pl = excluded.unrealized_pl, unrealized_plpc = excluded.unrealized_plpc,
        change_today = excluded.change_today, acquired_at = excluded.acquired_at,
        as_of = excluded.as_of, run_id = excluded.run_id, raw = excluded.raw
      """,
      [account, asOf.description, run]
    )
    return saved.affectedRows
  }

  private func rows(_ positions: [BrokerPosition]) -> CopyText {
    var rows = CopyText()
    for position in positions {
      rows.append(position.symbol)
      rows.append(position.externalID)
      rows.append(position.assetClass)
      rows.append(position.quantity)
      rows.append(position.averageEntryPrice)
      rows.append(position.costBasis)
      rows.append(position.marketValue)
      rows.append(position.currentPrice)
      rows.append(position.lastDayPrice)
      rows.append(position.unrealizedProfitLoss)
      rows.append(position.unrealizedProfitLossRatio)
      rows.append(position.changeToday)
      rows.append(position.acquiredAt)
      rows.append(position.raw)
      rows.endRow()
    }
    return rows
  }
}
