/// Lets one task at a time through, in the order in which they came; for one actor's use.
///
/// An actor alone does not do that: others get in wherever a method of it suspends.
struct Turnstile {
  private var isTaken = false
  private var waiting: [UnsafeContinuation<Void, Never>] = []

  /// Takes the turnstile, or returns false: then `wait` has to be awaited.
  mutating func take() -> Bool {
    defer { isTaken = true }
    return !isTaken
  }

  mutating func wait(_ continuation: UnsafeContinuation<Void, Never>) {
    waiting.append(continuation)
  }

  /// Hands the turnstile on.
  mutating func leave() {
    guard !waiting.isEmpty else {
      isTaken = false
      return
    }
    waiting.removeFirst().resume()
  }
}
