package import PostgresClient

/// Writes daily bars into `market_data.ohlcv`, in the caller's transaction.
package struct BarStore {
  let connection: PostgresConnection

  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Adds bars or replaces those of the same symbol and day, and returns how many.
  ///
  /// A bar begins at midnight of its exchange, as brokers date theirs. Its symbol has to be known.
  package func add(_ bars: [DailyBar], source: String, run: String?) async throws -> Int {
    _ = try await connection.simpleQuery(
      """
      DROP TABLE IF EXISTS pg_temp.staged_bars;
      CREATE TEMP TABLE staged_bars (symbol text, day date, open numeric, high numeric,
        low numeric, close numeric, volume numeric) ON COMMIT DROP
      """
    )
    try await connection.copy(rows(bars), "COPY pg_temp.staged_bars FROM STDIN")
    let written = try await connection.query(
      """
      INSERT INTO market_data.ohlcv AS o
        (symbol, timeframe, ts, open, high, low, close, volume, source, run_id)
      SELECT b.symbol, '1d', b.day::timestamp AT TIME ZONE coalesce(e.timezone, 'America/New_York'),
        b.open, b.high, b.low, b.close, b.volume, $1, $2::uuid
      FROM pg_temp.staged_bars b
      LEFT JOIN market_data.symbols s USING (symbol)
      LEFT JOIN market_data.exchanges e ON e.mic = s.exchange_mic
      ON CONFLICT (symbol, timeframe, ts) DO UPDATE SET open = excluded.open, high = excluded.high,
        low = excluded.low, close = excluded.close, volume = excluded.volume,
        source = excluded.source, run_id = excluded.run_id, updated_at = now()
      """,
      [source, run]
    )
    _ = try await connection.query(
      """
      UPDATE market_data.symbols s
      SET first_date = least(s.first_date, b.first), last_date = greatest(s.last_date, b.last)
      FROM (SELECT symbol, min(day) AS first, max(day) AS last
            FROM pg_temp.staged_bars GROUP BY symbol) b
      WHERE s.symbol = b.symbol
      """
    )
    return written.affectedRows
  }

  private func rows(_ bars: [DailyBar]) -> CopyText {
    var rows = CopyText()
    for bar in bars {
      rows.append(bar.symbol)
      rows.append(bar.day.description)
      rows.append(bar.open)
      rows.append(bar.high)
      rows.append(bar.low)
      rows.append(bar.close)
      rows.append(bar.volume)
      rows.endRow()
    }
    return rows
  }
}
