/// What one subscriber of a live query has got and may get.
///
/// It takes one result at a time: what comes while it is busy is passed over, and when it is ready
/// again it gets the newest.
struct Delivery: Hashable, Sendable {
  private(set) var isReady = true
  /// The version that was delivered last; zero for none.
  private(set) var version = 0

  /// Whether a result goes out now; then it counts as delivered.
  mutating func offer(_ newest: Int) -> Bool {
    guard isReady, newest != version else { return false }
    isReady = false
    version = newest
    return true
  }

  /// The subscriber takes one more: whether the newest result, if there is one, goes out now.
  mutating func resume(newest: Int?) -> Bool {
    isReady = true
    return newest.map { offer($0) } ?? false
  }

  /// The subscriber has taken the last result at once, and takes one more.
  mutating func takeMore() { isReady = true }

  /// Begins anew with the results of another cohort.
  mutating func changeCohort() { version = 0 }
}
