import PostgresClient

/// Writes staged bars into `market_data.ohlcv`, in the caller's transaction.
struct BarWriter {
  private static let columns =
    "symbol, timeframe, ts, open, high, low, close, volume, source, adjusted, run_id"

  private static let differs = """
    (o.open, o.high, o.low, o.close, o.volume, o.adjusted) IS DISTINCT FROM
      (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume,
       excluded.adjusted)
    """

  let connection: PostgresConnection
  let source: String
  let isAdjusted: Bool
  let run: String
  /// Of which the bars are; what it replaces is kept for a rollback.
  let version: String
  /// By symbol, as PostgreSQL knows them: a bar begins at midnight there.
  let zones: [String: String]

  /// Adds bars and replaces those that differ; returns how many were written.
  func write(_ bars: [StagedBars]) async throws -> Int {
    let isNew = try await areAllNew(bars)
    if isNew {
      // Straight into the table, without a second pass over the rows.
      let checksTogether = try await checkKeys(bars)
      if checksTogether { try await setRole("replica") }
      let count = try await copy(bars, "COPY market_data.ohlcv (\(Self.columns)) FROM STDIN")
      if checksTogether { try await setRole("origin") }
      return count
    }
    _ = try await connection.simpleQuery(
      """
      DROP TABLE IF EXISTS pg_temp.staged_bars;
      CREATE TEMP TABLE staged_bars ON COMMIT DROP AS
        SELECT \(Self.columns) FROM market_data.ohlcv WITH NO DATA
      """
    )
    _ = try await copy(bars, "COPY pg_temp.staged_bars (\(Self.columns)) FROM STDIN")
    _ = try await connection.query(
      """
      INSERT INTO market_data.ohlcv_kept
      SELECT o.*, $1::uuid, false FROM market_data.ohlcv o
      JOIN pg_temp.staged_bars excluded USING (symbol, timeframe, ts) WHERE \(Self.differs)
      """,
      [version]
    )
    let written = try await connection.query(
      """
      INSERT INTO market_data.ohlcv AS o (\(Self.columns))
      SELECT \(Self.columns) FROM pg_temp.staged_bars
      ON CONFLICT (symbol, timeframe, ts) DO UPDATE SET open = excluded.open,
        high = excluded.high, low = excluded.low, close = excluded.close,
        volume = excluded.volume, source = excluded.source, adjusted = excluded.adjusted,
        run_id = excluded.run_id, updated_at = now()
      WHERE \(Self.differs)
      """
    )
    return written.affectedRows
  }

  private func setRole(_ role: String) async throws {
    _ = try await connection.query("SET LOCAL session_replication_role = \(role)")
  }

  /// Checks the foreign keys of all rows at once, and keeps what they refer to until the end.
  ///
  /// PostgreSQL looks up both keys of each row, which for a backfill takes longer than writing the
  /// rows. A superuser, as of the server's own database, may leave that out; not where somebody's
  /// triggers follow the table, which would be left out too.
  private func checkKeys(_ bars: [StagedBars]) async throws -> Bool {
    let symbols = "{" + bars.map { "\"\($0.symbol.escapedForArray)\"" }.joined(separator: ",") + "}"
    let allowed = try await connection.query(
      """
      SELECT current_setting('is_superuser') = 'on' AND NOT EXISTS (
        SELECT 1 FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgrelid IN (
          SELECT relid FROM pg_partition_tree('market_data.ohlcv')))
      """
    )
    guard allowed.string(0, 0) == "t" else { return false }
    let known = try await connection.query(
      "SELECT 1 FROM market_data.symbols WHERE symbol = ANY ($1::text[]) FOR KEY SHARE",
      [symbols]
    )
    let own = try await connection.query(
      "SELECT 1 FROM ingestion.runs WHERE run_id = $1 FOR KEY SHARE",
      [run]
    )
    return known.rowCount == bars.count && own.rowCount == 1
  }

  private func areAllNew(_ bars: [StagedBars]) async throws -> Bool {
    let symbols = "{" + bars.map { "\"\($0.symbol.escapedForArray)\"" }.joined(separator: ",") + "}"
    let days = bars.flatMap { [$0.days.first, $0.days.last].compactMap { $0 } }
    guard let first = days.min(), let last = days.max() else { return true }
    let found = try await connection.query(
      """
      SELECT EXISTS (SELECT 1 FROM unnest($1::text[]) AS s WHERE EXISTS (
        SELECT 1 FROM market_data.ohlcv o WHERE o.symbol = s AND o.timeframe = '1d'
          AND o.ts >= $2::date - 1 AND o.ts < $3::date + 2))
      """,
      [
        symbols, CivilDate(daysSince1970: Int(first)).description,
        CivilDate(daysSince1970: Int(last)).description,
      ]
    )
    return found.string(0, 0) == "f"
  }

  private func copy(_ bars: [StagedBars], _ sql: String) async throws -> Int {
    var index = 0
    return try await connection.copyIn(sql) {
      guard index < bars.count else { return nil }
      defer { index += 1 }
      return rows(bars[index])
    }
  }

  /// The rows of a symbol in the format of `COPY`.
  private func rows(_ bars: StagedBars) -> [UInt8] {
    let zone = zones[bars.symbol] ?? "America/New_York"
    var start = CopyText()
    start.append(bars.symbol)
    start.append("1d")
    let prefix = start.bytes + [UInt8(ascii: "\t")]
    var end = CopyText()
    end.append(source)
    end.append(isAdjusted ? "t" : "f")
    end.append(run)
    end.endRow()
    let suffix = [UInt8(ascii: "\t")] + end.bytes
    let time = Array(" 00:00 \(zone)".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(bars.count * (prefix.count + suffix.count + time.count + 64))
    for place in bars.days.indices {
      bytes += prefix
      bytes += CivilDate(daysSince1970: Int(bars.days[place])).description.utf8
      bytes += time
      for value in [
        bars.open[place], bars.high[place], bars.low[place], bars.close[place],
        bars.volume[place],
      ] {
        bytes.append(UInt8(ascii: "\t"))
        FixedDecimal.append(value, to: &bytes)
      }
      bytes += suffix
    }
    return bytes
  }
}
