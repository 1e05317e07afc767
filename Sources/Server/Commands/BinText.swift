import OrderBook

/// The bins of a grid as elements of a JSON array.
struct BinText {
  private(set) var text = TextBuffer()
  private var count = 0

  mutating func append(_ frame: GridFrame) {
    text.append(count == 0 ? "{" : ",{")
    count += 1
    append(frame.header)
    text.append(",\"cols\":{\"k\":[")
    for row in 0..<frame.rows {
      if row > 0 { text.append(",") }
      text.append(number: row - frame.radius)
    }
    text.append("]")
    for count in GridCount.allCases {
      text.append(",\"\(count.name)\":[")
      for (row, value) in frame.values(of: count).enumerated() {
        if row > 0 { text.append(",") }
        text.append(number: value)
      }
      text.append("]")
    }
    for column in GridColumn.allCases {
      text.append(",\"\(column.name)\":")
      append(frame.values(of: column))
    }
    text.append("}")
    if frame.hasGold {
      text.append(",\"gold\":{")
      for column in GoldColumn.allCases {
        text.append(column.rawValue == 0 ? "\"" : ",\"")
        text.append("\(column.name)\":")
        append(frame.values(of: column), areWhole: column.isCode)
      }
      text.append("}")
    }
    text.append("}")
  }

  private mutating func append(_ header: GridFrame.Header) {
    let numbers: [(String, Int64)] = [
      ("best_bid_move_ticks", Int64(header.bidMove)),
      ("best_ask_move_ticks", Int64(header.askMove)),
      ("bid_reprice_sign", Int64(header.bidSign)), ("ask_reprice_sign", Int64(header.askSign)),
      ("microstate_id", Int64(header.microstate)),
      ("chase_up_flag", header.chasesUp ? 1 : 0), ("chase_down_flag", header.chasesDown ? 1 : 0),
      ("trade_count", Int64(header.trades.count)), ("trade_qty_buy", header.trades.bought),
      ("trade_qty_sell", header.trades.sold), ("trade_qty_none", header.trades.unsided),
    ]
    text.append(
      """
      "bin_seq":\(header.sequence),"bin_start_ns":\(header.start),"bin_end_ns":\(header.end),\
      "bin_event_count":\(header.eventCount),"best_bid":\(header.bestBid),\
      "best_ask":\(header.bestAsk),"mid_price":\(header.midPrice),\
      "spot_price":\(header.spotPrice),"book_valid":\(header.isBookValid)
      """
    )
    for (name, number) in numbers { text.append(",\"\(name)\":\(number)") }
  }

  private mutating func append(_ values: UnsafeBufferPointer<Double>, areWhole: Bool = false) {
    text.append("[")
    for (row, value) in values.enumerated() {
      if row > 0 { text.append(",") }
      if areWhole {
        text.append(number: Int64(value))
      } else {
        text.append("\(value)")
      }
    }
    text.append("]")
  }
}
