import Synchronization

/// What a feed can be told.
package enum FeedOrder: Hashable, Sendable {
  case stop
  case pause
  /// At another speed from now on, where one is given.
  case resume(speed: Double?)
  /// To a time in nanoseconds since 1970.
  case seek(UInt64)
}

/// What a feed is told to do, by whoever is on another thread.
final class FeedMailbox: Sendable {
  struct Letter: Sendable {
    var order: FeedOrder
    var whenDone: UnsafeContinuation<Void, Never>
  }

  private struct State {
    var letters: [Letter] = []
    var isClosed = false
    var waitingForBeginning: [UnsafeContinuation<Void, Never>] = []
    var hasBegun = false
    var waitingForEnd: [UnsafeContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Leaves an order and returns when it has been followed, or when the feed has ended.
  func send(_ order: FeedOrder, wake: () -> Void) async {
    await withUnsafeContinuation { continuation in
      let isTaken = state.withLock { state in
        guard !state.isClosed else { return false }
        state.letters.append(Letter(order: order, whenDone: continuation))
        return true
      }
      if isTaken { wake() } else { continuation.resume() }
    }
  }

  /// Returns when the feed reads, or has failed to.
  func waitForBeginning() async {
    await withUnsafeContinuation { continuation in
      let isOver = state.withLock { state in
        if !state.hasBegun, !state.isClosed { state.waitingForBeginning.append(continuation) }
        return state.hasBegun || state.isClosed
      }
      if isOver { continuation.resume() }
    }
  }

  /// Returns when the feed has ended and written so down.
  func waitForEnd() async {
    await withUnsafeContinuation { continuation in
      let isOver = state.withLock { state in
        if !state.isClosed { state.waitingForEnd.append(continuation) }
        return state.isClosed
      }
      if isOver { continuation.resume() }
    }
  }

  // MARK: - For the feed

  var isEmpty: Bool { state.withLock { $0.letters.isEmpty } }
  var hasStop: Bool { state.withLock { $0.letters.contains { $0.order == .stop } } }
  var isClosed: Bool { state.withLock { $0.isClosed } }

  func next() -> Letter? {
    state.withLock { $0.letters.isEmpty ? nil : $0.letters.removeFirst() }
  }

  func begin() {
    let waiting = state.withLock { state in
      state.hasBegun = true
      defer { state.waitingForBeginning = [] }
      return state.waitingForBeginning
    }
    for waiter in waiting { waiter.resume() }
  }

  /// Nothing is taken any more; whoever waits is let go.
  func close() {
    let waiting = state.withLock { state in
      state.isClosed = true
      defer {
        state.letters = []
        state.waitingForBeginning = []
        state.waitingForEnd = []
      }
      return state.letters.map(\.whenDone) + state.waitingForBeginning + state.waitingForEnd
    }
    for waiter in waiting { waiter.resume() }
  }
}
