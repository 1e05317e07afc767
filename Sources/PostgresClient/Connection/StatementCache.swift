/// Which statements a connection has prepared, and which one to give up for a new one.
struct StatementCache {
  private struct Entry {
    let name: String
    var lastUse: UInt64
  }

  private let bound: Int
  private var entries: [UInt64: Entry] = [:]
  /// Counts batches: what one of them uses is not given up for the same one.
  private var batch: UInt64 = 0
  /// Statements to be run before anything else, so that the server forgets what we forgot.
  private(set) var deallocations: [String] = []

  init(bound: Int) {
    self.bound = max(bound, 1)
  }

  var count: Int { entries.count }

  mutating func beginBatch() {
    batch += 1
  }

  /// Marks a statement as used by the batch; false when it has to be prepared, and counts as
  /// prepared from now on.
  mutating func use(_ query: PreparedQuery) -> Bool {
    if let index = entries.index(forKey: query.id) {
      entries.values[index].lastUse = batch
      return true
    }
    entries[query.id] = Entry(name: query.name, lastUse: batch)
    return false
  }

  /// Whether a statement is prepared, without counting as a use.
  func contains(_ query: PreparedQuery) -> Bool { entries[query.id] != nil }

  /// Gives up the least recently used statements beyond the bound, those of the batch apart.
  ///
  /// A walk over all of them, which only a batch with a new statement pays for.
  mutating func evict() {
    while entries.count > bound {
      guard
        let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }),
        oldest.value.lastUse < batch
      else { return }
      deallocations.append("DEALLOCATE \(oldest.value.name)")
      entries[oldest.key] = nil
    }
  }

  /// The statement was not prepared after all.
  mutating func forget(_ query: PreparedQuery) {
    entries[query.id] = nil
  }

  /// The server's plan does not fit the tables any more: has it prepared anew.
  mutating func renew(_ query: PreparedQuery) {
    guard let entry = entries.removeValue(forKey: query.id) else { return }
    deallocations.append("DEALLOCATE \(entry.name)")
  }

  /// The session does not have what it should: starts again from nothing.
  mutating func renewAll() {
    entries.removeAll(keepingCapacity: true)
    deallocations = ["DEALLOCATE ALL"]
  }

  /// The session was reset and has nothing prepared.
  mutating func clear() {
    entries.removeAll(keepingCapacity: true)
    deallocations.removeAll()
  }

  mutating func takeDeallocations() -> [String] {
    defer { deallocations.removeAll(keepingCapacity: true) }
    return deallocations
  }
}
