import Authentication
import Engine
import EventLoop
import HTTP
import Observability

extension WebSocketClose {
  /// In Hasura's words.
  static let metadataChanged = WebSocketClose(1012, "Server state changed, restarting the server")
}

/// A client's websocket: does what its protocol decides.
///
/// Operations are in `GraphQLSocket+Operations.swift`, what the log says of them in
/// `GraphQLSocket+Log.swift`.
final class GraphQLSocket: WebSocketHandler, @unchecked Sendable {
  // Touched on the loop's thread only: by the websocket, and by tasks that were spawned there.

  let socket: WebSocket
  let host: SocketHost
  /// The connection's name in the log.
  let id: String
  var machine: any SocketMachine
  var session: Session?
  var operations: [OperationID: OperationRun] = [:]
  /// The subscriptions whose last result has not left yet.
  var unresumed: [OperationRun] = []
  /// Results that wait until others have left, at most one of each subscription.
  var heldResults: [HeldResult] = []

  /// The headers of the handshake, which count beside those of the session's first message.
  private let handshake: HTTPHeaders
  /// Those of the handshake with those of the session's first message.
  var connectionHeaders = HTTPHeaders()
  private let readsCookies: Bool
  private let usesRelay: Bool
  private var authentication: Task<Void, Never>?
  private let openedAt: UInt64
  private var lastKeepAlive: UInt64
  private let generation: Int
  var isStopping = false

  /// What the handshake has fixed.
  struct Opening: Sendable {
    var machine: any SocketMachine
    var handshake: HTTPHeaders
    var readsCookies: Bool
    /// Whether its operations are asked by the Relay schema.
    var usesRelay = false
  }

  init(_ socket: WebSocket, _ host: SocketHost, _ opening: Opening) {
    self.socket = socket
    self.host = host
    machine = opening.machine
    handshake = opening.handshake
    readsCookies = opening.readsCookies
    usesRelay = opening.usesRelay
    id = host.ids.id(given: nil)
    openedAt = socket.loop.milliseconds
    lastKeepAlive = openedAt
    generation = host.engine.generation
    host.opened()
    log(.accepted)
  }

  // MARK: - From the websocket

  func receive(_ text: [UInt8]) { perform(machine.receive(text)) }

  func drained() {
    let runs = unresumed
    unresumed = []
    sendHeldResults()
    for run in runs { run.resume() }
  }

  func tick(_ now: UInt64) {
    if !machine.isReady {
      if now &- openedAt >= host.settings.initialisationTimeout.milliseconds {
        perform(machine.timeOut())
      }
      return
    }
    if let end = session?.expiresAt, end <= Timestamp.now().millisecondsSinceEpoch {
      return socket.close(WebSocketClose(4403, "the token has expired"))
    }
    if host.settings.closesOnMetadataChange, host.engine.generation != generation {
      return socket.close(.metadataChanged)
    }
    guard let interval = host.settings.keepAlive?.milliseconds, now &- lastKeepAlive >= interval
    else { return }
    lastKeepAlive = now
    // Where results wait to be taken, another sign of life says nothing.
    if socket.waitingByteCount == 0 { socket.send(machine.keepAlive) }
  }

  func shutDown() {
    isStopping = true
    closeIfDone()
  }

  func closed(_ close: WebSocketClose) {
    host.closed()
    authentication?.cancel()
    authentication = nil
    for run in operations.values { run.cancel() }
    operations = [:]
    unresumed = []
    heldResults = []
    log(.closed(close))
  }

  /// Whether the server stops and nothing is left that has to be answered before.
  func closeIfDone() {
    guard isStopping, !operations.values.contains(where: { !$0.isSubscription }) else { return }
    socket.close(.goingAway)
  }

  // MARK: - What the protocol decides

  func perform(_ actions: [SocketAction]) {
    for action in actions where socket.isOpen {
      switch action {
      // As a payload, so that a large one is compressed where that was agreed on.
      case .send(let message): socket.send([], payload: message)
      case .authenticate(let headers): authenticate(headers)
      case .start(let id, let call): start(id, call)
      case .stop(let id): stop(id)
      case .close(let close): socket.close(close)
      case .note(let message): log(.connectionError(message))
      }
    }
  }

  private func authenticate(_ given: [ConnectionHeader]) {
    let headers = ConnectionHeader.merged(given, with: handshake, readsCookies: readsCookies)
    let loop = socket.loop
    connectionHeaders = headers
    authentication = loop.spawn { [self] in
      do throws(HasuraError) {
        let finding = try await host.authenticator.session(headers, body: [], on: loop)
        guard socket.isOpen else { return }
        session = finding.session
        session?.usesRelay = usesRelay
        socket.maximumMessageBytes = host.settings.maximumMessageBytes
        perform(machine.accept())
      } catch {
        if socket.isOpen { perform(machine.refuse(error)) }
      }
    }
  }
}
