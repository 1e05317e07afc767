import Engine
import HTTP

/// The protocol `graphql-ws` of Apollo's `subscriptions-transport-ws`, as Hasura speaks it: mistakes are
/// told and the connection lives on.
struct LegacyMachine: SocketMachine {
  private var phase = SessionPhase.new
  private var active: Set<OperationID> = []
  private let maximumOperations: Int
  /// Which shape errors have: that of `v1alpha1` is another.
  private let shape: HasuraError.Shape

  init(maximumOperations: Int, shape: HasuraError.Shape = .graphQL) {
    self.maximumOperations = maximumOperations
    self.shape = shape
  }

  var isReady: Bool { phase == .ready }
  var keepAlive: [UInt8] { ServerMessage.keepAlive }

  mutating func receive(_ text: [UInt8]) -> [SocketAction] {
    do throws(MalformedMessage) {
      return try receive(ClientMessage(parsing: text))
    } catch {
      let message = "parsing ClientMessage failed, \(error.reason)"
      return [.note(message), .send(ServerMessage.connectionError(message))]
    }
  }

  private mutating func receive(
    _ message: ClientMessage
  ) throws(MalformedMessage) -> [SocketAction] {
    switch message.type {
    case "connection_init":
      let headers = try message.connectionHeaders()
      // One after the other; a client may open its session anew.
      guard phase == .new || phase == .ready else { return [] }
      phase = .authenticating
      return [.authenticate(headers)]
    case "start":
      return try start(message.id(), message.call())
    case "stop":
      let id = try message.id()
      return active.remove(id) == nil ? [] : [.stop(id)]
    case "connection_terminate":
      return [.close(.normal)]
    default:
      throw MalformedMessage("no client sends messages of type \"\(message.type)\"")
    }
  }

  private mutating func start(
    _ id: OperationID,
    _ call: Result<GraphQLCall, RequestError>
  ) -> [SocketAction] {
    if active.contains(id) {
      return refusal(
        of: id,
        HasuraError(.startFailed, "an operation already exists with this id: \(id.text)")
      )
    }
    guard isReady else {
      return refusal(
        of: id,
        HasuraError(.startFailed, "start received before the connection is initialised")
      )
    }
    guard active.count < maximumOperations else {
      return refusal(of: id, .tooManyOperations(maximumOperations))
    }
    switch call {
    case .success(let call):
      active.insert(id)
      return [.start(id, call)]
    case .failure(let refused):
      return refusal(of: id, refused.error)
    }
  }

  mutating func accept() -> [SocketAction] {
    phase = .ready
    return [.send(ServerMessage.connectionAck), .send(ServerMessage.keepAlive)]
  }

  mutating func refuse(_ error: HasuraError) -> [SocketAction] {
    phase = .refused
    return [
      .note(error.message),
      .send(ServerMessage.connectionError(error.message)),
      .close(WebSocketClose(4400, "Connection initialization failed: \(error.message)")),
    ]
  }

  mutating func timeOut() -> [SocketAction] {
    guard phase == .new else { return [] }
    phase = .refused
    return [.close(WebSocketClose(1011, "Connection initialisation timed out"))]
  }

  // MARK: - Results

  func resultBeginning(_ id: OperationID) -> [UInt8] { ServerMessage.beginning("data", id) }

  mutating func answer(_ id: OperationID, _ answer: GraphQLAnswer) -> [SocketAction] {
    guard active.remove(id) != nil else { return [] }
    let message =
      answer.isResult
      ? ServerMessage.make("data", id, payload: answer.body)
      : ServerMessage.make("error", id, payload: GraphQLErrors.answer(answer.body, as: shape))
    return [.send(message), .send(ServerMessage.complete(id))]
  }

  mutating func complete(_ id: OperationID) -> [SocketAction] {
    active.remove(id) == nil ? [] : [.send(ServerMessage.complete(id))]
  }

  /// The error and the end, which Hasura tells also of an id that is in use.
  private func refusal(of id: OperationID, _ error: HasuraError) -> [SocketAction] {
    let payload = error.answer(shape, showingInternal: false)
    return [
      .send(ServerMessage.make("error", id, payload: payload)),
      .send(ServerMessage.complete(id)),
    ]
  }
}
