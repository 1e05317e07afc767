import CUV
import EventLoop

extension HTTPConnection {
  /// Bodies up to this size are copied behind their heads; larger ones are written where they are.
  private static var copiedBodyBytes: Int { 16 << 10 }

  /// Writes the answers that are ready, in the order of the requests, then goes on with the rest.
  func flush() {
    guard life == .open || life == .ending else { return }
    if takeover != nil { return goOnWithTakeover() }
    var bytes = listener.takeScratch()
    let date = listener.dateField()
    var isLast = false
    while !isWriting, !isLast, takeover == nil, let (exchange, response) = pipeline.popAnswered() {
      isLast = !exchange.isPersistent || response.closesConnection || isLastOfShutDown
      hasAnswered = true
      // What follows a request for an upgrade that was not granted is HTTP.
      isUpgrading = false
      if !exchange.isHead { takeover = response.takeover }
      if case .stream? = takeover {
        // To HTTP/1.0 the end of the connection is the end of such a body.
        isStreamChunked = exchange.minorVersion > 0
        if !isStreamChunked { isLast = true }
      }
      ResponseHead.append(
        response,
        minorVersion: exchange.minorVersion,
        isPersistent: !isLast,
        date: date,
        to: &bytes
      )
      if exchange.isHead || !HTTPStatus.hasBody(response.status) { continue }
      if response.body.count <= Self.copiedBodyBytes {
        bytes.append(contentsOf: response.body)
      } else {
        write(bytes, response.body)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    if !bytes.isEmpty { write(bytes, []) }
    listener.giveBackScratch(bytes)
    guard life != .closed else { return }
    if isLast {
      life = .ending
      pipeline.cancel()
    }
    if takeover != nil { return goOnWithTakeover() }
    if !isWriting { proceed() }
  }

  private var isLastOfShutDown: Bool {
    isShuttingDown && pipeline.isEmpty && parser.phase == .idle && unparsed.isEmpty
  }

  /// Goes on when all that was ready is written.
  private func proceed() {
    if pipeline.isEmpty {
      if life == .ending { return endWriting() }
      if parser.phase == .idle { phaseStart = loop.milliseconds }
      if owesContinue { sendContinue() }
    }
    startRequests()
    resumeReading()
    if isShuttingDown && hasAnswered && isIdle { endWriting() }
  }

  /// Tells a client that waits with its body to send it; after all answers before it.
  func sendContinue() {
    owesContinue = !pipeline.isEmpty || isWriting
    if !owesContinue { write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), []) }
  }
}

extension HTTPConnection: SocketWriter {
  var isClosed: Bool { life == .closed }

  func pieceLeft() { flush() }
}
