import PostgresClient

extension BrokerStore {
  /// The columns that come from the broker, in the order of the staged rows.
  private static let columns = [
    "external_id", "client_order_id", "symbol", "asset_class", "side", "order_type", "order_class",
    "time_in_force", "qty", "notional", "filled_qty", "remaining_qty", "filled_avg_price",
    "limit_price", "stop_price", "trail_price", "trail_percent", "status", "extended_hours",
    "submitted_at", "filled_at", "canceled_at", "expired_at", "failed_at", "broker_created_at",
    "broker_updated_at", "raw",
  ]

  /// Adds orders or brings those that are there up to date; legs find their order afterwards.
  func saveOrders(
    _ orders: [BrokerOrder],
    _ account: String,
    _ asOf: Timestamp,
    _ run: String?
  ) async throws -> Int {
    let columns = Self.columns.joined(separator: ", ")
    let changes = (Self.columns.dropFirst() + ["instrument", "as_of", "run_id"])
      .map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    _ = try await connection.simpleQuery(
      """
      DROP TABLE IF EXISTS pg_temp.staged_orders;
      CREATE TEMP TABLE staged_orders ON COMMIT DROP AS
        SELECT \(columns), ''::text AS parent FROM brokerage.orders WITH NO DATA
      """
    )
    try await connection.copy(rows(orders), "COPY pg_temp.staged_orders FROM STDIN")
    let saved = try await connection.query(
      """
      INSERT INTO brokerage.orders (account_id, instrument, as_of, run_id, \(columns))
      SELECT $1::uuid, s.symbol, $2::timestamptz, $3::uuid,
        \(Self.columns.map { "o.\($0)" }.joined(separator: ", "))
      FROM pg_temp.staged_orders o LEFT JOIN market_data.symbols s USING (symbol)
      ON CONFLICT (account_id, external_id) DO UPDATE SET \(changes)
      """,
      [account, asOf.description, run]
    )
    _ = try await connection.query(
      """
      UPDATE brokerage.orders leg SET parent_order_id = parent.order_id
      FROM pg_temp.staged_orders o, brokerage.orders parent
      WHERE leg.account_id = $1 AND leg.external_id = o.external_id
        AND parent.account_id = $1 AND parent.external_id = o.parent
      """,
      [account]
    )
    return saved.affectedRows
  }

  private func rows(_ orders: [BrokerOrder]) -> CopyText {
    var rows = CopyText()
    for order in orders {
      rows.append(order.externalID)
      rows.append(order.clientOrderID)
      rows.append(order.symbol)
      rows.append(order.assetClass)
      rows.append(order.side)
      rows.append(order.type)
      rows.append(order.orderClass)
      rows.append(order.timeInForce)
      rows.append(order.quantity)
      rows.append(order.notional)
      rows.append(order.filledQuantity.magnitude)
      rows.append(order.remainingQuantity)
      rows.append(order.filledAveragePrice)
      rows.append(order.limitPrice)
      rows.append(order.stopPrice)
      rows.append(order.trailPrice)
      rows.append(order.trailPercent)
      rows.append(order.status)
      rows.append(order.isExtendedHours.map { $0 ? "t" : "f" })
      rows.append(order.submittedAt)
      rows.append(order.filledAt)
      rows.append(order.canceledAt)
      rows.append(order.expiredAt)
      rows.append(order.failedAt)
      rows.append(order.createdAt)
      rows.append(order.updatedAt)
      rows.append(order.raw)
      rows.append(order.parentID)
      rows.endRow()
    }
    return rows
  }
}
