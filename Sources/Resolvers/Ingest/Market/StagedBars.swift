/// Daily bars of one symbol on their way into the database, in the order of the source.
package struct StagedBars: Sendable {
  package let symbol: String
  /// Days since 1970.
  package private(set) var days: [Int32] = []
  /// In units of 10⁻⁹.
  package private(set) var open: [Int64] = []
  private(set) var high: [Int64] = []
  private(set) var low: [Int64] = []
  package private(set) var close: [Int64] = []
  private(set) var volume: [Int64] = []
  /// Lines that are no bars, with the reason.
  package private(set) var rejections: [(line: Int, reason: String)] = []

  package init(symbol: String) {
    self.symbol = symbol
  }

  package var count: Int { days.count }

  mutating func append(
    day: Int,
    open: Int64,
    high: Int64,
    low: Int64,
    close: Int64,
    volume: Int64
  ) {
    days.append(Int32(clamping: day))
    self.open.append(open)
    self.high.append(high)
    self.low.append(low)
    self.close.append(close)
    self.volume.append(volume)
  }

  mutating func reject(line: Int, _ reason: String) {
    // One bad file must not fill the memory with what is wrong with it.
    if rejections.count < 10_000 { rejections.append((line, reason)) }
  }

  mutating func remove(where isRemoved: (Int) -> Bool) {
    let kept = days.indices.filter { !isRemoved($0) }
    guard kept.count < count else { return }
    func pick<Value>(_ values: [Value]) -> [Value] { kept.map { values[$0] } }
    days = pick(days)
    open = pick(open)
    high = pick(high)
    low = pick(low)
    close = pick(close)
    volume = pick(volume)
  }

  /// Puts the bars in the order of their days.
  mutating func sort() {
    guard zip(days, days.dropFirst()).contains(where: { $0 > $1 }) else { return }
    let order = days.indices.sorted { (days[$0], $0) < (days[$1], $1) }
    func pick<Value>(_ values: [Value]) -> [Value] { order.map { values[$0] } }
    days = pick(days)
    open = pick(open)
    high = pick(high)
    low = pick(low)
    close = pick(close)
    volume = pick(volume)
  }

  /// Whether prices of a bar can be those of one day.
  func isInOrder(_ index: Int) -> Bool {
    let (top, bottom) = (max(open[index], close[index]), min(open[index], close[index]))
    return low[index] > 0 && high[index] >= top && low[index] <= bottom && volume[index] >= 0
  }

  func isSame(_ first: Int, _ second: Int) -> Bool {
    open[first] == open[second] && high[first] == high[second] && low[first] == low[second]
      && close[first] == close[second] && volume[first] == volume[second]
  }
}

extension StagedBars {
  /// Adds the bars and rejections of another file of the symbol.
  mutating func append(_ other: StagedBars) {
    days += other.days
    open += other.open
    high += other.high
    low += other.low
    close += other.close
    volume += other.volume
    rejections += other.rejections
  }

  /// Makes prices what they are worth today; false where one has no room.
  mutating func adjust(by factors: LeanFactors) -> Bool {
    for index in days.indices {
      let day = Int(days[index])
      guard let open = factors.adjusted(open[index], on: day),
        let high = factors.adjusted(high[index], on: day),
        let low = factors.adjusted(low[index], on: day),
        let close = factors.adjusted(close[index], on: day)
      else { return false }
      self.open[index] = open
      self.high[index] = high
      self.low[index] = low
      self.close[index] = close
    }
    return true
  }
}
