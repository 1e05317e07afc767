import Engine
import OrderBook

/// The best levels of a book as the JSON of `order_book`, as far as they are selected.
struct OrderBookText: Sendable {
  private let feed: String
  private let depth: Int
  private let selection: [NativeSelection]

  init(feed: String, _ depth: Int, _ selection: [NativeSelection]) {
    self.feed = feed
    self.depth = depth
    self.selection = selection
  }

  private static let level = NativeObject(
    "OrderBookLevel",
    description: "what rests at a price",
    [
      .init("price", .nonNull(.scalar("numeric"))),
      .init("price_int", .nonNull(.scalar("bigint")), "in 1e-9"),
      .init("size", .nonNull(.scalar("bigint"))),
      .init("orders", .nonNull(.scalar("Int"))),
    ]
  )

  static let book = NativeObject(
    "OrderBook",
    description: "the best levels of a feed's book at the end of a bin",
    [
      .init("feed", .nonNull(.scalar("String"))),
      .init("ts_ns", .nonNull(.scalar("bigint")), "the bin's end, in nanoseconds since 1970"),
      .init("bin_seq", .nonNull(.scalar("Int"))),
      .init("event_id", .nonNull(.scalar("bigint")), "the last record before the bin's end"),
      .init("book_valid", .nonNull(.scalar("Boolean"))),
      .init("bids", .nonNull(.list(.nonNull(.object(level)))), "from the highest price down"),
      .init("asks", .nonNull(.list(.nonNull(.object(level)))), "from the lowest price up"),
      .init("skipped", .nonNull(.scalar("Int")), "bins that passed by while this reader was busy"),
      .init("ended_at_ns", .nonNull(.scalar("bigint"))),
    ]
  )

  func write(_ bin: FeedBin, skipped: Int) -> [UInt8] {
    let header = bin.snapshot.header
    var text = TextBuffer()
    text.append("{")
    for (index, field) in selection.enumerated() {
      text.append(index == 0 ? "\"" : ",\"")
      text.append(field.key)
      text.append("\":")
      switch field.member {
      case "feed": text.append(quoting: feed)
      case "ts_ns": text.append(quotedNumber: header.end)
      case "bin_seq": text.append(number: header.sequence)
      case "event_id": text.append(quotedNumber: header.eventID)
      case "book_valid": text.append(header.isBookValid ? "true" : "false")
      case "bids": append(bin.snapshot.bids, field.selection, to: &text)
      case "asks": append(bin.snapshot.asks, field.selection, to: &text)
      case "skipped": text.append(number: skipped)
      case "ended_at_ns": text.append(quotedNumber: bin.endedAt)
      default: text.append(quoting: Self.book.name)
      }
    }
    text.append("}")
    return text.bytes
  }

  private func append(
    _ levels: [OrderBook.LevelView],
    _ selection: [NativeSelection],
    to text: inout TextBuffer
  ) {
    text.append("[")
    text.append(levels.prefix(depth)) { text, level in
      text.append("{")
      for (index, field) in selection.enumerated() {
        text.append(index == 0 ? "\"" : ",\"")
        text.append(field.key)
        text.append("\":")
        switch field.member {
        case "price": text.append(PriceText.text(level.price))
        case "price_int": text.append(quotedNumber: level.price)
        case "size": text.append(quotedNumber: level.quantity)
        case "orders": text.append(number: level.orders)
        default: text.append(quoting: Self.level.name)
        }
      }
      text.append("}")
    }
    text.append("]")
  }
}
