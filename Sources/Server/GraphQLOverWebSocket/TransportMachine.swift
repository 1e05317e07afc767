import Engine
import HTTP

/// The protocol `graphql-transport-ws`, by its own text: whatever it does not know ends the connection.
struct TransportMachine: SocketMachine {
  private var phase = SessionPhase.new
  private var active: Set<OperationID> = []
  private let maximumOperations: Int

  init(maximumOperations: Int) { self.maximumOperations = maximumOperations }

  var isReady: Bool { phase == .ready }
  var keepAlive: [UInt8] { ServerMessage.keepAlivePing }

  mutating func receive(_ text: [UInt8]) -> [SocketAction] {
    do throws(MalformedMessage) {
      return try receive(ClientMessage(parsing: text))
    } catch {
      return [.note(error.reason), .close(WebSocketClose(4400, "Invalid message received"))]
    }
  }

  private mutating func receive(
    _ message: ClientMessage
  ) throws(MalformedMessage) -> [SocketAction] {
    switch message.type {
    case "connection_init":
      let headers = try message.connectionHeaders()
      guard phase == .new else {
        return [.close(WebSocketClose(4429, "Too many initialisation requests"))]
      }
      phase = .authenticating
      return [.authenticate(headers)]
    case "ping":
      return [.send(ServerMessage.pong(try message.optionalPayload()))]
    case "pong":
      _ = try message.optionalPayload()
      return []
    case "subscribe":
      return try start(message.id(), message.call())
    case "complete":
      let id = try message.id()
      return active.remove(id) == nil ? [] : [.stop(id)]
    default:
      throw MalformedMessage("no client sends messages of type \"\(message.type)\"")
    }
  }

  private mutating func start(
    _ id: OperationID,
    _ call: Result<GraphQLCall, RequestError>
  ) -> [SocketAction] {
    guard isReady else { return [.close(WebSocketClose(4401, "Unauthorized"))] }
    guard !active.contains(id) else {
      return [.close(WebSocketClose(4409, "Subscriber for \(id.text) already exists"))]
    }
    guard active.count < maximumOperations else {
      return [.send(error(id, HasuraError.tooManyOperations(maximumOperations)))]
    }
    switch call {
    case .success(let call):
      active.insert(id)
      return [.start(id, call)]
    case .failure(let refusal):
      return [.send(error(id, refusal.error))]
    }
  }

  mutating func accept() -> [SocketAction] {
    phase = .ready
    return [.send(ServerMessage.connectionAck)]
  }

  mutating func refuse(_ error: HasuraError) -> [SocketAction] {
    phase = .refused
    return [.note(error.message), .close(WebSocketClose(4403, "Forbidden"))]
  }

  /// Only a client that has not asked is late: see to it who is asked about it.
  mutating func timeOut() -> [SocketAction] {
    guard phase == .new else { return [] }
    phase = .refused
    return [.close(WebSocketClose(4408, "Connection initialisation timeout"))]
  }

  // MARK: - Results

  func resultBeginning(_ id: OperationID) -> [UInt8] { ServerMessage.beginning("next", id) }

  mutating func answer(_ id: OperationID, _ answer: GraphQLAnswer) -> [SocketAction] {
    guard active.remove(id) != nil else { return [] }
    guard answer.isResult else {
      // A list, and nothing after it.
      let errors = GraphQLErrors.list(of: answer.body)
      return [.send(ServerMessage.make("error", id, payload: errors))]
    }
    return [
      .send(ServerMessage.make("next", id, payload: answer.body)),
      .send(ServerMessage.complete(id)),
    ]
  }

  mutating func complete(_ id: OperationID) -> [SocketAction] {
    active.remove(id) == nil ? [] : [.send(ServerMessage.complete(id))]
  }

  private func error(_ id: OperationID, _ error: HasuraError) -> [UInt8] {
    let errors = GraphQLErrors.list(of: error.answer(.graphQL, showingInternal: false))
    return ServerMessage.make("error", id, payload: errors)
  }
}

extension HasuraError {
  static func tooManyOperations(_ limit: Int) -> HasuraError {
    HasuraError(
      .startFailed,
      "the connection has \(limit) operations already, which is the limit: end one first"
    )
  }
}
