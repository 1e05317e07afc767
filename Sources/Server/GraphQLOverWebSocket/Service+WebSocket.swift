import Engine
import EventLoop
import HTTP
import Observability

extension Service {
  /// Answers a request for a websocket: accepts it, or says why not.
  func webSocketResponse(to request: HTTPRequest) -> HTTPResponse {
    do throws(RequestError) {
      return try upgrade(request)
    } catch {
      logRejection(error, of: request)
      return Reply.plain(error).response
    }
  }

  /// The answer where as many websockets are open as may be.
  var noRoomForSockets: HTTPResponse {
    var response = Reply.plain(.tooManyWebSockets).response
    response.headers.append((name: "retry-after", value: "5"))
    return response
  }

  private func upgrade(_ request: HTTPRequest) throws(RequestError) -> HTTPResponse {
    let keepsStatus: Bool
    let usesRelay: Bool
    switch Route(path: request.path) {
    case .graphql(let keeps)? where settings.enabledAPIs.contains(.graphql):
      (keepsStatus, usesRelay) = (keeps, false)
    case .relay? where settings.enabledAPIs.contains(.graphql) && settings.isRelayEnabled:
      (keepsStatus, usesRelay) = (false, true)
    default: throw .noWebSocketsThere
    }
    let origin = settings.cors.webSocketOrigin(
      request.headers["origin"],
      host: request.headers["host"]
    )
    guard case .allowed(let countsCookies) = origin else { throw .originNotAllowed }
    let handshake: WebSocketHandshake
    do {
      handshake = try WebSocketHandshake(request)
    } catch {
      return refusal(error)
    }
    guard sockets.hasRoom else { return noRoomForSockets }
    let sockets = sockets
    guard let subprotocol = Subprotocol.choose(of: handshake.subprotocols) else {
      return .webSocket(handshake, subprotocol: nil, sockets.settings.configuration) { socket in
        RefusedSocket(socket)
      }
    }
    let limit = sockets.settings.maximumOperations
    let machine: any SocketMachine =
      switch subprotocol.spoken {
      case .transport: TransportMachine(maximumOperations: limit)
      case .legacy:
        LegacyMachine(maximumOperations: limit, shape: keepsStatus ? .plain : .graphQL)
      }
    let opening = GraphQLSocket.Opening(
      machine: machine,
      handshake: request.headers,
      readsCookies: countsCookies || sockets.settings.readsCookies,
      usesRelay: usesRelay
    )
    return .webSocket(
      handshake,
      subprotocol: subprotocol.told,
      compresses: sockets.settings.compresses,
      sockets.settings.configuration
    ) { socket in
      GraphQLSocket(socket, sockets, opening)
    }
  }

  func refusal(_ error: HTTPResponseError) -> HTTPResponse {
    let plain = RequestError(.badRequest, error.message, status: error.status)
    var response = Reply.plain(plain).response
    response.headers += error.headers
    return response
  }

  func logRejection(_ error: RequestError, of request: HTTPRequest) {
    guard logger.isEnabled(.websocketLog, .error) else { return }
    let event = WebSocketExchange.Event.rejected(error.plainBody)
    logger.log(
      .webSocket(
        WebSocketExchange(id: ids.id(given: nil), role: nil, sessionEnd: nil, event: event)
      )
    )
  }
}

extension RequestError {
  fileprivate static let noWebSocketsThere = RequestError(
    .notFound,
    "only '/v1/graphql', '/v1alpha1/graphql' are supported on websockets",
    status: 404
  )

  static let originNotAllowed = RequestError(
    .accessDenied,
    "received origin header does not match configured CORS domains",
    status: 400
  )

  static let tooManyWebSockets = RequestError(
    .busy,
    "the server has as many websockets as it may have",
    status: 503
  )
}

/// A client that speaks none of the protocols: it is told so by a close, which it can read, as
/// browsers show nothing of a refused handshake.
private final class RefusedSocket: WebSocketHandler {
  init(_ socket: WebSocket) {
    socket.close(WebSocketClose(4406, "Subprotocol not acceptable"))
  }

  func receive(_ text: [UInt8]) {}
  func drained() {}
  func tick(_ now: UInt64) {}
  func shutDown() {}
  func closed(_ close: WebSocketClose) {}
}
