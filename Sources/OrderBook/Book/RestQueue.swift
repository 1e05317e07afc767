/// The orders that have come to their prices, first come first, until they count as resting.
///
/// Most are gone by then: who takes one out looks whether it is still there.
struct RestQueue: ~Copyable {
  struct Entry: BitwiseCopyable {
    var id: UInt64
    var arrival: UInt64
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 1 << 10
  private var start = 0
  private var count = 0

  init() {
    entries = .allocate(capacity: capacity)
  }

  deinit { entries.deallocate() }

  @inline(__always)
  mutating func append(_ id: UInt64, _ arrival: UInt64, _ orders: borrowing OrderTable) {
    if count == capacity { makeRoom(orders) }
    entries[(start &+ count) & (capacity &- 1)] = Entry(id: id, arrival: arrival)
    count &+= 1
  }

  /// The first one, if it had come an age before the time.
  @inline(__always)
  func first(arrivedBy time: UInt64, age: UInt64) -> Entry? {
    guard count > 0 else { return nil }
    let entry = entries[start]
    return time >= entry.arrival && time &- entry.arrival >= age ? entry : nil
  }

  @inline(__always)
  mutating func removeFirst() {
    start = (start &+ 1) & (capacity &- 1)
    count &-= 1
  }

  func save(to state: inout StateWriter) {
    state.put(count)
    for index in 0..<count { state.put(entries[(start + index) & (capacity - 1)]) }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    let saved = try state.takeCount(of: MemoryLayout<Entry>.size)
    while capacity < saved { capacity *= 2 }
    entries.deallocate()
    entries = .allocate(capacity: capacity)
    (start, count) = (0, 0)
    for index in 0..<saved {
      entries[index] = try state.take()
      count = index + 1
    }
  }

  mutating func removeAll() {
    (start, count) = (0, 0)
  }

  /// Drops those that are gone; what is left takes half of the room at most.
  ///
  /// Without it, records that all have the same time would fill the memory.
  @inline(never)
  private mutating func makeRoom(_ orders: borrowing OrderTable) {
    let old = entries
    let (oldStart, oldCount, oldMask) = (start, count, capacity - 1)
    var kept = 0
    // In place, in order: what is kept never overtakes what is read.
    for index in 0..<oldCount {
      let entry = old[(oldStart + index) & oldMask]
      guard let order = orders.find(entry.id), order.pointee.arrival == entry.arrival else {
        continue
      }
      old[(oldStart + kept) & oldMask] = entry
      kept += 1
    }
    count = kept
    guard kept > capacity / 2 else { return }
    let new = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
    for index in 0..<kept { new[index] = old[(oldStart + index) & oldMask] }
    old.deallocate()
    entries = new
    start = 0
    capacity *= 2
  }
}
