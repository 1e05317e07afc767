extension Grid {
  /// The columns of the window around the spot tick; zeros where there is none.
  func fillColumns(_ book: borrowing OrderBook, _ spot: Int64?) {
    guard let spot else {
      frame.columns.update(repeating: 0)
      frame.counts.update(repeating: 0)
      return
    }
    var row = 0
    while row < frame.rows {
      let tick = spot &- Int64(frame.radius) &+ Int64(row)
      let lane = Int(tick & 63)
      let width = min(CellPages.ticks - lane, frame.rows - row)
      if let page = book.ladder.existingPage(tick >> 6) {
        copyChannels(page, lane, width, to: row)
        copyCounts(page, lane, width, to: row, book)
      } else {
        for column in GridColumn.allCases {
          (frame.column(column) + row).update(repeating: 0, count: width)
        }
        for count in GridCount.allCases {
          (frame.count(count) + row).update(repeating: 0, count: width)
        }
      }
      row += width
    }
    addLooseRest(book, spot)
  }

  private func copyChannels(_ page: Int, _ lane: Int, _ width: Int, to row: Int) {
    let rows = frame.rows
    let target = frame.column(.addMass) + row
    let source = cells.channel(0, of: page) + lane
    // The first six columns are masses and depths; velocities and so on follow in sixes.
    for group in 0..<4 {
      let first = group == 0 ? 0 : group * 5
      let columns = target + group * 6 * rows
      for flow in 0..<3 {
        (columns + flow * rows).update(
          from: source + (first + flow) * CellPages.ticks,
          count: width
        )
      }
      let bids = source + (first + 3) * CellPages.ticks
      let asks = source + (first + 4) * CellPages.ticks
      let rest = columns + 3 * rows
      for index in 0..<width { rest[index] = bids[index] + asks[index] }
      (columns + 4 * rows).update(from: bids, count: width)
      (columns + 5 * rows).update(from: asks, count: width)
    }
  }

  private func copyCounts(
    _ page: Int,
    _ lane: Int,
    _ width: Int,
    to row: Int,
    _ book: borrowing OrderBook
  ) {
    let rows = frame.rows
    let target = frame.count(.lastEvent) + row
    let flows = cells.flows + page * CellPages.ticks + lane
    let levels = book.ladder.levels + page * PriceLadder.levelsPerPage + lane * 2
    for index in 0..<width {
      let flow = flows[index]
      let (bid, ask) = (levels[index * 2], levels[index * 2 + 1])
      target[index] = flow.lastEvent
      target[rows + index] = flow.added
      target[2 * rows + index] = flow.pulled
      target[3 * rows + index] = flow.filled
      target[4 * rows + index] = bid.quantity
      target[5 * rows + index] = ask.quantity
      target[6 * rows + index] = bid.resting &+ ask.resting
      target[7 * rows + index] = bid.orders
      target[8 * rows + index] = ask.orders
    }
  }

  /// What rests between two ticks counts at the nearest.
  private func addLooseRest(_ book: borrowing OrderBook, _ spot: Int64) {
    guard book.ladder.loose.count > 0 else { return }
    let resting = frame.count(.resting)
    for side in Side.allCases {
      for entry in book.ladder.loose.occupied(side) {
        let row = nearestTick(of: entry.price, tick) &- spot &+ Int64(frame.radius)
        guard row >= 0, row < frame.rows else { continue }
        resting[Int(row)] += book.ladder.levels[entry.level].resting
      }
    }
  }
}
