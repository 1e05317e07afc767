import OrderBook

/// Streams of market data out of any bytes: read in one run and in short ones, they give the same;
/// what they hold can be printed, and goes through the book and the grid.
///
/// The first byte says how the rest is taken: as a stream, as a fragment, or as frames of zstd.
enum DBNCheck {
  static func run(_ bytes: [UInt8]) {
    guard let kind = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    let whole = outcome(rest, kind, step: .max)
    let pieces = outcome(rest, kind, step: 7)
    // How much zstd makes of a broken frame, and what it says, depends on how much it is given.
    if kind & 3 != 2 || whole.error == nil {
      precondition(whole.text == pieces.text, "runs of another size give something else")
      precondition(whole.error?.reason == pieces.error?.reason, "the error is another one")
    } else {
      precondition(pieces.error != nil, "in other runs it is not wrong")
    }
    replay(rest, kind, .bin)
    replay(rest, kind, .event)
  }

  private static func reader(_ bytes: [UInt8], _ kind: UInt8, step: Int) throws(DBNError)
    -> DBNReader
  {
    let source = MemorySource(bytes, step: step)
    switch kind & 3 {
    case 1: return try DBNReader(source, isFragment: true)
    case 2: return try DBNReader(try ZstdSource(source))
    default: return try DBNReader(source)
    }
  }

  private static func outcome(
    _ bytes: [UInt8],
    _ kind: UInt8,
    step: Int
  ) -> (text: [UInt8], error: DBNError?) {
    var text = TextBuffer()
    do throws(DBNError) {
      var reader = try reader(bytes, kind, step: step)
      if let metadata = reader.metadata { text.append(metadata.json) }
      let hasSendTime = reader.metadata?.hasSendTimes ?? false
      while let record = try reader.next() {
        guard let layout = try RecordLayout.of(record, hasSendTime: hasSendTime, at: 0) else {
          continue
        }
        layout.writeJSON(record, hasSendTime: hasSendTime, to: &text)
        layout.writeCSV(record, hasSendTime: hasSendTime, to: &text)
        // Bombs of zstd are no concern of the reader.
        if text.bytes.count > 1 << 22 { return (text.bytes, nil) }
      }
      return (text.bytes, nil)
    } catch {
      return (text.bytes, error)
    }
  }

  private static func replay(_ bytes: [UInt8], _ kind: UInt8, _ mode: GridConfiguration.Mode) {
    var grid = GridConfiguration()
    grid.mode = mode
    grid.radius = 5
    grid.cellWidth = 1_000_000_000_000
    var configuration = BookReplay.Configuration()
    configuration.grid = grid
    configuration.wantsGold = true
    configuration.maximumBins = 200
    var replay = BookReplay(configuration)
    do {
      var reader = try reader(bytes, kind, step: .max)
      _ = try replay.run(&reader, atMost: 20_000)
      replay.finish()
    } catch {
      return
    }
    var sums: [Side: Int64] = [.bid: 0, .ask: 0]
    for order in replay.book.allOrders() { sums[order.side, default: 0] += Int64(order.size) }
    for side in Side.allCases {
      let levels = replay.book.levels(side, .max)
      let sum = levels.reduce(0) { $0 + $1.quantity }
      precondition(sum == sums[side], "levels are not the sums of their orders")
      precondition(levels.first == replay.book.best(side), "the best level is not the first")
    }
  }
}
