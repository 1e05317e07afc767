import CUV

/// What another thread rings to wake a loop.
final class Waker: @unchecked Sendable {
  // `uv_async_send` may be called from any thread; the queue's inbox, whose lock is held around
  // it, is closed before the handle is.

  private let handle = UnsafeMutablePointer<uv_async_t>.allocate(capacity: 1)

  func start(on loop: UnsafeMutablePointer<uv_loop_t>, _ callback: uv_async_cb) {
    uv_async_init(loop, handle, callback)
  }

  func wake() { uv_async_send(handle) }

  deinit { handle.deallocate() }
}
