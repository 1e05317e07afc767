import PostgresClient

// What is known of the symbols, and what a run adds to it.
extension MarketIngestion {
  /// First and last days of the symbols.
  func note(_ bars: [StagedBars], _ connection: PostgresConnection) async throws {
    var rows = CopyText()
    for series in bars {
      guard let first = series.days.first, let last = series.days.last else { continue }
      rows.append(series.symbol)
      rows.append(Self.text(Int(first)))
      rows.append(Self.text(Int(last)))
      rows.endRow()
    }
    _ = try await connection.simpleQuery(
      """
      DROP TABLE IF EXISTS pg_temp.spans;
      CREATE TEMP TABLE spans (symbol text, first date, last date) ON COMMIT DROP
      """
    )
    try await connection.copy(rows, "COPY pg_temp.spans FROM STDIN")
    _ = try await connection.query(
      """
      UPDATE market_data.symbols s SET first_date = least(s.first_date, b.first),
        last_date = greatest(s.last_date, b.last)
      FROM pg_temp.spans b WHERE s.symbol = b.symbol
        AND (s.first_date IS NULL OR s.first_date > b.first OR s.last_date IS NULL
          OR s.last_date < b.last)
      """
    )
  }

  struct Listing: Sendable {
    var zone: String
    var calendar: ExchangeCalendar
  }

  func listings() async throws -> [String: Listing] {
    let symbols =
      "{" + spec.symbols.map { "\"\($0.escapedForArray)\"" }.joined(separator: ",") + "}"
    let rows = try await context.pool.execute(
      QueryBatch(
        PreparedQuery(
          """
          SELECT s.symbol, coalesce(e.timezone, 'America/New_York'), s.exchange_mic, s.asset_class
          FROM market_data.symbols s LEFT JOIN market_data.exchanges e ON e.mic = s.exchange_mic
          WHERE s.symbol = ANY ($1::text[])
          """
        ),
        Parameters(symbols)
      ),
      access: .write
    )[0]
    var listings: [String: Listing] = [:]
    for row in 0..<rows.rowCount {
      guard let symbol = rows.string(row, 0) else { continue }
      listings[symbol] = Listing(
        zone: rows.string(row, 1) ?? "America/New_York",
        calendar: ExchangeCalendar(
          exchange: rows.string(row, 2),
          assetClass: rows.string(row, 3) ?? "equity"
        )
      )
    }
    return listings
  }
}
