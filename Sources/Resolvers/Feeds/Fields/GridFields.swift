package import Engine
import JSON
package import OrderBook

/// The fields that show what feeds tell.
package enum GridFields {
  package static func all(_ hub: FeedHub) -> [NativeField] {
    [orderBookGrid(hub), orderBookNow(hub), orderBookLive(hub)]
  }

  // MARK: - The grid

  /// `order_book_grid(feed, radius, columns, every)`: bins as they end.
  private static func orderBookGrid(_ hub: FeedHub) -> NativeField {
    NativeField(
      "order_book_grid",
      of: [.subscription],
      description: "the bins of a feed: the newest at once, then each as it ends",
      arguments: [
        .required("feed", "String"),
        .optional("radius", "Int", "ticks to each side of the spot; by default all that there are"),
        .optional(
          "columns",
          GridText.column,
          isList: true,
          "by default the row and the columns with decay and derivatives"
        ),
        .optional("every", "Int", default: 1, "only each bin whose number is a multiple of this"),
      ],
      returns: .nonNull(.object(GridText.update)),
      requires: [Platform.feedSession],
      body: .stream { call, sink in
        let feed = try hub.feed(for: call)
        let grid = try GridRequest(call)
        let text = GridText(feed: feed.spec.name, grid, call.selection)
        let end = await feed.channel.follow(
          "grid \(sink.key) \(grid.key) {\(call.selection.signature)}",
          every: try positive("every", call) ?? 1,
          encode: { bin, skipped in [sink.body(of: text.write(bin, skipped: skipped))] },
          send: { await sink.send(body: $0[0]) }
        )
        try check(end, call)
      }
    )
  }

  // MARK: - The book

  private static let bookArguments: [NativeArgument] = [
    .required("feed", "String"),
    .optional("depth", "Int", default: 10, "levels of each side, from 1 to \(Feed.levels)"),
  ]

  /// `order_book(feed, depth)` as a query: the book at the end of the newest bin.
  private static func orderBookNow(_ hub: FeedHub) -> NativeField {
    NativeField(
      "order_book",
      of: [.query],
      description: "the best levels of a feed's book, at the end of its newest bin",
      arguments: bookArguments,
      returns: .object(OrderBookText.book),
      requires: [Platform.feedSession],
      body: .call { call in
        let feed = try hub.feed(for: call)
        let text = OrderBookText(feed: feed.spec.name, try depth(call), call.selection)
        guard let bin = feed.channel.latest else { return .encoded(Array("null".utf8)) }
        return .encoded(text.write(bin, skipped: 0))
      }
    )
  }

  /// The same as a subscription.
  private static func orderBookLive(_ hub: FeedHub) -> NativeField {
    NativeField(
      "order_book",
      of: [.subscription],
      description: "the best levels of a feed's book, at the end of each bin",
      arguments: bookArguments,
      returns: .object(OrderBookText.book),
      requires: [Platform.feedSession],
      body: .stream { call, sink in
        let feed = try hub.feed(for: call)
        let depth = try depth(call)
        let text = OrderBookText(feed: feed.spec.name, depth, call.selection)
        let end = await feed.channel.follow(
          "book \(sink.key) \(depth) {\(call.selection.signature)}",
          every: 1,
          encode: { bin, skipped in [sink.body(of: text.write(bin, skipped: skipped))] },
          send: { await sink.send(body: $0[0]) }
        )
        try check(end, call)
      }
    )
  }

  // MARK: - Arguments

  private static func depth(_ call: NativeCall) throws(HasuraError) -> Int {
    let depth = try positive("depth", call) ?? 10
    guard depth <= Feed.levels else {
      throw call.failure("\(depth) is not from 1 to \(Feed.levels)", at: "depth")
    }
    return depth
  }

  private static func positive(
    _ argument: String,
    _ call: NativeCall
  ) throws(HasuraError) -> Int? {
    guard let number = call.int(argument) else { return nil }
    guard number > 0 else { throw call.failure("\(number) is not above 0", at: argument) }
    return number
  }

  /// A feed that has failed ends its subscriptions with its reason.
  private static func check(_ end: FeedEnd?, _ call: NativeCall) throws(HasuraError) {
    guard case .failed(let reason) = end else { return }
    throw call.failure("the feed has failed: \(reason)", at: "feed", code: .unexpected)
  }
}

/// Which part of a grid is asked for.
package struct GridRequest: Sendable {
  /// Nil for all that there are.
  package var radius: Int?
  package var fields: [GridField]

  /// Without any named: what the wire has.
  package static let usual = [GridField.row] + GridColumn.allCases.map(GridField.column)

  package init(radius: Int? = nil, fields: [GridField] = usual) {
    self.radius = radius
    self.fields = fields
  }

  init(_ call: NativeCall) throws(HasuraError) {
    self.init()
    if let number = call.int("radius") {
      guard number >= 0 else { throw call.failure("\(number) is below 0", at: "radius") }
      radius = number
    }
    if let names = call.texts("columns") { fields = names.compactMap { GridField(name: $0) } }
  }

  /// The same for equal requests.
  var key: String {
    "\(radius.map(String.init) ?? "") \(fields.map(\.name).joined(separator: ","))"
  }
}
