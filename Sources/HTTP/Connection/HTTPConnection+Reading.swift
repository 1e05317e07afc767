import CUV
import EventLoop

extension HTTPConnection {
  func startReading() {
    guard !isReading, life != .closed else { return }
    isReading = true
    uv_read_start(
      socket.asStream,
      { handle, _, buffer in
        // One buffer a loop: what is read is used up before the next read.
        buffer!.pointee = HTTPConnection.of(handle!.pointee.data).listener.readBuffer
      },
      { stream, count, buffer in
        let connection = HTTPConnection.of(stream!.pointee.data)
        if count > 0 {
          connection.received(UnsafeRawBufferPointer(start: buffer!.pointee.base, count: count))
        } else if count < 0 {
          // The end of what the client sends is taken for its leaving: no answer would be read.
          connection.close()
        }
      }
    )
  }

  func stopReading() {
    guard isReading else { return }
    isReading = false
    uv_read_stop(socket.asStream)
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    // What comes after the last request to be served is thrown away.
    guard life == .open else { return }
    var offset = 0
    parse(bytes, &offset)
    if life == .open, offset < bytes.count {
      unparsed = Array(bytes[offset...])
      stopReading()
    }
  }

  /// Goes on with what had to wait for answers to leave.
  func resumeReading() {
    if !unparsed.isEmpty, life == .open {
      let bytes = unparsed
      unparsed = []
      var offset = 0
      bytes.withUnsafeBytes { parse($0, &offset) }
      if life == .open, offset < bytes.count { unparsed = Array(bytes[offset...]) }
    }
    if unparsed.isEmpty { startReading() }
  }

  /// Whether one more request may be read: neither their number nor what their bodies take is more
  /// than a client gets.
  private var hasRoom: Bool {
    !isUpgrading && pipeline.count < configuration.maximumPipelined
      && pipeline.waitingByteCount <= configuration.limits.maximumBodyBytes
  }

  /// Takes requests out of the bytes, as long as there is room for them in the pipeline.
  private func parse(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) {
    var isNew = false
    parsing: while life == .open, hasRoom {
      switch parser.next(bytes, &offset) {
      case .needsMoreBytes:
        if parser.takeExpectation(), parser.bodyByteCount == 0 { sendContinue() }
        break parsing
      case .request(var request, let isPersistent):
        isNew = true
        owesContinue = false
        request.remoteAddress = remoteAddress
        request.receivedAt = uv_hrtime()
        if !isPersistent { life = .ending }
        isUpgrading = isPersistent && WebSocketHandshake.isRequested(by: request)
        pipeline.append(request, isPersistent: isPersistent)
        startRequests()
      case .refused(let refusal):
        refuse(refusal)
      }
    }
    if isNew || parser.phase != phase {
      phase = parser.phase
      phaseStart = loop.milliseconds
    }
  }
}
