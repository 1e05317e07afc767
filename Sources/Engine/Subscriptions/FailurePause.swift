/// How long what has failed waits for its next reading, where nothing but a change would lead to one.
///
/// What failed once, for a lock or a table that was being swapped, soon goes well; what fails for good is not
/// asked for all the time. In milliseconds.
struct FailurePause: Hashable, Sendable {
  private let shortest: UInt64
  private var next: UInt64
  private static let longest: UInt64 = 30_000

  init(shortest: UInt64) {
    self.shortest = min(max(shortest, 1), Self.longest)
    next = self.shortest
  }

  /// The pause from now on; the one after it is twice as long.
  mutating func take() -> UInt64 {
    defer { next = min(next * 2, Self.longest) }
    return next
  }

  /// Something else has failed.
  mutating func reset() { next = shortest }
}
