/// The text of a moment that comes soon after the last one: the date is worked out once a second.
struct TimestampText: Sendable {
  private var second: Int?
  private var bytes: [UInt8] = []
  private var secondsEnd = 0

  mutating func text(of time: Timestamp) -> [UInt8] {
    if second == time.secondsSinceEpoch {
      bytes.removeSubrange(secondsEnd...)
    } else {
      second = time.secondsSinceEpoch
      bytes.removeAll(keepingCapacity: true)
      time.appendSeconds(to: &bytes)
      secondsEnd = bytes.count
    }
    time.appendMilliseconds(to: &bytes)
    return bytes
  }
}
