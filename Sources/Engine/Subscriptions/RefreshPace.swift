/// When the cohorts of a plan are read again: a state machine without a clock.
///
/// Where changes are told, a change leads to a refresh at once when it is quiet, and what comes
/// meanwhile to one more. Changes that come faster than refreshes can follow stretch the time between
/// them, twice as long each time, up to the interval: within two seconds of continuous writing there is
/// one refresh an interval, whatever is written. Where changes are not told, it is one an interval
/// always.
///
/// Times are milliseconds of the loop's clock.
struct RefreshPace: Hashable, Sendable {
  enum Action: Hashable, Sendable {
    case none
    case refresh
    /// Call ``elapsed(_:)`` at that time.
    case wait(until: UInt64)
  }

  let interval: UInt64
  /// Whether changes are told.
  private(set) var isDriven: Bool
  private var isRunning = false
  private var isPending = false
  private var lastStart: UInt64?
  private var lastDuration: UInt64 = 0
  /// Since the last start.
  private var changes: UInt64 = 0
  private(set) var spacing: UInt64 = 0

  /// Whether nothing has changed that was not read.
  var isQuiet: Bool { !isRunning && !isPending }

  private static let shortestSpacing: UInt64 = 20

  init(interval: UInt64, isDriven: Bool) {
    self.interval = max(interval, 1)
    self.isDriven = isDriven
  }

  /// Something changed that the answers depend on.
  mutating func changed(_ now: UInt64) -> Action {
    changes += 1
    guard !isPending else { return .none }
    isPending = true
    return isRunning ? .none : next(now)
  }

  /// Changes are told from now on, or no more; what came before may not have been told.
  mutating func drive(_ isDriven: Bool, _ now: UInt64) -> Action {
    guard self.isDriven != isDriven else { return .none }
    self.isDriven = isDriven
    spacing = 0
    isPending = true
    return isRunning ? .none : next(now)
  }

  /// All answers are being read.
  mutating func started(_ now: UInt64) {
    if let lastStart, isDriven { adapt(window: now - lastStart) }
    isRunning = true
    isPending = false
    lastStart = now
    changes = 0
  }

  mutating func finished(_ now: UInt64) -> Action {
    isRunning = false
    lastDuration = now - (lastStart ?? now)
    return isPending || !isDriven ? next(now) : .none
  }

  /// The time that was asked for has come.
  mutating func elapsed(_ now: UInt64) -> Action {
    guard !isRunning, isPending || !isDriven else { return .none }
    return next(now)
  }

  private func next(_ now: UInt64) -> Action {
    guard let lastStart else { return .refresh }
    let earliest = lastStart + (isDriven ? spacing : interval)
    return now >= earliest ? .refresh : .wait(until: earliest)
  }

  /// Looks back from the start of a refresh to that of the one before.
  private mutating func adapt(window: UInt64) {
    // One change at a time may keep a refresh going for a quarter of the time; several that fell into
    // one window count as load below one in 20 ms.
    let share = changes > 1 ? max(Self.shortestSpacing, 4 * lastDuration) : 4 * lastDuration
    guard changes * share > window else {
      spacing = 0
      return
    }
    spacing = min(interval, max(Self.shortestSpacing, spacing * 2))
  }
}
