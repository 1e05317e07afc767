/// What a connection does after the head of an answer.
enum Takeover: Sendable {
  /// It is a websocket from then on.
  case webSocket(WebSocketUpgrade)
  /// It sends a body that comes in pieces, and then serves on.
  case stream(@Sendable (ResponseStream) -> any ResponseProducer)
}
