import CUV

/// The end of a loop, for threads that block until it comes and for tasks that await it.
final class LoopEnd: @unchecked Sendable {
  // The semaphore is made for use from several threads; the rest is guarded.

  private struct State {
    var isReached = false
    var waiters: [@Sendable () -> Void] = []
  }

  private let semaphore = UnsafeMutablePointer<uv_sem_t>.allocate(capacity: 1)
  private let state = Guarded(State())

  init() { uv_sem_init(semaphore, 0) }

  deinit {
    uv_sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func reached() {
    let waiters = state.withLock { state in
      state.isReached = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter() }
    uv_sem_post(semaphore)
  }

  /// Calls back at the end, at once if it is past.
  func whenReached(_ waiter: @escaping @Sendable () -> Void) {
    let isReached = state.withLock { state in
      if !state.isReached { state.waiters.append(waiter) }
      return state.isReached
    }
    if isReached { waiter() }
  }

  func wait() {
    uv_sem_wait(semaphore)
    // For the next one who waits.
    uv_sem_post(semaphore)
  }
}
