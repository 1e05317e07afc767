import CUV

/// A value that several threads use, one at a time.
///
/// With libuv's mutex instead of Swift's own `Mutex`: ThreadSanitizer understands it, and all that
/// one thread hands to another goes through a loop's queue.
final class Guarded<Value>: @unchecked Sendable {
  // The value is reached with the mutex held.

  private let mutex = UnsafeMutablePointer<uv_mutex_t>.allocate(capacity: 1)
  private var value: Value

  init(_ value: Value) {
    self.value = value
    uv_mutex_init(mutex)
  }

  deinit {
    uv_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    uv_mutex_lock(mutex)
    defer { uv_mutex_unlock(mutex) }
    return body(&value)
  }
}
