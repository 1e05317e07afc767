import EventLoop

/// Says whether the other end of a connection that waits for what may never come is still there: a state
/// machine without a clock.
///
/// It is asked again and again, and its silence counts in questions rather than in time: a process that was
/// suspended itself has not asked. TCP alone does not notice a server that hangs, or a proxy that holds a link
/// open to nowhere.
package struct Heartbeat: Hashable, Sendable {
  /// Between two questions, in milliseconds.
  package var interval: UInt64 = 10_000
  /// How many questions may stay unanswered.
  package var patience = 3
  private var unanswered = 0

  package init() {}

  package init(interval: UInt64) { self.interval = interval }

  /// Something has come.
  mutating func heard() { unanswered = 0 }

  /// The time for one more question has come; false where the other end is taken to be gone.
  mutating func beat() -> Bool {
    guard unanswered < patience else { return false }
    unanswered += 1
    return true
  }

  /// Why the connection ends then.
  static let silence = PostgresError.connection("the server has not answered for too long")
}
