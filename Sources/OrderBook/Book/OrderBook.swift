/// The orders of one instrument on one venue, by Databento's rules.
///
/// A cancel takes its size off the order, and removes it when nothing is left. A modify sets price
/// and size; it keeps the order's place in its queue only at the same price with no more size.
/// Trades and fills change nothing: the cancels that follow them do. Sums of sizes are exact.
///
/// The book may be looked at after the last record of an event. Nothing is allocated but when there
/// are more orders or more prices than ever before.
package struct OrderBook: ~Copyable {
  /// Records that did not fit the book; each was taken as well as it could be.
  package struct Anomalies: Hashable, Sendable {
    /// Cancels of orders that are not there: ignored.
    package var unknownCancels = 0
    /// Cancels of more than there is: the order is removed.
    package var overCancels = 0
    /// Modifies of orders that are not there: taken as adds.
    package var unknownModifies = 0
    /// Adds of orders that are there: the new one takes the place of the old one.
    package var duplicateAdds = 0
    /// Adds and modifies without a side or without a price: ignored.
    package var misfits = 0

    package init() {}
  }

  var orders = OrderTable()
  var ladder: PriceLadder
  private let restAge: UInt64?
  private var queue = RestQueue()
  private var priority: UInt32 = 0
  package private(set) var anomalies = Anomalies()
  /// Whether there were more prices than the book has room for: the tick does not fit.
  package private(set) var hasOverflown = false

  /// A book whose prices lie on multiples of a tick, in units of 1e-9; others cost time.
  ///
  /// With an age, levels know how much of them has stood at its price for as long, in nanoseconds.
  package init(tick: Int64, restingAfter age: UInt64? = nil) {
    ladder = PriceLadder(tick: tick)
    restAge = age
  }

  package var orderCount: Int { orders.count }

  // MARK: - Records

  /// What a record moved at a level.
  struct Flow {
    var level = -1
    var added: UInt32 = 0
    var pulled: UInt32 = 0
    var filled: UInt32 = 0
  }

  /// What a record moved: a change of price does so at two levels.
  struct Effect {
    var first = Flow()
    var second = Flow()
    /// Whether depth changed where no flow tells.
    var isIrregular = false
  }

  /// Changes the book as a record says; the times of the records never go back.
  @inline(__always)
  mutating func apply(_ record: MBORecord, at time: UInt64) -> Effect {
    switch record.action {
    case MBORecord.Action.cancel: cancel(record)
    case MBORecord.Action.add: add(record, at: time)
    case MBORecord.Action.modify: modify(record, at: time)
    case MBORecord.Action.fill: announce(record)
    case MBORecord.Action.clear: clear()
    default: Effect()
    }
  }

  @inline(__always)
  private mutating func add(_ record: MBORecord, at time: UInt64) -> Effect {
    if record.flags & MBORecord.Flag.topOfBook != 0 { return replaceSide(record, at: time) }
    guard let level = level(of: record) else { return Effect() }
    var effect = Effect()
    if let old = orders.find(record.orderID) {
      anomalies.duplicateAdds &+= 1
      effect.isIrregular = true
      remove(old)
    }
    insert(record.orderID, level, record, at: time)
    effect.first = Flow(level: level, added: record.size)
    return effect
  }

  /// The level that a record names; nil, and counted, where it names none.
  @inline(__always)
  private mutating func level(of record: MBORecord) -> Int? {
    guard let side = Side(letter: record.side), record.price != MBORecord.undefinedPrice else {
      anomalies.misfits &+= 1
      return nil
    }
    guard let level = ladder.level(of: record.price, side) else {
      hasOverflown = true
      return nil
    }
    return level
  }

  @inline(__always)
  private mutating func insert(_ id: UInt64, _ level: Int, _ record: MBORecord, at time: UInt64) {
    let order = orders.insert(id)
    order.pointee = OrderTable.Order(
      id: id,
      arrival: time,
      place: UInt32(truncatingIfNeeded: level &+ 1),
      size: record.size,
      pending: 0,
      priority: nextPriority()
    )
    ladder.change(level, quantity: Int64(record.size), orders: 1, price: record.price)
    if restAge != nil { queue.append(id, time, orders) }
  }

  @inline(__always)
  private mutating func cancel(_ record: MBORecord) -> Effect {
    guard let order = orders.find(record.orderID) else {
      anomalies.unknownCancels &+= 1
      return Effect()
    }
    let level = order.pointee.level
    var size = record.size
    if size > order.pointee.size {
      anomalies.overCancels &+= 1
      size = order.pointee.size
    }
    let filled = min(order.pointee.pending, size)
    if size == order.pointee.size {
      remove(order)
    } else {
      order.pointee.pending &-= filled
      order.pointee.size &-= size
      if order.pointee.isResting { ladder.rest(level, by: -Int64(size)) }
      ladder.change(level, quantity: -Int64(size), orders: 0, price: 0)
    }
    return Effect(first: Flow(level: level, pulled: size &- filled, filled: filled))
  }

  @inline(__always)
  private mutating func modify(_ record: MBORecord, at time: UInt64) -> Effect {
    guard let level = level(of: record) else { return Effect() }
    guard let order = orders.find(record.orderID) else {
      anomalies.unknownModifies &+= 1
      insert(record.orderID, level, record, at: time)
      return Effect(first: Flow(level: level, added: record.size))
    }
    let (old, oldSize) = (order.pointee.level, order.pointee.size)
    if level == old {
      let difference = Int64(record.size) - Int64(oldSize)
      order.pointee.size = record.size
      if order.pointee.isResting { ladder.rest(level, by: difference) }
      ladder.change(level, quantity: difference, orders: 0, price: 0)
      if difference > 0 {
        order.pointee.priority = nextPriority()
        return Effect(first: Flow(level: level, added: record.size &- oldSize))
      }
      let less = oldSize &- record.size
      let filled = min(order.pointee.pending, less)
      order.pointee.pending &-= filled
      return Effect(first: Flow(level: level, pulled: less &- filled, filled: filled))
    }
    if order.pointee.isResting { ladder.rest(old, by: -Int64(oldSize)) }
    ladder.change(old, quantity: -Int64(oldSize), orders: -1, price: 0)
    order.pointee.place = UInt32(truncatingIfNeeded: level &+ 1)
    order.pointee.size = record.size
    order.pointee.arrival = time
    order.pointee.pending = 0
    order.pointee.priority = nextPriority()
    ladder.change(level, quantity: Int64(record.size), orders: 1, price: record.price)
    if restAge != nil { queue.append(record.orderID, time, orders) }
    return Effect(
      first: Flow(level: old, pulled: oldSize),
      second: Flow(level: level, added: record.size)
    )
  }

  /// A fill says that the cancel which follows takes off what was traded.
  @inline(__always)
  private mutating func announce(_ record: MBORecord) -> Effect {
    if let order = orders.find(record.orderID) {
      let (sum, isTooMuch) = order.pointee.pending.addingReportingOverflow(record.size)
      order.pointee.pending = isTooMuch ? .max : sum
    }
    return Effect()
  }

  private mutating func clear() -> Effect {
    orders.removeAll()
    ladder.removeAll()
    queue.removeAll()
    return Effect(isIrregular: true)
  }

  @inline(__always)
  private mutating func remove(_ order: UnsafeMutablePointer<OrderTable.Order>) {
    let (level, size) = (order.pointee.level, Int64(order.pointee.size))
    if order.pointee.isResting { ladder.rest(level, by: -size) }
    ladder.change(level, quantity: -size, orders: -1, price: 0)
    orders.remove(order)
  }

  /// A venue that tells its best levels alone: the record is all that its side has.
  @inline(never)
  private mutating func replaceSide(_ record: MBORecord, at time: UInt64) -> Effect {
    guard let side = Side(letter: record.side) else {
      anomalies.misfits &+= 1
      return Effect()
    }
    var effect = Effect(isIrregular: true)
    // Such records have no ids of their own.
    let id = UInt64.max - UInt64(side.rawValue)
    if let old = orders.find(id) { remove(old) }
    guard record.price != MBORecord.undefinedPrice, let level = level(of: record) else {
      return effect
    }
    insert(id, level, record, at: time)
    effect.first = Flow(level: level, added: record.size)
    return effect
  }

  @inline(__always)
  private mutating func nextPriority() -> UInt32 {
    if priority == .max { renumber() }
    priority &+= 1
    return priority
  }

  /// After 4,294,967,295 arrivals: gives the orders new numbers in the order of their old ones.
  @inline(never)
  private mutating func renumber() {
    var live: [(id: UInt64, priority: UInt32)] = []
    orders.forEach { live.append(($0.pointee.id, $0.pointee.priority)) }
    live.sort { $0.priority < $1.priority }
    for (index, order) in live.enumerated() {
      orders.find(order.id)?.pointee.priority = UInt32(index + 1)
    }
    priority = UInt32(live.count)
  }

  /// Counts what has been at its price for long enough at that time as resting.
  mutating func rest(until time: UInt64) {
    guard let restAge else { return }
    while let entry = queue.first(arrivedBy: time, age: restAge) {
      queue.removeFirst()
      guard let order = orders.find(entry.id), order.pointee.arrival == entry.arrival,
        !order.pointee.isResting
      else { continue }
      order.pointee.place |= OrderTable.Order.resting
      ladder.rest(order.pointee.level, by: Int64(order.pointee.size))
    }
  }
}
