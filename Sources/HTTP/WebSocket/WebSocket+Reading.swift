import CUV
import CWslay
import EventLoop

extension WebSocket {
  func startReading() {
    guard life != .closed else { return }
    uv_read_start(
      socket.asStream,
      { handle, _, buffer in
        // One buffer a loop: what is read is used up before the next read.
        buffer!.pointee = WebSocket.of(handle!.pointee.data).listener.readBuffer
      },
      { stream, count, buffer in
        let webSocket = WebSocket.of(stream!.pointee.data)
        if count > 0 {
          webSocket.received(UnsafeRawBufferPointer(start: buffer!.pointee.base, count: count))
        } else if count < 0 {
          webSocket.peerEnded()
        }
      }
    )
  }

  /// The peer sends nothing more; it may still read the answer to its close frame.
  private func peerEnded() {
    if life == .ending, !isWriting { flush() }
    close()
  }

  func received(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    do throws(WebSocketClose) {
      while life == .open || life == .closing {
        guard let event = try reader.next(bytes, &offset) else { break }
        // What has begun behind it is another message, also where every read ends inside one.
        if event.isMessage { messageStart = nil }
        take(event)
      }
    } catch {
      return fail(error, isClosing: life == .closing)
    }
    noteMessage()
  }

  /// A fault after our close frame has nothing to be answered with.
  private func fail(_ close: WebSocketClose, isClosing: Bool) {
    if isClosing { return finish() }
    fail(close)
  }

  private func take(_ event: WebSocketReader.Event) {
    switch event {
    case .close(let close): answer(close)
    // After our close frame nothing but the peer's means anything.
    case _ where life != .open: break
    case .text(let text): handler?.receive(text)
    case .binary: fail(.unsupportedData)
    case .ping(let payload):
      if waitingByteCount > configuration.maximumQueuedBytes { return fail(.tooSlow) }
      queue.appendPong(payload)
      noteFlush()
    case .pong: break
    }
  }

  /// Answers the peer's close frame by its own code, or notes that ours is answered.
  private func answer(_ close: WebSocketClose) {
    if life == .closing { return finish() }
    let answer = close == .noCode ? WebSocketClose.normal : WebSocketClose(close.code)
    self.close(answer)
    outcome = close
    finish()
  }

  /// Both close frames are there: ends the connection when ours has been written.
  private func finish() {
    life = .ending
    lifeStart = loop.milliseconds
    noteFlush()
  }

  /// Notes since when a message is incomplete.
  private func noteMessage() {
    if !reader.isInsideMessage {
      messageStart = nil
    } else if messageStart == nil {
      messageStart = loop.milliseconds
    }
  }
}

extension WebSocketReader.Event {
  /// Whether a message has come to its end.
  fileprivate var isMessage: Bool {
    switch self {
    case .text, .binary: true
    case .ping, .pong, .close: false
    }
  }
}
