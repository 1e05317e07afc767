/// The state of the ticks of the grid, on the pages of the price ladder.
///
/// A page is 64 ticks wide: for each channel 64 numbers in a row, so that a bin's end is arithmetic
/// on vectors. What records add to within a bin stands apart, tick by tick, for it is written at
/// random.
struct CellPages: ~Copyable {
  /// Numbers of a tick that last from bin to bin.
  enum Channel {
    static let addMass = 0, pullMass = 1, fillMass = 2, bidDepth = 3, askDepth = 4
    /// Of add, pull, fill, bid depth and ask depth each.
    static let velocity = 5, acceleration = 10, jerk = 15
    static let count = 20
  }

  /// What the records of a bin did at a tick; 32 bytes.
  struct Flow: BitwiseCopyable {
    var added: Int64 = 0
    var pulled: Int64 = 0
    var filled: Int64 = 0
    /// The last record that touched the tick, ever.
    var lastEvent: Int64 = 0
  }

  static let ticks = PriceLadder.ticksPerPage
  static let size = Channel.count * ticks

  private(set) var count = 0
  private var capacity = 0
  private(set) var channels: UnsafeMutablePointer<Double>
  private(set) var flows: UnsafeMutablePointer<Flow>
  /// By page, a bit for each tick: whether a record has touched it in this bin.
  private(set) var touched: UnsafeMutablePointer<UInt64>
  /// Whether the tick has a state at all.
  private(set) var existing: UnsafeMutablePointer<UInt64>
  /// Whether any of its numbers is not 0, in groups of 8.
  private(set) var live: UnsafeMutablePointer<UInt64>
  /// By tick: when its state was last moved; in event mode alone.
  private(set) var times: UnsafeMutablePointer<UInt64>
  private let keepsTimes: Bool
  /// What moves the ticks of one page at a bin's end.
  let inputs: UnsafeMutablePointer<Double>
  static let inputCount = 8 * ticks

  init(keepsTimes: Bool) {
    self.keepsTimes = keepsTimes
    channels = .allocate(capacity: 0)
    flows = .allocate(capacity: 0)
    touched = .allocate(capacity: 0)
    existing = .allocate(capacity: 0)
    live = .allocate(capacity: 0)
    times = .allocate(capacity: 0)
    inputs = .allocate(capacity: Self.inputCount)
    inputs.initialize(repeating: 0, count: Self.inputCount)
  }

  deinit {
    channels.deallocate()
    flows.deallocate()
    touched.deallocate()
    existing.deallocate()
    live.deallocate()
    times.deallocate()
    inputs.deallocate()
  }

  /// The numbers of a page's channel.
  @inline(__always)
  func channel(_ channel: Int, of page: Int) -> UnsafeMutablePointer<Double> {
    channels + (page &* Self.size &+ channel &* Self.ticks)
  }

  /// Makes room for as many pages as the ladder has.
  @inline(never)
  mutating func makeRoom(_ pages: Int) {
    if pages > capacity {
      let new = max(pages, capacity * 2, 16)
      channels.grow(from: capacity * Self.size, to: new * Self.size)
      flows.grow(from: capacity * Self.ticks, to: new * Self.ticks)
      touched.grow(from: capacity, to: new)
      existing.grow(from: capacity, to: new)
      live.grow(from: capacity, to: new)
      (channels + capacity * Self.size).initialize(
        repeating: 0,
        count: (new - capacity) * Self.size
      )
      (flows + capacity * Self.ticks).initialize(
        repeating: Flow(),
        count: (new - capacity) * Self.ticks
      )
      (touched + capacity).initialize(repeating: 0, count: new - capacity)
      (existing + capacity).initialize(repeating: 0, count: new - capacity)
      (live + capacity).initialize(repeating: 0, count: new - capacity)
      if keepsTimes {
        times.grow(from: capacity * Self.ticks, to: new * Self.ticks)
        (times + capacity * Self.ticks).initialize(
          repeating: 0,
          count: (new - capacity) * Self.ticks
        )
      }
      capacity = new
    }
    count = pages
  }

  func save(to state: inout StateWriter) {
    state.put(count)
    state.put(channels, count * Self.size)
    state.put(flows, count * Self.ticks)
    state.put(touched, count)
    state.put(existing, count)
    state.put(live, count)
    if keepsTimes { state.put(times, count * Self.ticks) }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    makeRoom(try state.takeCount(of: Self.size * 8))
    try state.take(into: channels, count * Self.size)
    try state.take(into: flows, count * Self.ticks)
    try state.take(into: touched, count)
    try state.take(into: existing, count)
    try state.take(into: live, count)
    if keepsTimes { try state.take(into: times, count * Self.ticks) }
  }
}
