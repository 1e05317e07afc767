import EventLoop

/// How many requests a provider takes for one token: requests wait their turn here.
///
/// A bucket that fills evenly, and a time before which nothing may be sent, which answers set. For
/// the loop's own thread.
final class RequestBudget {
  private let perMinute: Double
  private var tokens: Double
  private var filledAt: ContinuousClock.Instant
  private var notBefore: ContinuousClock.Instant

  init(perMinute: Int) {
    self.perMinute = Double(perMinute)
    tokens = Double(perMinute)
    filledAt = .now
    notBefore = .now
  }

  /// How long a request has to wait; zero takes its turn.
  func take(now: ContinuousClock.Instant = .now) -> Duration {
    if now < notBefore { return notBefore - now }
    let elapsed = (now - filledAt) / .seconds(60)
    tokens = min(perMinute, tokens + elapsed * perMinute)
    filledAt = now
    guard tokens >= 1 else { return .seconds((1 - tokens) / perMinute * 60) }
    tokens -= 1
    return .zero
  }

  /// Keeps everyone from asking until then.
  func pause(until time: ContinuousClock.Instant) { notBefore = max(notBefore, time) }
}
