/// Up to which place in the order of changes the log has nothing new to give.
///
/// Events that are done with leave dead entries in the log's index until it is vacuumed. A search that
/// begins at the floor does not pass them. An event can become visible late, when its transaction ends:
/// the floor rises to a place only after all transactions have ended that may have written below it.
/// Synchronous and without a clock.
struct OrderFloor {
  /// No event at this place or before is still to become visible.
  private(set) var value = 0
  private var lastRead = 0
  /// A place, and the transaction before which all have to end that wrote below it.
  private var candidate: (order: Int, transaction: Int)?
  private var isSettled = false

  /// Whether the next reading has to be of a transaction with a number of its own: whoever was given a
  /// place before it has a lower one.
  ///
  /// A snapshot does not tell that number. Its `xmax` follows the last transaction that has ended, and
  /// those behind that may run already.
  var wantsTransaction: Bool { candidate == nil && lastRead > value }

  /// Notes what the database says before a search: of the running transactions the oldest, the reader's
  /// own number, if it has one, and the last place that was given out.
  mutating func read(oldest: Int, own: Int?, lastOrder: Int) {
    if wantsTransaction, let own { candidate = (lastRead, own) }
    lastRead = lastOrder
    isSettled = candidate.map { oldest >= $0.transaction } ?? false
  }

  /// Notes what the search after that found: whether all there was, or else up to which place.
  mutating func found(all: Bool, upTo last: Int?) {
    guard isSettled, let order = candidate?.order else { return }
    guard let reached = all ? order : last.map({ min($0, order) }) else { return }
    value = max(value, reached)
    if value >= order { candidate = nil }
  }
}
