/// The protocols of GraphQL over WebSocket.
enum Subprotocol: String, Hashable, Sendable {
  /// The one of today, of the library `graphql-ws`.
  case transport = "graphql-transport-ws"
  /// The one of Apollo's `subscriptions-transport-ws`.
  case legacy = "graphql-ws"

  /// What is spoken with a client, and what it is told of that.
  ///
  /// A client that offers nothing speaks the older one, as at Hasura, and is told nothing: a protocol
  /// that it did not offer would end the handshake. Nil where it offers only what is not known.
  static func choose(of offered: [String]) -> (spoken: Subprotocol, told: String?)? {
    if offered.isEmpty { return (.legacy, nil) }
    for known in [Subprotocol.transport, .legacy] where offered.contains(known.rawValue) {
      return (known, known.rawValue)
    }
    return nil
  }
}
