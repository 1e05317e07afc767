extension OrderBook {
  /// A level of the book: a price in units of 1e-9 and what rests there.
  package struct LevelView: Hashable, Sendable {
    package var price: Int64
    package var quantity: Int64
    package var orders: Int

    package init(price: Int64, quantity: Int64, orders: Int) {
      self.price = price
      self.quantity = quantity
      self.orders = orders
    }
  }

  /// An order where it stands.
  package struct OrderView: Hashable, Sendable {
    package var id: UInt64
    package var side: Side
    package var price: Int64
    package var size: UInt32

    package init(id: UInt64, side: Side, price: Int64, size: UInt32) {
      self.id = id
      self.side = side
      self.price = price
      self.size = size
    }
  }

  /// The best level of a side; nil where the side is empty.
  package func best(_ side: Side) -> LevelView? {
    guard let level = ladder.best(side) else { return nil }
    return view(of: level, ladder.bestPrice(side))
  }

  private func view(of level: Int, _ price: Int64) -> LevelView {
    let place = ladder.levels[level]
    return LevelView(price: price, quantity: place.quantity, orders: Int(place.orders))
  }

  /// The levels of a side from the best on, at most that many.
  package func levels(_ side: Side, _ count: Int) -> [LevelView] {
    var views: [LevelView] = []
    var level = ladder.outermost(side)
    let occupied = ladder.loose.occupied(side)
    var loose = side == .bid ? Array(occupied.reversed()) : occupied
    loose.reverse()
    while views.count < count {
      let price = level.map { ladder.price(of: $0) }
      if let other = loose.last,
        price.map({ side == .bid ? other.price > $0 : other.price < $0 }) ?? true
      {
        loose.removeLast()
        views.append(view(of: other.level, other.price))
      } else if let next = level, let price {
        views.append(view(of: next, price))
        level = ladder.inward(of: next)
      } else {
        break
      }
    }
    return views
  }

  /// The orders of a price, in the order in which they would trade.
  package func queue(at price: Int64, _ side: Side) -> [OrderView] {
    var found: [(priority: UInt32, view: OrderView)] = []
    forEachOrder { order in
      let level = order.pointee.level
      guard PriceLadder.side(of: level) == side, ladder.price(of: level) == price else { return }
      found.append((order.pointee.priority, view(of: order)))
    }
    return found.sorted { $0.priority < $1.priority }.map(\.view)
  }

  /// All orders by their ids.
  package func allOrders() -> [OrderView] {
    var views: [OrderView] = []
    views.reserveCapacity(orderCount)
    forEachOrder { views.append(view(of: $0)) }
    return views.sorted { $0.id < $1.id }
  }

  private func forEachOrder(_ body: (UnsafeMutablePointer<OrderTable.Order>) -> Void) {
    orders.forEach(body)
  }

  private func view(of order: UnsafeMutablePointer<OrderTable.Order>) -> OrderView {
    let level = order.pointee.level
    return OrderView(
      id: order.pointee.id,
      side: PriceLadder.side(of: level),
      price: ladder.price(of: level),
      size: order.pointee.size
    )
  }
}
