import CUV

/// A timer of a loop; for the loop's own thread only.
///
/// It lives until it is closed, also when nobody holds it.
package final class LoopTimer {
  private let handle = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
  private var handler: (() -> Void)?
  private var isOpen = true

  package init(on loop: EventLoop) {
    uv_timer_init(loop.handle, handle)
    handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
  }

  deinit { handle.deallocate() }

  /// Calls the handler once after a time, or again and again; replaces what was set before.
  package func start(
    afterMilliseconds delay: UInt64,
    repeating interval: UInt64 = 0,
    _ handler: @escaping () -> Void
  ) {
    guard isOpen else { return }
    self.handler = handler
    // The loop's idea of now may be as old as its last turn is long.
    uv_update_time(handle.pointee.loop)
    uv_timer_start(
      handle,
      { timer in
        Unmanaged<LoopTimer>.fromOpaque(timer!.pointee.data).takeUnretainedValue().handler?()
      },
      delay,
      interval
    )
  }

  /// Calls the handler once at a time of ``EventLoop/milliseconds``, soon where that has passed.
  package func start(at time: UInt64, _ handler: @escaping () -> Void) {
    let now = uv_now(handle.pointee.loop)
    start(afterMilliseconds: time > now ? time - now : 0, handler)
  }

  package func stop() {
    guard isOpen else { return }
    handler = nil
    uv_timer_stop(handle)
  }

  package func close() {
    guard isOpen else { return }
    stop()
    isOpen = false
    uv_close(handle.asHandle) { Unmanaged<LoopTimer>.fromOpaque($0!.pointee.data).release() }
  }
}
