import Synchronization

/// The keys of one configuration, which every loop reads and the one that fetches replaces.
final class KeyStore: Sendable {
  struct State: Sendable {
    var keys: [KeyMaterial]
    /// Why there are none yet.
    var failure: String?
  }

  private let state: Mutex<State>
  private let counter = Atomic<Int>(0)

  init(_ keys: [KeyMaterial]) {
    state = Mutex(State(keys: keys, failure: nil))
  }

  /// Rises whenever the keys change.
  var generation: Int { counter.load(ordering: .acquiring) }

  var current: State { state.withLock { $0 } }

  func replace(_ keys: [KeyMaterial]) {
    state.withLock { state in
      guard state.keys != keys || state.failure != nil else { return }
      state = State(keys: keys, failure: nil)
      counter.add(1, ordering: .releasing)
    }
  }

  /// Notes why the keys could not be fetched; those that there are stay.
  func fail(_ reason: String) {
    state.withLock { state in
      guard state.keys.isEmpty, state.failure != reason else { return }
      state.failure = reason
      counter.add(1, ordering: .releasing)
    }
  }
}
