import CUV
import EventLoop

extension HTTPConnection {
  /// Bodies up to this size are copied behind their heads; larger ones are written where they are.
  private static var copiedBodyBytes: Int { 16 << 10 }

  /// Writes the answers that are ready, in the order of the requests, then goes on with the rest.
  func flush() {
    guard life == .open || life == .ending else { return }
    var bytes = listener.takeScratch()
    let date = listener.dateField()
    var isLast = false
    while !isWriting, !isLast, let (exchange, response) = pipeline.popAnswered() {
      isLast = !exchange.isPersistent || response.closesConnection || isLastOfShutDown
      hasAnswered = true
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
    if !isWriting { proceed() }
  }

  private var isLastOfShutDown: Bool {
    isShuttingDown && pipeline.isEmpty && parser.phase == .idle && unparsed.isEmpty
  }

  /// Goes on when all that was ready is written.
  private func proceed() {
    if pipeline.isEmpty {
      if life == .ending { return endWriting() }
      if parser.phase == .idle { phaseStart = loop.now }
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

  // MARK: - Socket

  /// Gives bytes to the socket, or to libuv where the socket does not take all now.
  private func write(_ head: [UInt8], _ body: [UInt8]) {
    let total = head.count + body.count
    let written = head.withUnsafeBytes { head in
      body.withUnsafeBytes { body in
        var buffers = (Self.buffer(head), Self.buffer(body))
        return withUnsafeMutableBytes(of: &buffers) { buffers in
          uv_try_write(
            socket.asStream,
            buffers.baseAddress?.assumingMemoryBound(to: uv_buf_t.self),
            body.isEmpty ? 1 : 2
          )
        }
      }
    }
    if written == total { return }
    if written < 0 && written != UV_EAGAIN.rawValue { return close() }
    let rest = PendingWrite(head, body, from: max(Int(written), 0))
    isWriting = true
    writeProgress = (total, loop.now)
    let status = rest.start(on: socket.asStream) { [self] status in
      isWriting = false
      if life == .closed { return }
      if status < 0 { close() } else { flush() }
    }
    if status < 0 {
      isWriting = false
      close()
    }
  }

  private static func buffer(_ bytes: UnsafeRawBufferPointer) -> uv_buf_t {
    uv_buf_t(
      base: UnsafeMutableRawPointer(mutating: bytes.baseAddress)?
        .assumingMemoryBound(to: CChar.self),
      len: bytes.count
    )
  }
}
