import CUV

extension HTTPConnection {
  /// How long a client may take to close after the last answer.
  private static var lingeringMilliseconds: UInt64 { 2000 }
  /// How long a connection that never asked anything is waited for when the server stops.
  private static var shutDownMilliseconds: UInt64 { 1000 }

  /// Ends what takes too long; called about twice a second.
  func checkTimes(_ now: UInt64) {
    if isWriting { return checkWriting(now) }
    if let stream { return stream.producer?.tick(now) ?? () }
    let elapsed = now &- phaseStart
    switch life {
    case .closed, .ending:
      return
    case .lingering:
      if elapsed > Self.lingeringMilliseconds { close() }
      return
    case .open:
      break
    }
    // Bytes that wait here are not late.
    if !unparsed.isEmpty { return phaseStart = now }
    switch parser.phase {
    case .idle:
      guard pipeline.isEmpty else { return }
      let isOver =
        if isShuttingDown {
          elapsed > Self.shutDownMilliseconds
        } else {
          elapsed > (hasAnswered ? listener.idleMilliseconds : listener.headMilliseconds)
        }
      if isOver { close() }
    case .head:
      if elapsed > listener.headMilliseconds { refuse(HTTPRefusal(.headTimeout)) }
    case .body:
      let isSlow =
        elapsed > listener.bodyRateMilliseconds
        && UInt64(parser.bodyByteCount) * 1000 / elapsed < configuration.minimumBodyRate
      if isSlow || elapsed > listener.bodyMilliseconds { refuse(HTTPRefusal(.bodyTimeout)) }
    }
  }

  private func checkWriting(_ now: UInt64) {
    let size = socket.unwrittenByteCount
    if size != writeProgress.size {
      writeProgress = (size, now)
    } else if now &- writeProgress.since > listener.writeMilliseconds {
      close()
    }
  }
}
