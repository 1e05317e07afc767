import CUV

/// Watches a socket that another library owns; for the loop's own thread only.
///
/// It lives until it is closed, also when nobody holds it. The socket has to stay open until then.
package final class Poller {
  /// What a socket is watched for, or is ready for.
  package struct Events: OptionSet, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let readable = Events(rawValue: Int32(UV_READABLE.rawValue))
    package static let writable = Events(rawValue: Int32(UV_WRITABLE.rawValue))
    /// The peer has ended its side.
    package static let disconnected = Events(rawValue: Int32(UV_DISCONNECT.rawValue))
  }

  private let handle = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
  private var handler: ((Events) -> Void)?
  private var watched: Events = []
  private var isOpen = true

  /// Makes the socket non-blocking and ready to be watched; one poller a socket.
  package init(on loop: EventLoop, socket: Int32) throws(UVError) {
    let status = uv_poll_init(loop.handle, handle, socket)
    if status < 0 {
      isOpen = false
      throw UVError(status)
    }
    handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
  }

  deinit { handle.deallocate() }

  /// Calls the handler whenever the socket is ready for some of the events.
  ///
  /// Replaces what was set before. An error of the socket is told as ready both ways: the next call
  /// on the socket tells the rest. It is told until such a call has taken it, or until ``stop()``.
  package func start(_ events: Events, _ handler: @escaping (Events) -> Void) {
    guard isOpen else { return }
    self.handler = handler
    watch(events)
  }

  /// Changes the events and keeps the handler.
  package func watch(_ events: Events) {
    guard isOpen else { return }
    watched = events
    uv_poll_start(handle, events.rawValue) { poll, status, events in
      let poller = Unmanaged<Poller>.fromOpaque(poll!.pointee.data).takeUnretainedValue()
      if status < 0 { poller.failed() } else { poller.handler?(Events(rawValue: events)) }
    }
  }

  /// Goes on watching, which libuv does not after an error: what the peer sent before it may be read
  /// first, and then the handler has not seen the error yet.
  private func failed() {
    handler?([.readable, .writable])
    if handler != nil { watch(watched) }
  }

  package func stop() {
    guard isOpen else { return }
    handler = nil
    uv_poll_stop(handle)
  }

  package func close() {
    guard isOpen else { return }
    stop()
    isOpen = false
    uv_close(handle.asHandle) { Unmanaged<Poller>.fromOpaque($0!.pointee.data).release() }
  }
}
