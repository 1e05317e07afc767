import Engine
import HTTP

/// What has to be done about a message, in this order.
enum SocketAction: Equatable, Sendable {
  case send([UInt8])
  /// Find out on whose behalf the client speaks, and say so to the machine.
  case authenticate([ConnectionHeader])
  case start(OperationID, GraphQLCall)
  /// Nothing more is to come of an operation.
  case stop(OperationID)
  case close(WebSocketClose)
  /// The client has made a mistake that the log should know of.
  case note(String)
}

/// One of the protocols of GraphQL over WebSocket: decides, and does nothing itself.
protocol SocketMachine: Sendable {
  /// Whether the client has shown who it is.
  var isReady: Bool { get }
  /// What is sent now and then so that nobody takes the connection for dead.
  var keepAlive: [UInt8] { get }

  mutating func receive(_ text: [UInt8]) -> [SocketAction]
  /// The client is who it says.
  mutating func accept() -> [SocketAction]
  /// The client is not who it says, or nobody.
  mutating func refuse(_ error: HasuraError) -> [SocketAction]
  /// The client has had its time to open a session.
  mutating func timeOut() -> [SocketAction]

  /// What a result of a subscription begins with; `ServerMessage.end` goes behind it.
  func resultBeginning(_ id: OperationID) -> [UInt8]
  /// The one answer to a query or a mutation, or the refusal of any operation.
  mutating func answer(_ id: OperationID, _ answer: GraphQLAnswer) -> [SocketAction]
  /// A subscription has come to its end by itself.
  mutating func complete(_ id: OperationID) -> [SocketAction]
}

/// How far a client is in opening a session.
enum SessionPhase: Hashable, Sendable {
  case new
  case authenticating
  case ready
  /// It was refused, and the connection is about to end.
  case refused
}

extension GraphQLAnswer {
  /// Whether the operation ran, or began to: then even an error is its result.
  var isResult: Bool {
    switch outcome {
    case .data, .partial, .requestError(.execution): true
    case .requestError: false
    }
  }
}
