import CUV
import CWslay
package import EventLoop

/// One websocket, RFC 6455, server's side; for its loop's thread only.
///
/// It lives until it is closed, also when nobody holds it. Reading is in `WebSocket+Reading.swift`,
/// writing in `WebSocket+Writing.swift`, times in `WebSocket+Times.swift`.
package final class WebSocket: ServedConnection, @unchecked Sendable {
  // Touched on the loop's thread only.

  /// How far the websocket is from its end.
  enum Life: Hashable {
    case open
    /// Our close frame is on its way, and the peer's has not come.
    case closing
    /// Both are there, or the peer's is not waited for: nothing is read as frames any more.
    case ending
    /// Our side of the connection has ended; the peer's rest is thrown away until it ends too.
    case lingering
    case closed
  }

  // What each message needs stands together, at the beginning: a message for many websockets reads it
  // of one after the other.

  let listener: HTTPListener
  let descriptor: Int32
  var life = Life.open
  /// Whether libuv has bytes of ours that the socket has not taken.
  var isWriting = false
  var isFlushNoted = false
  /// Whether the handler has sent something since it was last told that all has left.
  var owesDrained = false
  /// When something was last sent at once: turns of the loop differ in it.
  private var lastSent: UInt64 = 0
  var queue = OutgoingQueue()
  let windowBits: Int?

  package let remoteAddress: String
  let socket: UnsafeMutablePointer<uv_tcp_t>
  let configuration: WebSocketConfiguration
  var reader: WebSocketReader
  var handler: (any WebSocketHandler)?
  /// What the handler is told when all is over.
  var outcome = WebSocketClose.abnormal
  /// Since when the life is what it is, in milliseconds of the loop's clock.
  var lifeStart: UInt64
  /// Since when a message is incomplete.
  var messageStart: UInt64?
  /// What libuv has yet to write, and since when.
  var writeProgress: (size: Int, since: UInt64) = (0, 0)

  package var loop: EventLoop { listener.loop }

  private init(
    _ socket: UnsafeMutablePointer<uv_tcp_t>,
    _ descriptor: Int32,
    _ upgrade: WebSocketUpgrade,
    from remoteAddress: String,
    _ listener: HTTPListener
  ) {
    self.socket = socket
    self.descriptor = descriptor
    self.listener = listener
    self.remoteAddress = remoteAddress
    configuration = upgrade.configuration
    windowBits = upgrade.deflate?.windowBits
    lifeStart = listener.loop.milliseconds
    reader = WebSocketReader(
      listener.webSockets.reading,
      maximumMessageBytes: configuration.maximumMessageBytes,
      maximumFragments: configuration.maximumFragments,
      mayBeCompressed: upgrade.deflate != nil
    )
  }

  deinit { socket.deallocate() }

  /// Makes a websocket of a connection whose answer has been sent; `rest` is what the client has sent
  /// behind its request.
  static func take(over connection: HTTPConnection, _ upgrade: WebSocketUpgrade, _ rest: [UInt8]) {
    let listener = connection.listener
    let address = connection.remoteAddress
    let socket = connection.surrender()
    let webSocket = WebSocket(socket, connection.descriptor, upgrade, from: address, listener)
    socket.pointee.data = Unmanaged.passRetained(webSocket).toOpaque()
    // A peer whose machine has gone is noticed although nothing is sent to it.
    uv_tcp_keepalive(socket, 1, 60)
    webSocket.handler = upgrade.makeHandler(webSocket)
    listener.add(webSocket)
    rest.withUnsafeBytes { webSocket.received($0) }
    webSocket.startReading()
  }

  static func of(_ data: UnsafeMutableRawPointer) -> WebSocket {
    Unmanaged<WebSocket>.fromOpaque(data).takeUnretainedValue()
  }

  // MARK: - For the handler

  /// The largest message that is taken, from now on.
  package var maximumMessageBytes: Int {
    get { reader.maximumMessageBytes }
    set { reader.maximumMessageBytes = newValue }
  }

  /// Whether anything that is sent still goes to the peer.
  package var isOpen: Bool { life == .open }

  /// Whether all that was sent has been taken by the socket.
  package var isIdle: Bool { !isWriting && queue.isEmpty }

  /// What has been sent and not been taken by the socket.
  package var waitingByteCount: Int {
    queue.byteCount + (isWriting ? socket.unwrittenByteCount : 0)
  }

  /// Sends a message, at the end of the loop's turn.
  ///
  /// Its text is the three parts one behind the other; `payload` may be shared with other websockets
  /// and is not copied before it is written.
  package func send(_ prefix: [UInt8], payload: [UInt8] = [], suffix: [UInt8] = []) {
    guard makeRoom() else { return }
    enqueue(textFrame(prefix, payload, suffix))
  }

  /// Sends a message that is no text, at the end of the loop's turn; it is never compressed.
  package func send(binary payload: [UInt8]) {
    guard makeRoom() else { return }
    enqueue(OutgoingQueue.Frame(opcode: WSLAY_BINARY_FRAME, head: [], payload: payload))
  }

  private func enqueue(_ frame: OutgoingQueue.Frame) {
    queue.append(frame)
    owesDrained = true
    noteFlush()
  }

  /// Whether one more message may wait; a peer that lets too many wait is closed.
  private func makeRoom() -> Bool {
    guard life == .open else { return false }
    if waitingByteCount > configuration.maximumQueuedBytes {
      // It may be that only this turn of the loop has so much to say.
      if !isWriting { flush(tellsHandler: false) }
      guard life == .open else { return false }
      if waitingByteCount > configuration.maximumQueuedBytes {
        fail(.tooSlow)
        return false
      }
    }
    return true
  }

  /// Sends a message now, where nothing waits to be written and nothing else has been sent in this
  /// turn of the loop; says whether all of it has left.
  ///
  /// Where it says no, the message is sent like any other. One message for each of many sockets costs
  /// less this way: each is touched once.
  package func sendAtOnce(_ prefix: [UInt8], payload: [UInt8], suffix: [UInt8]) -> Bool {
    let now = loop.milliseconds
    guard life == .open, isIdle, lastSent != now,
      payload.count <= Self.copiedBytes
    else {
      send(prefix, payload: payload, suffix: suffix)
      return false
    }
    lastSent = now
    let frame = textFrame(prefix, payload, suffix)
    var bytes = listener.takeScratch()
    frame.append(to: &bytes)
    write(bytes, [])
    listener.giveBackScratch(bytes)
    guard isWriting else { return life == .open }
    owesDrained = true
    return false
  }

  private func textFrame(
    _ prefix: [UInt8],
    _ payload: [UInt8],
    _ suffix: [UInt8]
  ) -> OutgoingQueue.Frame {
    if let windowBits, payload.count >= configuration.compressionThreshold,
      let message = listener.webSockets.deflater.message(
        prefix,
        payload,
        suffix,
        windowBits: windowBits
      )
    {
      return OutgoingQueue.Frame(
        opcode: WSLAY_TEXT_FRAME,
        isCompressed: true,
        head: message.head,
        payload: message.deflated,
        tail: message.tail
      )
    }
    return OutgoingQueue.Frame(
      opcode: WSLAY_TEXT_FRAME,
      head: prefix,
      payload: payload,
      tail: suffix
    )
  }

  /// Ends the websocket after what has been sent: the close frame goes out, and the peer's is
  /// waited for.
  package func close(_ close: WebSocketClose) {
    guard life == .open else { return }
    outcome = close
    life = .closing
    lifeStart = loop.milliseconds
    queue.append(OutgoingQueue.Frame(opcode: WSLAY_CONNECTION_CLOSE, head: close.payload))
    noteFlush()
  }

  // MARK: - End

  /// Ends the websocket for a fault of the peer's: what waits is dropped, and the peer's close frame
  /// is not looked for.
  func fail(_ close: WebSocketClose) {
    guard life == .open else { return }
    queue.removeAll()
    self.close(close)
    life = .ending
  }

  package func shutDown() { handler?.shutDown() }

  package func close() {
    guard life != .closed else { return }
    life = .closed
    listener.remove(self)
    uv_close(socket.asHandle) { handle in
      Unmanaged<WebSocket>.fromOpaque(handle!.pointee.data).release()
    }
    // Not now: the handler may be in the middle of sending.
    if let handler = handler.take() { loop.atTurnEnd { [outcome] in handler.closed(outcome) } }
  }
}
