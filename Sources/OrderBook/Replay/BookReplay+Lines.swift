extension BookReplay {
  /// Writes the best of both sides after an event: record, time, and price, size and orders of each;
  /// an empty side is 0,0,0.
  ///
  /// Apart from the record's way, which is short without it.
  @inline(never)
  func writeQuote(to sink: LineSink) {
    let comma = UInt8(ascii: ",")
    sink.append(Int64(records), then: comma)
    sink.append(Int64(truncatingIfNeeded: time), then: comma)
    for side in [Side.bid, Side.ask] {
      if let level = book.ladder.best(side) {
        let place = book.ladder.levels[level]
        sink.append(book.ladder.bestPrice(side), then: comma)
        sink.append(place.quantity, then: comma)
        sink.append(place.orders, then: comma)
      } else {
        for _ in 0..<3 { sink.append(0, then: comma) }
      }
    }
    sink.endLine()
  }

  /// Writes the whole numbers of a bin before it ends: bin, tick, added, pulled, filled, and the
  /// depths of both sides, by rising tick, where any of them is not 0.
  static func writeFlows(
    of grid: borrowing Grid,
    _ book: borrowing OrderBook,
    _ bin: Int,
    to sink: LineSink
  ) {
    let comma = UInt8(ascii: ",")
    book.ladder.forEachPage { page, firstTick in
      let levels = book.ladder.levels + page * PriceLadder.levelsPerPage
      let flows = grid.cells.flows + page * CellPages.ticks
      var bits = grid.cells.existing[page] | grid.cells.touched[page]
      while bits != 0 {
        let lane = bits.trailingZeroBitCount
        bits &= bits &- 1
        let flow = flows[lane]
        let (bid, ask) = (levels[lane * 2].quantity, levels[lane * 2 + 1].quantity)
        guard flow.added | flow.pulled | flow.filled | bid | ask != 0 else { continue }
        sink.append(Int64(bin), then: comma)
        sink.append(firstTick + Int64(lane), then: comma)
        sink.append(flow.added, then: comma)
        sink.append(flow.pulled, then: comma)
        sink.append(flow.filled, then: comma)
        sink.append(bid, then: comma)
        sink.append(ask, then: comma)
        sink.endLine()
      }
    }
  }
}
