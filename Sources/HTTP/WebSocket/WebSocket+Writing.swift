import CUV
import EventLoop

extension WebSocket {
  /// Frames are put one behind the other up to about this size.
  private static var gatheredBytes: Int { 64 << 10 }
  /// Payloads up to this size are copied behind their heads; larger ones are written where they are.
  static var copiedBytes: Int { 16 << 10 }

  /// Writes at the end of the loop's turn what is there by then.
  func noteFlush() {
    guard !isFlushNoted, !isWriting else { return }
    isFlushNoted = true
    let share = listener.webSockets
    if share.note(self) { loop.atTurnEnd { share.flush() } }
  }

  func flushNow() {
    isFlushNoted = false
    if !isWriting { flush() }
  }

  /// Gives the socket what waits, then goes on with what had to wait for that.
  ///
  /// The handler is not told while it is sending.
  func flush(tellsHandler: Bool = true) {
    guard life != .closed, life != .lingering else { return }
    var bytes = listener.takeScratch()
    while !isWriting, life != .closed, !queue.isEmpty {
      let body = queue.take(
        into: &bytes,
        limit: Self.gatheredBytes,
        copiedBytes: Self.copiedBytes
      )
      write(bytes, body)
      bytes.removeAll(keepingCapacity: true)
    }
    listener.giveBackScratch(bytes)
    guard life != .closed else { return }
    if life == .ending && !isWriting { return endWriting() }
    if owesDrained, tellsHandler, life == .open, waitingByteCount <= configuration.lowWaterBytes {
      owesDrained = false
      handler?.drained()
    }
  }

  /// Ends our side of the connection, which is the server's to end first: section 7.1.1.
  private func endWriting() {
    life = .lingering
    lifeStart = loop.milliseconds
    if !socket.endWriting() { close() }
  }
}

extension WebSocket: SocketWriter {
  var isClosed: Bool { life == .closed }

  func pieceLeft() { flush() }
}
