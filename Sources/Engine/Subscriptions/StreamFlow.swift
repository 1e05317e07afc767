/// Whether a stream is to be read: a state machine of one subscriber.
///
/// It is read when there may be more and its receiver takes it. A batch with rows says that there may
/// be more behind it; an empty one that there is nothing until something changes.
struct StreamFlow: Hashable, Sendable {
  private(set) var isReady = true
  private var mayHaveMore = true
  private(set) var isReading = false

  var isDue: Bool { isReady && mayHaveMore && !isReading }

  /// There may be rows that were not there before.
  mutating func changed() { mayHaveMore = true }

  mutating func resume() { isReady = true }

  /// Whether rows may be fetched that it has passed.
  var takesPassedRows: Bool { isReady && !isReading }

  /// What comes from here on is not in the answer.
  mutating func beginRead() {
    isReading = true
    mayHaveMore = false
  }

  /// Rows that it has passed are fetched, which says nothing of the next ones.
  mutating func beginFetch() { isReading = true }

  /// A batch with rows, or an error, is delivered.
  mutating func endRead(delivers: Bool, mayHaveMore: Bool) {
    isReading = false
    if mayHaveMore { self.mayHaveMore = true }
    if delivers { isReady = false }
  }
}
