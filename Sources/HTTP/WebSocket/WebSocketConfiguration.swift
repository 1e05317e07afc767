/// What a server puts up with from a websocket.
package struct WebSocketConfiguration: Hashable, Sendable {
  /// The largest message, after decompression.
  package var maximumMessageBytes = 1 << 20
  package var maximumFragments = 1 << 16
  /// What may wait to be written; who takes less than is sent is closed with 1013 beyond it.
  package var maximumQueuedBytes = 1 << 20
  /// What may be left of it when more is asked for: see ``WebSocketHandler/drained()``.
  package var lowWaterBytes = 16 << 10
  /// Payloads below this are sent as they are although compression was agreed on.
  package var compressionThreshold = 512
  /// From the first byte of a message to its end.
  package var messageTimeout = Duration.seconds(30)
  /// For a peer that takes nothing of what is written.
  package var writeTimeout = Duration.seconds(30)
  /// From our close frame to the peer's.
  package var closeTimeout = Duration.seconds(3)

  package init() {}
}

/// What a connection becomes when an answer with status 101 has been sent.
package struct WebSocketUpgrade: Sendable {
  let configuration: WebSocketConfiguration
  let deflate: DeflateParameters?
  let makeHandler: @Sendable (WebSocket) -> any WebSocketHandler
}

/// Who uses a websocket; all calls come on its loop's thread.
package protocol WebSocketHandler: AnyObject {
  /// A message of text.
  func receive(_ text: [UInt8])
  /// What was sent has left, but for ``WebSocketConfiguration/lowWaterBytes`` at most.
  func drained()
  /// About twice a second, with the time of the loop's clock in milliseconds.
  func tick(_ now: UInt64)
  /// The server stops: close as soon as nothing is under way.
  func shutDown()
  /// It is over; nothing that is sent reaches the peer any more.
  func closed(_ close: WebSocketClose)
}

extension HTTPResponse {
  /// The answer that accepts a handshake.
  ///
  /// The subprotocol has to be one that was offered. `compresses` agrees to the client's offer of
  /// permessage-deflate, if there is one. The handler is made on the loop's thread.
  package static func webSocket(
    _ handshake: WebSocketHandshake,
    subprotocol: String?,
    compresses: Bool = false,
    _ configuration: WebSocketConfiguration,
    handler: @escaping @Sendable (WebSocket) -> any WebSocketHandler
  ) -> HTTPResponse {
    let deflate = compresses ? handshake.deflate : nil
    var response = HTTPResponse(
      status: 101,
      headers: handshake.responseHeaders(subprotocol: subprotocol, deflate: deflate)
    )
    response.takeover = .webSocket(
      WebSocketUpgrade(configuration: configuration, deflate: deflate, makeHandler: handler)
    )
    return response
  }
}
