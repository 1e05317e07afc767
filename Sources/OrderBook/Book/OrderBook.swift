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
  package struct Anomalies: Hashable, BitwiseCopyable, Sendable {
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
  private let restAge: UInt64
  private let tracksRest: Bool
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
    restAge = age ?? 0
    tracksRest = age != nil
  }

  package var orderCount: Int { orders.count }

  // MARK: - Records

  /// Changes the book as a record says, and tells what moved; the times of the records never go back.
  @inline(__always)
  mutating func apply<Flows: FlowSink & ~Copyable>(
    _ record: OrderEvent,
    at time: UInt64,
    into flows: inout Flows
  ) {
    switch record.action {
    case MBORecord.Action.cancel: cancel(record, &flows)
    case MBORecord.Action.add: add(record, at: time, &flows)
    case MBORecord.Action.modify: modify(record, at: time, &flows)
    case MBORecord.Action.fill: announce(record)
    case MBORecord.Action.clear: clear()
    default: break
    }
  }

  @inline(__always)
  private mutating func add<Flows: FlowSink & ~Copyable>(
    _ record: OrderEvent,
    at time: UInt64,
    _ flows: inout Flows
  ) {
    if record.flags & MBORecord.Flag.topOfBook != 0 {
      return replaceSide(record, at: time, &flows)
    }
    guard let level = level(of: record) else { return }
    if let old = orders.find(record.orderID) {
      anomalies.duplicateAdds &+= 1
      flows.noteIrregularity()
      remove(old)
    }
    insert(record.orderID, level, record, at: time)
    flows.take(level, added: record.size, pulled: 0, filled: 0, &ladder)
  }

  /// The level that a record names; nil, and counted, where it names none.
  @inline(__always)
  private mutating func level(of record: OrderEvent) -> Int? {
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
  private mutating func insert(_ id: UInt64, _ level: Int, _ record: OrderEvent, at time: UInt64) {
    let order = orders.insert(id)
    order.pointee = OrderTable.Order(
      id: id,
      arrival: time,
      place: UInt32(truncatingIfNeeded: level &+ 1),
      size: record.size,
      pending: 0,
      priority: nextPriority()
    )
    ladder.arrive(level, with: Int64(record.size), price: record.price)
    if tracksRest { queue.append(id, time, orders) }
  }

  @inline(__always)
  private mutating func cancel<Flows: FlowSink & ~Copyable>(
    _ record: OrderEvent,
    _ flows: inout Flows
  ) {
    guard let order = orders.find(record.orderID) else {
      anomalies.unknownCancels &+= 1
      return
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
      ladder.change(level, by: -Int64(size))
    }
    flows.take(level, added: 0, pulled: size &- filled, filled: filled, &ladder)
  }

  @inline(__always)
  private mutating func modify<Flows: FlowSink & ~Copyable>(
    _ record: OrderEvent,
    at time: UInt64,
    _ flows: inout Flows
  ) {
    guard let level = level(of: record) else { return }
    let size = record.size
    guard let order = orders.find(record.orderID) else {
      anomalies.unknownModifies &+= 1
      insert(record.orderID, level, record, at: time)
      return flows.take(level, added: size, pulled: 0, filled: 0, &ladder)
    }
    let (old, oldSize) = (order.pointee.level, order.pointee.size)
    if level == old {
      let difference = Int64(size) - Int64(oldSize)
      order.pointee.size = size
      if order.pointee.isResting { ladder.rest(level, by: difference) }
      ladder.change(level, by: difference)
      if difference > 0 {
        order.pointee.priority = nextPriority()
        return flows.take(level, added: size &- oldSize, pulled: 0, filled: 0, &ladder)
      }
      let less = oldSize &- size
      let filled = min(order.pointee.pending, less)
      order.pointee.pending &-= filled
      return flows.take(level, added: 0, pulled: less &- filled, filled: filled, &ladder)
    }
    if order.pointee.isResting { ladder.rest(old, by: -Int64(oldSize)) }
    ladder.leave(old, with: Int64(oldSize))
    order.pointee.place = UInt32(truncatingIfNeeded: level &+ 1)
    order.pointee.size = size
    order.pointee.arrival = time
    order.pointee.pending = 0
    order.pointee.priority = nextPriority()
    ladder.arrive(level, with: Int64(size), price: record.price)
    if tracksRest { queue.append(record.orderID, time, orders) }
    flows.take(old, added: 0, pulled: oldSize, filled: 0, &ladder)
    flows.take(level, added: size, pulled: 0, filled: 0, &ladder)
  }

  /// A fill says that the cancel which follows takes off what was traded.
  @inline(__always)
  private mutating func announce(_ record: OrderEvent) {
    guard let order = orders.find(record.orderID) else { return }
    let (sum, isTooMuch) = order.pointee.pending.addingReportingOverflow(record.size)
    order.pointee.pending = isTooMuch ? .max : sum
  }

  private mutating func clear() {
    orders.removeAll()
    ladder.removeAll()
    queue.removeAll()
  }

  @inline(__always)
  private mutating func remove(_ order: UnsafeMutablePointer<OrderTable.Order>) {
    let (level, size) = (order.pointee.level, Int64(order.pointee.size))
    if order.pointee.isResting { ladder.rest(level, by: -size) }
    ladder.leave(level, with: size)
    orders.remove(order)
  }

  /// A venue that tells its best levels alone: the record is all that its side has.
  @inline(never)
  private mutating func replaceSide<Flows: FlowSink & ~Copyable>(
    _ record: OrderEvent,
    at time: UInt64,
    _ flows: inout Flows
  ) {
    guard let side = Side(letter: record.side) else {
      anomalies.misfits &+= 1
      return
    }
    flows.noteIrregularity()
    // Such records have no ids of their own.
    let id = UInt64.max - UInt64(side.rawValue)
    if let old = orders.find(id) { remove(old) }
    guard record.price != MBORecord.undefinedPrice, let level = level(of: record) else { return }
    insert(id, level, record, at: time)
    flows.take(level, added: record.size, pulled: 0, filled: 0, &ladder)
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

  func save(to state: inout StateWriter) {
    orders.save(to: &state)
    ladder.save(to: &state)
    queue.save(to: &state)
    state.put(priority)
    state.put(anomalies)
  }

  /// For a new book of the same tick and age.
  mutating func restore(from state: inout StateReader) throws(StateError) {
    try orders.restore(from: &state)
    try ladder.restore(from: &state)
    try queue.restore(from: &state)
    priority = try state.take()
    anomalies = try state.take()
    let end = ladder.pageCount * PriceLadder.levelsPerPage
    var isSound = true
    orders.forEach { if $0.pointee.level >= end { isSound = false } }
    guard isSound else { throw StateError() }
  }

  /// Counts what has been at its price for long enough at that time as resting.
  mutating func rest(until time: UInt64) {
    guard tracksRest else { return }
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
