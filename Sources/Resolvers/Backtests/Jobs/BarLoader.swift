import PostgresClient

/// Reads daily bars for the engine.
struct BarLoader {
  let pool: PostgresPool

  /// The bars of symbols within a window, days by the clocks of each symbol's exchange.
  func load(_ spec: BacktestSpec) async throws -> [PriceSeries] {
    var all: [PriceSeries] = []
    for symbol in spec.symbols {
      let rows = try await pool.execute(
        QueryBatch(
          Self.bars,
          Parameters(symbol, spec.from?.description, spec.to?.description)
        ),
        access: .write
      )[0]
      var series = PriceSeries(symbol: symbol)
      for row in 0..<rows.rowCount { try series.append(rows, row) }
      guard series.count > 1 else {
        throw JobFailure(
          "no-bars",
          "there are no two daily bars of \(symbol) in the window",
          retries: false
        )
      }
      all.append(series)
    }
    return all
  }

  /// The version of a dataset that all of the bars are of; nil where there are several, or none.
  func version(_ spec: BacktestSpec) async throws -> String? {
    let symbols =
      "{" + spec.symbols.map { "\"\($0.escapedForArray)\"" }.joined(separator: ",") + "}"
    let rows = try await pool.execute(
      QueryBatch(
        Self.versions,
        Parameters(symbols, spec.from?.description, spec.to?.description)
      ),
      access: .write
    )[0]
    return rows.rowCount == 1 ? rows.string(0, 0) : nil
  }

  /// A day more on both sides, for zones of the exchanges; the day itself decides.
  private static let window = """
    o.timeframe = '1d'
    AND ($2::date IS NULL OR (o.ts >= $2::date - 1
      AND (o.ts AT TIME ZONE coalesce(e.timezone, 'America/New_York'))::date >= $2::date))
    AND ($3::date IS NULL OR (o.ts < $3::date + 2
      AND (o.ts AT TIME ZONE coalesce(e.timezone, 'America/New_York'))::date <= $3::date))
    """

  private static let bars = PreparedQuery(
    """
    SELECT (o.ts AT TIME ZONE coalesce(e.timezone, 'America/New_York'))::date - date '1970-01-01',
      o.ts, trim_scale(o.open), o.high, o.low, trim_scale(o.close)
    FROM market_data.ohlcv o JOIN market_data.symbols s USING (symbol)
    LEFT JOIN market_data.exchanges e ON e.mic = s.exchange_mic
    WHERE o.symbol = $1 AND \(window) ORDER BY o.ts
    """
  )

  private static let versions = PreparedQuery(
    """
    SELECT DISTINCT v.version_id
    FROM (SELECT DISTINCT o.run_id FROM market_data.ohlcv o
          JOIN market_data.symbols s USING (symbol)
          LEFT JOIN market_data.exchanges e ON e.mic = s.exchange_mic
          WHERE o.symbol = ANY ($1::text[]) AND \(window)) AS runs
    LEFT JOIN ingestion.dataset_versions v USING (run_id)
    """
  )
}

extension PriceSeries {
  fileprivate mutating func append(_ rows: QueryResult, _ row: Int) throws {
    guard let day = rows.string(row, 0).flatMap({ Int($0) }), let time = rows.string(row, 1),
      let openText = rows.string(row, 2), let open = Double(openText),
      let high = rows.string(row, 3).flatMap({ Double($0) }),
      let low = rows.string(row, 4).flatMap({ Double($0) }),
      let closeText = rows.string(row, 5), let close = Double(closeText)
    else { throw JobFailure("bad-bar", "a bar of \(symbol) cannot be read", retries: false) }
    days.append(day)
    times.append(time)
    self.open.append(open)
    self.high.append(high)
    self.low.append(low)
    self.close.append(close)
    openTexts.append(openText)
    closeTexts.append(closeText)
  }
}

extension String {
  /// As an element of an array literal, inside its quotes.
  var escapedForArray: String {
    var escaped = ""
    for character in unicodeScalars {
      if character == "\"" || character == "\\" { escaped += "\\" }
      escaped.unicodeScalars.append(character)
    }
    return escaped
  }
}
