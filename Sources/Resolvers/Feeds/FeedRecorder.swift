import OrderBook
import PostgresClient

/// What a feed has for the database and has not written yet: bins, and bars of its trades.
///
/// For the feed's own thread.
final class FeedRecorder {
  /// Rows that are written together, in one transaction.
  struct Batch: Sendable {
    fileprivate(set) var bins = CopyText()
    fileprivate(set) var bars = CopyText()
    fileprivate(set) var days: Set<CivilDate> = []
    /// The starts of the first and the last bin, in time.
    fileprivate(set) var range: (first: Timestamp, last: Timestamp)?

    var isEmpty: Bool { bins.rowCount == 0 && bars.rowCount == 0 }
  }

  private let spec: FeedSpec
  private let session: String
  private var batch = Batch()
  /// Days whose partitions are there.
  private var knownDays: Set<CivilDate> = []

  init(_ spec: FeedSpec, session: String) {
    self.spec = spec
    self.session = session
  }

  /// How many rows wait.
  var count: Int { batch.bins.rowCount + batch.bars.rowCount }

  // MARK: - Rows

  private static let header = [
    "session_id", "bin_start", "bin_seq", "instrument", "bin_start_ns", "bin_end_ns",
    "bin_event_count", "event_id", "mid_price", "spot_price", "best_bid", "best_ask", "book_valid",
    "best_bid_move_ticks", "best_ask_move_ticks", "trade_count", "trade_qty_buy", "trade_qty_sell",
    "trade_qty_none", "radius",
  ]
  private static let columns =
    header + GridCount.allCases.map(\.name) + GridColumn.allCases.map(\.name)

  /// Takes a bin.
  func add(_ frame: GridFrame) {
    let header = frame.header
    guard spec.recordsBins, let start = Self.time(header.start) else { return }
    batch.days.insert(start.date)
    batch.range = (
      min(batch.range?.first ?? start, start), max(batch.range?.last ?? start, start)
    )
    let texts = [
      session, start.description, String(header.sequence), spec.instrument, String(header.start),
      String(header.end), String(header.eventCount), String(header.eventID),
      String(header.midPrice), PriceText.text(header.spotPrice),
    ]
    for text in texts { batch.bins.append(text) }
    for price in [header.bestBid, header.bestAsk] {
      batch.bins.append(price == 0 ? nil : PriceText.text(price))
    }
    batch.bins.append(header.isBookValid ? "t" : "f")
    let numbers = [
      Int64(clamping: header.bidMove), Int64(clamping: header.askMove),
      Int64(clamping: header.trades.count), header.trades.bought, header.trades.sold,
      header.trades.unsided, Int64(frame.radius),
    ]
    for number in numbers { batch.bins.append(String(number)) }
    for count in GridCount.allCases {
      batch.bins.append(Self.array(frame.values(of: count)) { $0.append(number: $1) })
    }
    for column in GridColumn.allCases {
      batch.bins.append(Self.array(frame.values(of: column)) { $0.append("\($1)") })
    }
    batch.bins.endRow()
  }

  /// Takes bars that have ended.
  func add(_ bars: [TradeBars.Bar]) {
    guard let width = spec.bars else { return }
    for bar in bars {
      guard let start = Self.time(bar.start) else { continue }
      batch.bars.append(spec.instrument)
      batch.bars.append(width.rawValue)
      batch.bars.append(start)
      for price in [bar.open, bar.high, bar.low, bar.close] {
        batch.bars.append(PriceText.text(price))
      }
      batch.bars.append(String(bar.volume))
      let mean = bar.volume == 0 ? nil : Int64(exactly: bar.value / Int128(bar.volume))
      batch.bars.append(mean.map { PriceText.text($0) })
      batch.bars.append(String(bar.trades))
      batch.bars.endRow()
    }
  }

  /// To the microsecond, as PostgreSQL keeps it.
  private static func time(_ nanoseconds: UInt64) -> Timestamp? {
    Timestamp(
      seconds: Int(nanoseconds / 1_000_000_000),
      nanoseconds: Int(nanoseconds % 1_000_000_000 / 1000 * 1000)
    )
  }

  private static func array<Value>(
    _ values: UnsafeBufferPointer<Value>,
    _ write: (inout TextBuffer, Value) -> Void
  ) -> String {
    var text = TextBuffer()
    text.append("{")
    text.append(values, write)
    text.append("}")
    return String(decoding: text.bytes, as: UTF8.self)
  }

  // MARK: - Writing

  /// Writes what waits; what comes meanwhile waits for the next time.
  func flush(_ pool: PostgresPool) async throws {
    let batch = batch
    self.batch = Batch()
    guard !batch.isEmpty else { return }
    let newDays = batch.days.subtracting(knownDays)
    let (session, name) = (session, spec.name)
    try await pool.withTransaction { connection in
      for day in newDays.sorted() {
        _ = try await connection.query(
          "SELECT market_data.make_grid_bins_partition($1::date)",
          [day.description]
        )
      }
      if let range = batch.range {
        // After a seek back bins come again.
        _ = try await connection.query(
          """
          DELETE FROM market_data.grid_bins
          WHERE session_id = $1::uuid AND bin_start BETWEEN $2::timestamptz AND $3::timestamptz
          """,
          [session, range.first.description, range.last.description]
        )
        try await connection.copy(
          batch.bins,
          "COPY market_data.grid_bins (\(Self.columns.joined(separator: ", "))) FROM STDIN"
        )
      }
      if batch.bars.rowCount > 0 { try await Self.write(batch.bars, feed: name, connection) }
    }
    knownDays.formUnion(newDays)
  }

  private static func write(
    _ bars: CopyText,
    feed: String,
    _ connection: PostgresConnection
  ) async throws {
    _ = try await connection.simpleQuery(
      """
      CREATE TEMP TABLE feed_bars (symbol text, timeframe text, ts timestamptz, open numeric,
        high numeric, low numeric, close numeric, volume numeric, vwap numeric, trade_count bigint)
        ON COMMIT DROP
      """
    )
    try await connection.copy(bars, "COPY pg_temp.feed_bars FROM STDIN")
    _ = try await connection.query(
      """
      INSERT INTO market_data.ohlcv AS o
        (symbol, timeframe, ts, open, high, low, close, volume, vwap, trade_count, source)
      SELECT b.*, 'feed:' || $1 FROM pg_temp.feed_bars b
      ON CONFLICT (symbol, timeframe, ts) DO UPDATE SET open = excluded.open, high = excluded.high,
        low = excluded.low, close = excluded.close, volume = excluded.volume, vwap = excluded.vwap,
        trade_count = excluded.trade_count, source = excluded.source, updated_at = now()
      """,
      [feed]
    )
  }
}
