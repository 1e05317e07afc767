import CUV

/// Calls back on a loop when the process gets a signal.
package final class SignalWatcher: @unchecked Sendable {
  // All but `init` and `close` runs on the loop's thread, and those two hop there.

  private let loop: EventLoop
  private let handle = UnsafeMutablePointer<uv_signal_t>.allocate(capacity: 1)
  private let handler: @Sendable () -> Void
  private var isOpen = true

  /// Starts to watch; it lives until it is closed, also when nobody holds it.
  package init(on loop: EventLoop, signal: Int32, _ handler: @escaping @Sendable () -> Void) {
    self.loop = loop
    self.handler = handler
    loop.execute { self.start(signal) }
  }

  deinit { handle.deallocate() }

  private func start(_ signal: Int32) {
    uv_signal_init(loop.handle, handle)
    handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    uv_signal_start(
      handle,
      { handle, _ in
        Unmanaged<SignalWatcher>.fromOpaque(handle!.pointee.data).takeUnretainedValue().handler()
      },
      signal
    )
  }

  /// Gives the signal its former meaning back.
  package func close() {
    loop.execute { [self] in
      guard isOpen else { return }
      isOpen = false
      uv_close(handle.asHandle) { Unmanaged<SignalWatcher>.fromOpaque($0!.pointee.data).release() }
    }
  }
}
