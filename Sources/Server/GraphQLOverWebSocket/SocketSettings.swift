import HTTP

/// What clients of websockets may do and how long they are waited for.
struct SocketSettings: Sendable {
  /// Between two words that the connection is alive; nil is never.
  var keepAlive: Duration? = .seconds(5)
  /// From the handshake to the client's opening of a session.
  var initialisationTimeout = Duration.seconds(3)
  /// Operations of one connection at a time.
  var maximumOperations = 100
  /// Websockets of the whole server.
  var maximumSockets = 14_000
  /// Before a client has shown who it is, messages are smaller yet.
  var maximumMessageBytes = 1 << 20
  /// What may wait for a client that is slower than its results.
  var maximumQueuedBytes = 1 << 20
  var compresses = false
  /// Whether cookies of the handshake count although CORS is disabled, or open to every origin.
  var readsCookies = false
  /// Whether each change of the metadata ends all websockets, as it does at Hasura.
  var closesOnMetadataChange = false

  /// What the transport is told; a message that opens a session is small.
  var configuration: WebSocketConfiguration {
    var configuration = WebSocketConfiguration()
    configuration.maximumMessageBytes = min(maximumMessageBytes, 64 << 10)
    configuration.maximumQueuedBytes = maximumQueuedBytes
    return configuration
  }
}
