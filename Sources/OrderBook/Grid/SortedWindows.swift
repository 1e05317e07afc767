/// The last values of a series, also sorted: its median and how far it strays, at any time.
struct SortedWindows: ~Copyable {
  private let series: Int
  private let capacity: Int
  /// By series: the values as they came, in a ring, and sorted.
  private let ring: UnsafeMutablePointer<Double>
  private let sorted: UnsafeMutablePointer<Double>
  private(set) var count = 0
  private var next = 0

  init(series: Int, capacity: Int) {
    self.series = series
    self.capacity = capacity
    ring = .allocate(capacity: series * capacity)
    sorted = .allocate(capacity: series * capacity)
    ring.initialize(repeating: 0, count: series * capacity)
    sorted.initialize(repeating: 0, count: series * capacity)
  }

  deinit {
    ring.deallocate()
    sorted.deallocate()
  }

  func save(to state: inout StateWriter) {
    state.put(count)
    state.put(next)
    state.put(ring, series * capacity)
    state.put(sorted, series * capacity)
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    count = try state.take()
    next = try state.take()
    guard (0...capacity).contains(count), (0..<capacity).contains(next) else { throw StateError() }
    try state.take(into: ring, series * capacity)
    try state.take(into: sorted, series * capacity)
  }

  /// Puts a value into a series; every series gets one before ``advance()``.
  func append(_ value: Double, to series: Int) {
    let ring = ring + series * capacity
    let sorted = sorted + series * capacity
    var count = count
    if count == capacity {
      let old = Self.position(of: ring[next], in: sorted, count)
      (sorted + old).update(from: sorted + old + 1, count: count - old - 1)
      count -= 1
    }
    let place = Self.position(of: value, in: sorted, count)
    (sorted + place + 1).update(from: sorted + place, count: count - place)
    sorted[place] = value
    ring[next] = value
  }

  mutating func advance() {
    next = next + 1 == capacity ? 0 : next + 1
    if count < capacity { count += 1 }
  }

  /// The first place whose value is not below one.
  private static func position(
    of value: Double,
    in sorted: UnsafeMutablePointer<Double>,
    _ count: Int
  ) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The median of a series of that many values, and the median of their distances from it.
  func spread(of series: Int, _ count: Int) -> (median: Double, deviation: Double) {
    let values = sorted + series * capacity
    let half = count / 2
    let isOdd = count % 2 == 1
    let median = isOdd ? values[half] : (values[half - 1] + values[half]) / 2
    // The distances below the median and those above it are sorted lists: the wanted ones are found
    // by how many of the smallest come from below.
    let split = Self.position(of: median, in: values, count)
    let (below, above) = (split, count - split)
    func lower(_ index: Int) -> Double { median - values[split - 1 - index] }
    func upper(_ index: Int) -> Double { values[split + index] - median }
    // As many as lie before the upper middle one.
    let wanted = half
    var (low, high) = (max(0, wanted - above), min(wanted, below))
    while low < high {
      let middle = (low + high) / 2
      if middle < below, wanted - middle > 0, lower(middle) < upper(wanted - middle - 1) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    let (left, right) = (low, wanted - low)
    let after = min(
      left < below ? lower(left) : .infinity,
      right < above ? upper(right) : .infinity
    )
    guard !isOdd else { return (median, after) }
    let before = max(
      left > 0 ? lower(left - 1) : -.infinity,
      right > 0 ? upper(right - 1) : -.infinity
    )
    return (median, (before + after) / 2)
  }
}
