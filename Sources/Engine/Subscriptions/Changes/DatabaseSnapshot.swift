/// Which transactions a statement saw, as `pg_current_snapshot()` tells.
struct DatabaseSnapshot: Hashable, Sendable {
  private let end: UInt64
  private let running: [UInt32]

  /// Nil where the text is none: `xmin:xmax:xip,xip,…`.
  init?(_ text: some Sequence<UInt8>) {
    let parts = String(decoding: Array(text), as: UTF8.self)
      .split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let end = UInt64(parts[1]) else { return nil }
    self.end = end
    running = parts[2].split(separator: ",").compactMap {
      UInt64($0).map { UInt32(truncatingIfNeeded: $0) }
    }
  }

  /// Whether a transaction that has been committed was seen, by the lower half of its number.
  ///
  /// A change is told as soon as it is in the log, which is a moment before others can see it.
  func sees(_ transaction: UInt32) -> Bool {
    let distance = Int32(bitPattern: transaction &- UInt32(truncatingIfNeeded: end))
    return distance < 0 && !running.contains(transaction)
  }
}

/// The transactions that were told lately and that a reading has to have seen.
struct ToldTransactions: Hashable, Sendable {
  private var transactions: [UInt32] = []
  /// What was told before so many others has been visible for long.
  private static let maximum = 64

  mutating func add(_ transaction: UInt32) {
    guard transaction != 0 else { return }
    if transactions.count == Self.maximum { transactions.removeFirst() }
    transactions.append(transaction)
  }

  mutating func removeAll() { transactions = [] }

  /// Whether a reading saw all of them; those that it saw are of no further interest.
  mutating func areSeen(by snapshot: DatabaseSnapshot) -> Bool {
    transactions.removeAll { snapshot.sees($0) }
    return transactions.isEmpty
  }
}
