import Synchronization

/// Subscribers of a feed who all want the same: a bin is encoded for the first of them who takes it.
package final class FeedGroup: Sendable {
  /// Makes of a bin, and of how many were skipped before it, what is sent.
  package typealias Encoding = @Sendable (FeedBin, _ skipped: Int) -> [[UInt8]]

  enum Step {
    case bin(FeedBin, version: Int)
    case ended(FeedEnd)
    case cancelled
  }

  private struct State {
    var latest: FeedBin?
    /// How many bins have been offered.
    var version = 0
    var end: FeedEnd?
    var waiters: [Int: UnsafeContinuation<Void, Never>] = [:]
    var lastWaiter = 0
    var members = 0
  }

  /// What was made of one bin, by how many were skipped before it.
  private struct Encoded {
    var number = 0
    var messages: [Int: [[UInt8]]] = [:]
  }

  let key: String
  private let every: Int
  private let encode: Encoding
  private let state: Mutex<State>
  private let encoded = Mutex(Encoded())

  init(_ key: String, every: Int, end: FeedEnd?, _ encode: @escaping Encoding) {
    self.key = key
    self.every = every
    self.encode = encode
    state = Mutex(State(end: end))
  }

  // MARK: - For the channel

  func isDue(_ sequence: Int) -> Bool { sequence % every == 0 }

  func offer(_ bin: FeedBin) {
    wake { state in
      state.latest = bin
      state.version += 1
    }
  }

  func end(_ end: FeedEnd) { wake { $0.end = end } }

  private func wake(_ change: (inout State) -> Void) {
    let waiters = state.withLock { state in
      change(&state)
      defer { state.waiters.removeAll(keepingCapacity: true) }
      return state.waiters.values.map { $0 }
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns how many bins have been offered before.
  func addMember() -> Int {
    state.withLock { state in
      state.members += 1
      return state.version
    }
  }

  /// Whether it was the last.
  func removeMember() -> Bool {
    state.withLock { state in
      state.members -= 1
      return state.members == 0
    }
  }

  // MARK: - For subscribers

  /// The newest bin, as soon as there is one after a version.
  func next(after seen: Int) async -> Step {
    while true {
      let step: Step? = state.withLock { state in
        if Task.isCancelled { return .cancelled }
        if let bin = state.latest, state.version > seen { return .bin(bin, version: state.version) }
        return state.end.map { .ended($0) }
      }
      if let step { return step }
      await wait(seen)
    }
  }

  private func wait(_ seen: Int) async {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        let isWaiting = state.withLock { state in
          // With the lock held: whoever cancels later finds the waiter.
          guard !Task.isCancelled, state.version <= seen, state.end == nil else { return false }
          state.waiters[id] = continuation
          return true
        }
        if !isWaiting { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }

  /// What is sent of a bin; made once for all who skipped as many.
  func messages(of bin: FeedBin, skipped: Int) -> [[UInt8]] {
    encoded.withLock { encoded in
      if encoded.number == bin.number, let known = encoded.messages[skipped] { return known }
      let messages = encode(bin, skipped)
      // Who is late does not take the newer bin from the others.
      if bin.number > encoded.number { encoded = Encoded(number: bin.number) }
      if bin.number == encoded.number { encoded.messages[skipped] = messages }
      return messages
    }
  }
}
