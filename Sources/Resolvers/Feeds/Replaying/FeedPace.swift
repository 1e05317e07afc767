/// When bins are due: their times, brought to a clock by how fast the feed runs.
struct FeedPace: Sendable {
  /// How much faster than it happened; 0 for as fast as it is read.
  var speed: Double
  /// A time of the records and the clock's at that moment, in nanoseconds; nil until the first bin.
  private var anchor: (time: UInt64, clock: UInt64)?

  init(speed: Double) {
    self.speed = speed
  }

  var isBounded: Bool { speed > 0 }

  /// Goes on from a time of the records at a moment of the clock.
  mutating func begin(at time: UInt64, clock: UInt64) {
    anchor = (time, clock)
  }

  /// Goes on from the next bin, whenever that comes.
  mutating func reset() { anchor = nil }

  /// The clock's time when a bin that ends at a time is due; the first bin is due at once.
  mutating func due(_ time: UInt64, now: UInt64) -> UInt64 {
    guard isBounded else { return now }
    guard let anchor else {
      begin(at: time, clock: now)
      return now
    }
    guard time > anchor.time else { return now }
    let nanoseconds = Double(time - anchor.time) / speed
    // What lies beyond some centuries is never due.
    guard nanoseconds < 1e19 else { return .max }
    return anchor.clock.addingReportingOverflow(UInt64(nanoseconds)).partialValue
  }
}
