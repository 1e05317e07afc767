import EventLoop

/// One wait of a task for a socket, for so long at most.
enum SocketWait {
  /// Whether the socket became ready in time; on the loop's thread.
  static func wait(
    for events: Poller.Events,
    of socket: Int32,
    milliseconds: UInt64,
    on loop: EventLoop
  ) async -> Bool {
    guard let poller = try? Poller(on: loop, socket: socket) else { return false }
    let timer = LoopTimer(on: loop)
    defer {
      poller.close()
      timer.close()
    }
    return await withUnsafeContinuation { continuation in
      // Whichever comes first stops the other, so the task is resumed once.
      poller.start(events) { _ in
        poller.stop()
        timer.stop()
        continuation.resume(returning: true)
      }
      timer.start(afterMilliseconds: milliseconds) {
        poller.stop()
        timer.stop()
        continuation.resume(returning: false)
      }
    }
  }
}
