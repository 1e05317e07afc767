import Engine
import OrderBook

/// Bins as the JSON of `order_book_grid`, as far as a subscriber selects them.
///
/// Whole numbers of 64 bits are texts, as no client's Double holds nanoseconds.
struct GridText: Sendable {
  private let feed: String
  private let request: GridRequest
  private let selection: [NativeSelection]

  init(feed: String, _ request: GridRequest, _ selection: [NativeSelection]) {
    self.feed = feed
    self.request = request
    self.selection = selection
  }

  // MARK: - Types

  /// The enum of all columns.
  static let column = NativeEnum(
    "GridColumn",
    description: "a column of the grid, with a number for each tick of the window",
    GridField.all.map { ($0.name, nil) }
  )

  private static let columnValues = NativeObject(
    "GridColumnValues",
    description: "a column of a bin, from the lowest tick to the highest",
    [
      .init("name", .nonNull(.enumeration(column))),
      .init("values", .nonNull(.list(.scalar("Float"))), "null where the feed does not make it"),
    ]
  )

  static let update = NativeObject(
    "GridUpdate",
    description: "a bin of a feed's grid",
    [
      .init("feed", .nonNull(.scalar("String"))),
      .init("ts_ns", .nonNull(.scalar("bigint")), "the bin's end, in nanoseconds since 1970"),
      .init("bin_seq", .nonNull(.scalar("Int")), "counted from 0 at the first record"),
      .init("bin_start_ns", .nonNull(.scalar("bigint"))),
      .init("bin_end_ns", .nonNull(.scalar("bigint"))),
      .init("bin_event_count", .nonNull(.scalar("Int")), "records of the bin"),
      .init("event_id", .nonNull(.scalar("bigint")), "the last record before the bin's end"),
      .init("mid_price", .nonNull(.scalar("Float")), "0 without both sides"),
      .init("spot_ref_price_int", .nonNull(.scalar("bigint")), "the row in the middle, in 1e-9"),
      .init("best_bid_price_int", .nonNull(.scalar("bigint")), "in 1e-9; 0 for an empty side"),
      .init("best_ask_price_int", .nonNull(.scalar("bigint")), "in 1e-9; 0 for an empty side"),
      .init("book_valid", .nonNull(.scalar("Boolean"))),
      .init("best_bid_move_ticks", .nonNull(.scalar("Int"))),
      .init("best_ask_move_ticks", .nonNull(.scalar("Int"))),
      .init("bid_reprice_sign", .nonNull(.scalar("Int"))),
      .init("ask_reprice_sign", .nonNull(.scalar("Int"))),
      .init("microstate_id", .nonNull(.scalar("Int"))),
      .init("chase_up_flag", .nonNull(.scalar("Boolean"))),
      .init("chase_down_flag", .nonNull(.scalar("Boolean"))),
      .init("trade_count", .nonNull(.scalar("Int"))),
      .init("trade_qty_buy", .nonNull(.scalar("bigint"))),
      .init("trade_qty_sell", .nonNull(.scalar("bigint"))),
      .init("trade_qty_none", .nonNull(.scalar("bigint"))),
      .init("radius", .nonNull(.scalar("Int")), "ticks to each side of the spot"),
      .init("columns", .nonNull(.list(.nonNull(.object(columnValues))))),
      .init(
        "skipped",
        .nonNull(.scalar("Int")),
        "bins that were due since the last one and passed by while this reader was busy"
      ),
      .init(
        "ended_at_ns",
        .nonNull(.scalar("bigint")),
        "when the bin ended by the server's clock, at the feed's pace"
      ),
    ]
  )

  // MARK: - Text

  func write(_ bin: FeedBin, skipped: Int) -> [UInt8] {
    var text = TextBuffer()
    text.append("{")
    for (index, field) in selection.enumerated() {
      text.append(index == 0 ? "\"" : ",\"")
      text.append(field.key)
      text.append("\":")
      append(field, bin, skipped, to: &text)
    }
    text.append("}")
    return text.bytes
  }

  private func append(
    _ field: NativeSelection,
    _ bin: FeedBin,
    _ skipped: Int,
    to text: inout TextBuffer
  ) {
    let header = bin.snapshot.header
    switch field.member {
    case nil: text.append(quoting: Self.update.name)
    case "feed": text.append(quoting: feed)
    case "ts_ns", "bin_end_ns": text.append(quotedNumber: header.end)
    case "bin_seq": text.append(number: header.sequence)
    case "bin_start_ns": text.append(quotedNumber: header.start)
    case "bin_event_count": text.append(number: header.eventCount)
    case "event_id": text.append(quotedNumber: header.eventID)
    case "mid_price": text.append(header.midPrice)
    case "spot_ref_price_int": text.append(quotedNumber: header.spotPrice)
    case "best_bid_price_int": text.append(quotedNumber: header.bestBid)
    case "best_ask_price_int": text.append(quotedNumber: header.bestAsk)
    case "book_valid": text.append(header.isBookValid ? "true" : "false")
    case "best_bid_move_ticks": text.append(number: header.bidMove)
    case "best_ask_move_ticks": text.append(number: header.askMove)
    case "bid_reprice_sign": text.append(number: header.bidSign)
    case "ask_reprice_sign": text.append(number: header.askSign)
    case "microstate_id": text.append(number: header.microstate)
    case "chase_up_flag": text.append(header.chasesUp ? "true" : "false")
    case "chase_down_flag": text.append(header.chasesDown ? "true" : "false")
    case "trade_count": text.append(number: header.trades.count)
    case "trade_qty_buy": text.append(quotedNumber: header.trades.bought)
    case "trade_qty_sell": text.append(quotedNumber: header.trades.sold)
    case "trade_qty_none": text.append(quotedNumber: header.trades.unsided)
    case "radius": text.append(number: radius(of: bin))
    case "columns": appendColumns(field.selection, bin, to: &text)
    case "skipped": text.append(number: skipped)
    case "ended_at_ns": text.append(quotedNumber: bin.endedAt)
    default: text.append("null")
    }
  }

  /// No wider than the feed's window.
  private func radius(of bin: FeedBin) -> Int {
    min(request.radius ?? .max, bin.snapshot.radius)
  }

  private func appendColumns(
    _ selection: [NativeSelection],
    _ bin: FeedBin,
    to text: inout TextBuffer
  ) {
    text.append("[")
    for (index, field) in request.fields.enumerated() {
      text.append(index == 0 ? "{" : ",{")
      for (index, member) in selection.enumerated() {
        text.append(index == 0 ? "\"" : ",\"")
        text.append(member.key)
        text.append("\":")
        switch member.member {
        case "name": text.append(quoting: field.name)
        case "values": append(field, bin, to: &text)
        default: text.append(quoting: Self.columnValues.name)
        }
      }
      text.append("}")
    }
    text.append("]")
  }

  private func append(_ field: GridField, _ bin: FeedBin, to text: inout TextBuffer) {
    let radius = radius(of: bin)
    let snapshot = bin.snapshot
    let cut = snapshot.radius - radius
    text.append("[")
    switch field {
    case .row:
      text.append(-radius...radius) { $0.append(number: $1) }
    case .count(let count):
      text.append(snapshot.values(of: count).dropFirst(cut).dropLast(cut)) { $0.append(number: $1) }
    case .column(let column):
      text.append(snapshot.values(of: column).dropFirst(cut).dropLast(cut)) { $0.append($1) }
    case .gold(let column):
      if snapshot.hasGold {
        text.append(snapshot.values(of: column).dropFirst(cut).dropLast(cut)) { $0.append($1) }
      } else {
        text.append(-radius...radius) { text, _ in text.append("null") }
      }
    }
    text.append("]")
  }
}

extension TextBuffer {
  /// A number of JSON; null for what is none.
  mutating func append(_ value: Double) {
    append(value.isFinite ? "\(value)" : "null")
  }

  mutating func append<Number: FixedWidthInteger>(quotedNumber value: Number) {
    append("\"")
    append(number: value)
    append("\"")
  }

  /// Elements with commas between them.
  mutating func append<Values: Sequence>(
    _ values: Values,
    _ write: (inout TextBuffer, Values.Element) -> Void
  ) {
    var isFirst = true
    for value in values {
      if !isFirst { append(",") }
      isFirst = false
      write(&self, value)
    }
  }
}
