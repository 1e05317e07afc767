/// The live orders by their ids.
///
/// A hash table of one flat piece of memory: linear probing, at most half full, and no marks of what
/// was removed, for what follows a removed order moves up. Two orders share a cache line. Nothing is
/// allocated but when it grows.
struct OrderTable: ~Copyable {
  /// An order; 32 bytes.
  struct Order: BitwiseCopyable {
    var id: UInt64
    /// When it came to its price, in nanoseconds.
    var arrival: UInt64
    /// Its level and one more; 0 where the place is free.
    ///
    /// The top bit says that it is counted among those that rest.
    var place: UInt32
    var size: UInt32
    /// What fills have announced and no cancel or modify has taken off yet.
    var pending: UInt32
    /// Orders of one level stand in the order of these.
    var priority: UInt32

    static let resting: UInt32 = 1 << 31

    @inline(__always) var level: Int { Int(place & ~Order.resting) - 1 }
    @inline(__always) var isResting: Bool { place & Order.resting != 0 }
  }

  private(set) var count = 0
  private var capacity: Int
  private var mask: Int
  private var shift: UInt64
  private var orders: UnsafeMutablePointer<Order>
  /// Odd, and of this table alone: nobody can choose ids that collide.
  private let multiplier: UInt64

  init(capacity: Int = 1 << 11) {
    precondition(capacity > 1 && capacity & (capacity - 1) == 0)
    // The golden ratio spreads ids that follow each other best; some of its low bits are ours.
    multiplier = 0x9E37_79B9_7F4A_7C15 ^ (UInt64.random(in: 0..<(1 << 24)) << 1)
    self.capacity = capacity
    mask = capacity - 1
    shift = UInt64(64 - capacity.trailingZeroBitCount)
    orders = Self.allocate(capacity)
  }

  deinit { orders.deallocate() }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Order> {
    let size = capacity * MemoryLayout<Order>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    return memory.bindMemory(to: Order.self, capacity: capacity)
  }

  @inline(__always)
  private func home(_ id: UInt64) -> Int {
    Int(truncatingIfNeeded: (id &* multiplier) &>> shift)
  }

  /// Where an order is; nil where there is none of that id.
  ///
  /// The pointer is good until an order is inserted or removed.
  @inline(__always)
  func find(_ id: UInt64) -> UnsafeMutablePointer<Order>? {
    var index = home(id)
    while true {
      let order = orders + index
      if order.pointee.place == 0 { return nil }
      if order.pointee.id == id { return order }
      index = (index &+ 1) & mask
    }
  }

  /// Loads where an order would be, so that it is near when it is looked for.
  @inline(__always)
  func touch(_ id: UInt64) -> UInt32 { (orders + home(id)).pointee.place }

  /// A place for an order that is not there yet, for the caller to fill.
  @inline(__always)
  mutating func insert(_ id: UInt64) -> UnsafeMutablePointer<Order> {
    if (count &+ 1) &* 2 > capacity { grow() }
    count &+= 1
    return free(id)
  }

  @inline(__always)
  private func free(_ id: UInt64) -> UnsafeMutablePointer<Order> {
    var index = home(id)
    while (orders + index).pointee.place != 0 { index = (index &+ 1) & mask }
    return orders + index
  }

  /// Removes the order at a place that ``find(_:)`` gave.
  @inline(__always)
  mutating func remove(_ order: UnsafeMutablePointer<Order>) {
    count &-= 1
    var hole = order - orders
    var index = (hole &+ 1) & mask
    while true {
      let next = orders + index
      if next.pointee.place == 0 { break }
      // It moves up unless its home lies behind the hole, on the way round to where it is.
      if (index &- home(next.pointee.id)) & mask >= (index &- hole) & mask {
        orders[hole] = next.pointee
        hole = index
      }
      index = (index &+ 1) & mask
    }
    orders[hole].place = 0
  }

  mutating func removeAll() {
    let size = capacity * MemoryLayout<Order>.stride
    UnsafeMutableRawPointer(orders).initializeMemory(as: UInt8.self, repeating: 0, count: size)
    count = 0
  }

  @inline(never)
  private mutating func grow() {
    let (old, oldCapacity) = (orders, capacity)
    capacity *= 2
    mask = capacity - 1
    shift -= 1
    orders = Self.allocate(capacity)
    for index in 0..<oldCapacity where old[index].place != 0 {
      free(old[index].id).pointee = old[index]
    }
    old.deallocate()
  }

  func save(to state: inout StateWriter) {
    state.put(count)
    for index in 0..<capacity where orders[index].place != 0 { state.put(orders[index]) }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    removeAll()
    for _ in 0..<(try state.takeCount(of: MemoryLayout<Order>.size)) {
      let order = try state.take(Order.self)
      guard order.place & ~Order.resting != 0 else { throw StateError() }
      insert(order.id).pointee = order
    }
  }

  /// Goes through all orders, in no order.
  func forEach(_ body: (UnsafeMutablePointer<Order>) -> Void) {
    for index in 0..<capacity where orders[index].place != 0 { body(orders + index) }
  }
}
