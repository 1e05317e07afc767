/// The body of an answer that comes in pieces; for the loop's thread only.
package final class ResponseStream: @unchecked Sendable {
  // Touched on the loop's thread only, as its connection is.

  /// Nil once the client has gone or the body is complete.
  private var connection: HTTPConnection?
  private let isChunked: Bool
  private var waiting: [UInt8] = []
  private var isComplete = false
  /// Whether the producer has been told that it may go on since it last wrote.
  private var hasDrained = true
  var producer: (any ResponseProducer)?

  init(_ connection: HTTPConnection, isChunked: Bool) {
    self.connection = connection
    self.isChunked = isChunked
  }

  /// Whether there is still somebody to write to.
  package var isOpen: Bool { connection != nil && !isComplete }

  /// Bytes that the socket has not taken.
  package var waitingByteCount: Int {
    waiting.count + (connection.map { $0.isWriting ? $0.socket.unwrittenByteCount : 0 } ?? 0)
  }

  /// Sends some bytes, at the end of the loop's turn.
  package func write(_ bytes: [UInt8]) {
    guard isOpen, !bytes.isEmpty else { return }
    hasDrained = false
    if isChunked { waiting += "\(String(bytes.count, radix: 16))\r\n".utf8 }
    waiting += bytes
    if isChunked { waiting += "\r\n".utf8 }
    connection?.scheduleFlush()
  }

  /// Ends the body; the connection serves on.
  package func finish() {
    guard isOpen else { return }
    isComplete = true
    if isChunked { waiting += "0\r\n\r\n".utf8 }
    connection?.scheduleFlush()
  }

  /// Gives the socket what waits; on the connection's behalf, when nothing is being written.
  func flush() {
    guard let connection else { return }
    if !waiting.isEmpty {
      var bytes: [UInt8] = []
      swap(&bytes, &waiting)
      connection.write(bytes, [])
    }
    guard !connection.isWriting, connection.life != .closed else { return }
    if isComplete {
      end()
      return connection.streamEnded()
    }
    if !hasDrained {
      hasDrained = true
      producer?.drained()
    }
  }

  /// Lets go of the connection.
  func end() {
    connection = nil
    producer = nil
    waiting = []
  }
}

/// Who makes a body that comes in pieces; all calls come on the loop's thread.
package protocol ResponseProducer: AnyObject {
  /// All that was written has left.
  func drained()
  /// About twice a second, with the time of the loop's clock in milliseconds.
  func tick(_ now: UInt64)
  /// The server stops: finish as soon as nothing is under way.
  func shutDown()
  /// The client has gone before the body was complete.
  func cancelled()
}

extension HTTPResponse {
  /// An answer whose body is made while it is sent; the producer is made on the loop's thread once
  /// the head has been sent.
  package static func stream(
    contentType: String,
    headers: [(name: String, value: String)] = [],
    producer: @escaping @Sendable (ResponseStream) -> any ResponseProducer
  ) -> HTTPResponse {
    var response = HTTPResponse(
      status: 200,
      headers: [("content-type", contentType)] + headers
    )
    response.takeover = .stream(producer)
    return response
  }
}
