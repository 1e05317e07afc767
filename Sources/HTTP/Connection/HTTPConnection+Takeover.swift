extension HTTPConnection {
  /// Begins what follows a head, once the head has left.
  func goOnWithTakeover() {
    guard !isWriting, life != .closed else { return }
    if let stream { return stream.flush() }
    switch takeover {
    case .webSocket(let upgrade)?:
      takeover = nil
      let rest = unparsed
      unparsed = []
      WebSocket.take(over: self, upgrade, rest)
    case .stream(let makeProducer)?:
      let stream = ResponseStream(self, isChunked: isStreamChunked)
      self.stream = stream
      // From here on only the client's leaving is looked for, and what else it sends waits.
      resumeReading()
      stream.producer = makeProducer(stream)
      if isShuttingDown { stream.producer?.shutDown() }
    case nil:
      break
    }
  }

  /// The body has been sent whole.
  func streamEnded() {
    stream = nil
    takeover = nil
    flush()
  }
}
