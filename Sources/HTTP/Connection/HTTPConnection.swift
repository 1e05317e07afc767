import CUV
import EventLoop

/// One client: its socket, what it asked and what it is still owed.
///
/// Reading is in `HTTPConnection+Reading.swift`, writing in `HTTPConnection+Writing.swift`, times in
/// `HTTPConnection+Times.swift`, streams and upgrades in `HTTPConnection+Takeover.swift`.
final class HTTPConnection: ServedConnection, @unchecked Sendable {
  // Touched on the loop's thread only: by libuv's callbacks, and by tasks that were spawned there.

  /// How far the connection is from its end.
  enum Life: Hashable {
    /// More requests may come.
    case open
    /// What was asked is answered, what still comes is not read as requests.
    case ending
    /// All is written; the client's rest is thrown away until it closes too, for a reset would
    /// take the answer away from it.
    case lingering
    case closed
  }

  let listener: HTTPListener
  let remoteAddress: String
  let socket = UnsafeMutablePointer<uv_tcp_t>.allocate(capacity: 1)
  let descriptor: Int32
  var parser: RequestParser
  var pipeline = Pipeline()
  var life = Life.open

  /// Bytes that came and are not parsed: then nothing is read.
  var unparsed: [UInt8] = []
  var isReading = false
  /// Whether libuv has bytes of ours that the socket has not taken.
  var isWriting = false
  var isFlushScheduled = false
  /// Whether a `100 Continue` waits for the answers before it.
  var owesContinue = false
  var hasAnswered = false
  var isShuttingDown = false
  /// Whether the last request asked for a websocket: what follows it is not read before it is answered.
  var isUpgrading = false
  /// What follows the head that was written last, in place of a body.
  var takeover: Takeover?
  /// The body that is being sent in pieces.
  var stream: ResponseStream?
  var isStreamChunked = true
  private var hasSurrendered = false

  /// The parser's phase, and since when, in milliseconds of the loop's clock.
  var phase = RequestParser.Phase.idle
  var phaseStart: UInt64
  /// What libuv has yet to write, and since when.
  var writeProgress: (size: Int, since: UInt64) = (0, 0)

  var loop: EventLoop { listener.loop }
  var configuration: HTTPConfiguration { listener.configuration }

  /// Takes over an accepted socket; it lives until it is closed.
  init?(_ descriptor: Int32, from remoteAddress: String, listener: HTTPListener) {
    self.listener = listener
    self.remoteAddress = remoteAddress
    self.descriptor = descriptor
    phaseStart = listener.loop.milliseconds
    parser = RequestParser(
      listener.parserSettings,
      limits: listener.configuration.limits,
      bodyLimit: listener.configuration.bodyLimit
    )
    uv_tcp_init(listener.loop.handle, socket)
    socket.pointee.data = Unmanaged.passRetained(self).toOpaque()
    guard uv_tcp_open(socket, descriptor) == 0 else {
      life = .closed
      closeHandle()
      return nil
    }
    uv_tcp_nodelay(socket, 1)
  }

  deinit { if !hasSurrendered { socket.deallocate() } }

  static func of(_ data: UnsafeMutableRawPointer) -> HTTPConnection {
    Unmanaged<HTTPConnection>.fromOpaque(data).takeUnretainedValue()
  }

  // MARK: - Serving

  /// Begins to serve what may be served now.
  func startRequests() {
    // A client that does not take its answers gets no new ones made.
    while !isWriting, life != .closed, let (id, request) = pipeline.start() {
      let handler = listener.handler
      let listener = listener
      let task = loop.spawn {
        var response = await handler(request, listener.loop)
        if listener.compressor.isWorthwhile(response) {
          response = await listener.compressor.compress(
            response,
            for: request.headers,
            on: listener.loop
          )
        }
        self.answer(id, response)
      }
      pipeline.note(task, for: id)
    }
  }

  private func answer(_ id: UInt64, _ response: HTTPResponse) {
    guard life != .closed else { return }
    pipeline.answer(id, response)
    // While others are being served, their answers may go in the same write.
    if pipeline.isAnyRunning { scheduleFlush() } else { flush() }
  }

  /// Writes at the end of the loop's turn what is answered by then.
  func scheduleFlush() {
    guard !isFlushScheduled else { return }
    isFlushScheduled = true
    loop.atTurnEnd { [self] in
      isFlushScheduled = false
      flush()
    }
  }

  /// Answers what cannot be served, after all that came before it, and ends.
  func refuse(_ refusal: HTTPRefusal) {
    guard life == .open else { return }
    life = .ending
    var response = configuration.refusalResponse(refusal)
    response.closesConnection = true
    pipeline.append(response)
    unparsed = []
    flush()
  }

  // MARK: - End

  /// Ends as soon as nothing is under way; the listener takes no more connections.
  func shutDown() {
    isShuttingDown = true
    if hasAnswered && isIdle { close() }
    stream?.producer?.shutDown()
  }

  var isIdle: Bool {
    pipeline.isEmpty && parser.phase == .idle && unparsed.isEmpty && !isWriting && life == .open
      && takeover == nil
  }

  /// Everything asked is answered and written: tells the client so, and waits for it to close.
  func endWriting() {
    guard life == .open || life == .ending else { return }
    life = .lingering
    phaseStart = loop.milliseconds
    unparsed = []
    if !socket.endWriting() { return close() }
    startReading()
  }

  /// Ends at once: the tasks that serve are cancelled, their answers dropped.
  func close() {
    guard life != .closed else { return }
    life = .closed
    pipeline.cancel()
    unparsed = []
    takeover = nil
    listener.remove(self)
    closeHandle()
    let stream = stream.take()
    stream?.producer?.cancelled()
  }

  /// Gives the socket to one who goes on with it, and is no connection any more.
  func surrender() -> UnsafeMutablePointer<uv_tcp_t> {
    stopReading()
    life = .closed
    hasSurrendered = true
    listener.forget(self)
    Unmanaged.passUnretained(self).release()
    return socket
  }

  private func closeHandle() {
    uv_close(socket.asHandle) { handle in
      Unmanaged<HTTPConnection>.fromOpaque(handle!.pointee.data).release()
    }
  }
}
