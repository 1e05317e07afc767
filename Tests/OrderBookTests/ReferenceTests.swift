import JSON
import OrderBook
import Resolvers
import TestSupport
import Testing

/// What the reference in Python makes of generated files, number by number.
@Suite struct ReferenceTests {
  private static let folder = "fixtures/dbn/gen"

  @Test(
    arguments: ["mbo_edge", "mbo_small"],
    GridConfiguration.Mode.allCases
  )
  func makesTheSameOfAFile(name: String, mode: GridConfiguration.Mode) throws {
    let expectation = "\(Self.folder)/\(name).\(mode.rawValue).expected.json"
    guard let file = SharedFolder.path("\(Self.folder)/\(name).dbn"),
      let bytes = SharedFolder.bytes(expectation)
    else { return }
    let expected = try JSONValue(parsing: bytes.span)
    var grid = GridConfiguration()
    grid.mode = mode
    grid.radius = try #require(expected["radius"]?.int)
    let outcome = try Outcome(of: file, grid)
    #expect(outcome.summary == Outcome.summary(of: expected))
    let bins = try #require(expected["bins"]?.array)
    #expect(outcome.bins.count == bins.count)
    for (ours, theirs) in zip(outcome.bins, bins) {
      #expect(ours.header == Outcome.header(of: theirs))
      let columns = try #require(theirs["cols"]?.object)
      for member in columns.members where member.key != "k" {
        let values = try #require(ours.columns[member.key])
        let wanted = member.value.array?.compactMap { $0.number?.double } ?? []
        #expect(values.elementsEqual(wanted, by: Outcome.areClose), "\(member.key)")
      }
      for member in theirs["gold"]?.object?.members ?? [] {
        let values = try #require(ours.columns[member.key])
        let wanted = member.value.array?.compactMap { $0.number?.double } ?? []
        #expect(values.elementsEqual(wanted, by: Outcome.areClose), "\(member.key)")
      }
    }
  }

  @Test func makesTheSameOfALongCompressedFile() throws {
    guard let file = SharedFolder.path("\(Self.folder)/mbo_100k.dbn.zst"),
      let bytes = SharedFolder.bytes("\(Self.folder)/mbo_100k.expected.json")
    else { return }
    let expected = try JSONValue(parsing: bytes.span)
    var grid = GridConfiguration()
    grid.mode = try #require(
      expected["mode"]?.string.flatMap(GridConfiguration.Mode.init(rawValue:))
    )
    grid.radius = try #require(expected["radius"]?.int)
    #expect(try Outcome(of: file, grid).summary == Outcome.summary(of: expected))
  }
}

/// What came out of a replay, in the words of the reference.
private struct Outcome {
  struct Bin {
    var header: [String: String]
    var columns: [String: [Double]]
  }

  var summary: [String: String]
  var bins: [Bin] = []

  private static let numbers = [
    "records", "events", "crossed_after_event", "orders_at_end", "bin_count", "bbo_digest",
    "orders_digest", "flow_digest", "counts", "errors", "levels_at_end",
  ]

  private static let headerNames = [
    "bin_seq", "bin_start_ns", "bin_end_ns", "bin_event_count", "best_bid", "best_ask",
    "mid_price", "spot_price", "book_valid", "best_bid_move_ticks", "best_ask_move_ticks",
    "bid_reprice_sign", "ask_reprice_sign", "microstate_id", "chase_up_flag", "chase_down_flag",
    "trade_count", "trade_qty_buy", "trade_qty_sell", "trade_qty_none",
  ]

  static func summary(of json: JSONValue) -> [String: String] {
    Dictionary(uniqueKeysWithValues: numbers.map { ($0, json[$0]?.text ?? "") })
  }

  static func header(of json: JSONValue) -> [String: String] {
    Dictionary(uniqueKeysWithValues: headerNames.map { ($0, json[$0]?.text ?? "") })
  }

  /// Within 1e-9, relatively, or 1e-12.
  static func areClose(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= max(1e-12, 1e-9 * max(abs(left), abs(right)))
  }

  init(of path: String, _ grid: GridConfiguration) throws {
    let quotes = SHA256Stream()
    let flows = SHA256Stream()
    var configuration = BookReplay.Configuration()
    configuration.grid = grid
    configuration.wantsGold = true
    var replay = BookReplay(
      configuration,
      quotes: LineSink { quotes.update($0) },
      flows: LineSink { flows.update($0) }
    )
    var bins: [Bin] = []
    let keep = { (frame: GridFrame) in bins.append(Bin(frame)) }
    var reader = try DBNReader(path: path)
    #expect(try replay.run(&reader, onBin: keep) == false)
    replay.finish(onBin: keep)
    self.bins = bins
    let orders = SHA256Stream()
    for order in replay.book.allOrders() {
      let line = "\(order.id),\(order.side.letter),\(order.price),\(order.size)\n"
      Array(line.utf8).withUnsafeBytes { orders.update($0) }
    }
    let anomalies = replay.book.anomalies
    func text(_ levels: [OrderBook.LevelView]) -> String {
      "[" + levels.map { "[\($0.price),\($0.quantity),\($0.orders)]" }.joined(separator: ",") + "]"
    }
    let levels = (text(replay.book.levels(.bid, 10)), text(replay.book.levels(.ask, 10)))
    let counts = replay.actions.map { "\"\($0.action)\":\($0.count)" }.joined(separator: ",")
    summary = [
      "records": "\(replay.records)", "events": "\(replay.events)",
      "crossed_after_event": "\(replay.crossed)", "orders_at_end": "\(replay.book.orderCount)",
      "bin_count": "\(replay.binCount)", "bbo_digest": "\"\(quotes.finish())\"",
      "flow_digest": "\"\(flows.finish())\"", "orders_digest": "\"\(orders.finish())\"",
      "counts": "{\(counts)}", "levels_at_end": "{\"B\":\(levels.0),\"A\":\(levels.1)}",
      "errors": """
      {"unknown_cancel":\(anomalies.unknownCancels),"over_cancel":\(anomalies.overCancels),\
      "unknown_modify":\(anomalies.unknownModifies),"duplicate_add":\(anomalies.duplicateAdds)}
      """,
    ]
  }
}

extension Outcome.Bin {
  fileprivate init(_ frame: GridFrame) {
    let head = frame.header
    header = [
      "bin_seq": "\(head.sequence)", "bin_start_ns": "\(head.start)", "bin_end_ns": "\(head.end)",
      "bin_event_count": "\(head.eventCount)", "best_bid": "\(head.bestBid)",
      "best_ask": "\(head.bestAsk)", "mid_price": "\(head.midPrice)",
      "spot_price": "\(head.spotPrice)", "book_valid": "\(head.isBookValid)",
      "best_bid_move_ticks": "\(head.bidMove)", "best_ask_move_ticks": "\(head.askMove)",
      "bid_reprice_sign": "\(head.bidSign)", "ask_reprice_sign": "\(head.askSign)",
      "microstate_id": "\(head.microstate)", "chase_up_flag": head.chasesUp ? "1" : "0",
      "chase_down_flag": head.chasesDown ? "1" : "0", "trade_count": "\(head.trades.count)",
      "trade_qty_buy": "\(head.trades.bought)", "trade_qty_sell": "\(head.trades.sold)",
      "trade_qty_none": "\(head.trades.unsided)",
    ]
    columns = [:]
    for count in GridCount.allCases {
      columns[count.name] = frame.values(of: count).map { Double($0) }
    }
    for column in GridColumn.allCases { columns[column.name] = Array(frame.values(of: column)) }
    for column in GoldColumn.allCases { columns[column.name] = Array(frame.values(of: column)) }
  }
}
