/// Where a server listens and what it puts up with.
package struct HTTPConfiguration: Sendable {
  /// An address or a name; `*` means every IPv4 address.
  package var host = "127.0.0.1"
  /// 0 lets the system choose.
  package var port = 0
  package var limits = HTTPLimits()

  /// From the first byte of a request, or from accepting, to the end of the head.
  package var headTimeout = Duration.seconds(10)
  /// From the end of the head to the end of the body.
  package var bodyTimeout = Duration.seconds(30)
  /// Bytes a second below which a body is too slow, once it has had some time.
  package var minimumBodyRate = 1024
  package var bodyRateGrace = Duration.seconds(5)
  /// From an answer to the first byte of the next request.
  package var idleTimeout = Duration.seconds(75)
  /// For a peer that takes nothing of an answer.
  package var writeTimeout = Duration.seconds(30)

  /// Connections of all loops together; more wait unaccepted.
  package var maximumConnections = 16384
  /// Requests of one connection that are being served or wait to be.
  package var maximumPipelined = 16

  /// Bodies below this are sent as they are; `nil` compresses none.
  package var compressionThreshold: Int? = 700
  /// Bodies from this on are compressed off the loop.
  package var offloadedCompressionThreshold = 64 << 10

  /// The largest body of a request, from its method, path and headers; the body is still empty.
  ///
  /// Without it every request has `limits.maximumBodyBytes`.
  package var bodyLimit: (@Sendable (HTTPRequest) -> Int)?
  /// The answer to what is refused before it reaches the handler.
  package var refusalResponse: @Sendable (HTTPRefusal) -> HTTPResponse = { refusal in
    .text(refusal.status, refusal.message + "\n")
  }

  package init() {}
}
