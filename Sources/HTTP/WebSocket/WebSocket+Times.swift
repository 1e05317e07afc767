import CUV
import EventLoop

extension WebSocket {
  /// How long a peer may take to end its side of the connection.
  private static var lingeringMilliseconds: UInt64 { 2000 }

  package func checkTimes(_ now: UInt64) {
    let elapsed = now &- lifeStart
    switch life {
    case .closed: break
    case .lingering:
      if elapsed > Self.lingeringMilliseconds { close() }
    case .closing, .ending:
      // Whoever does not take the close frame, or does not answer it, is not waited for.
      guard elapsed > configuration.closeTimeout.milliseconds else { return }
      if life == .closing && !isWriting { life = .ending; flush() } else { close() }
    case .open:
      if isWriting && isStuck(now) { return fail(.tooSlow) }
      if let messageStart, now &- messageStart > configuration.messageTimeout.milliseconds {
        return fail(WebSocketClose(1008, "a message took too long to come"))
      }
      handler?.tick(now)
    }
  }

  /// Whether the peer has taken nothing for too long.
  private func isStuck(_ now: UInt64) -> Bool {
    let size = socket.unwrittenByteCount
    if size != writeProgress.size {
      writeProgress = (size, now)
      return false
    }
    return now &- writeProgress.since > configuration.writeTimeout.milliseconds
  }
}
