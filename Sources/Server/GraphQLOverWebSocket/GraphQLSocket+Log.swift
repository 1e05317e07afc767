import Engine
import HTTP
import Observability

/// What the log says of an operation.
struct OperationEntry {
  var id: OperationID
  var name: String?
  var requestID: String?

  init(_ id: OperationID) { self.id = id }

  init(_ id: OperationID, _ call: GraphQLCall, requestID: String) {
    self.id = id
    name = call.operationName
    self.requestID = requestID
  }
}

extension GraphQLSocket {
  /// The connection as the log knows it.
  enum Moment {
    case accepted
    case connectionError(String)
    case closed(WebSocketClose)
  }

  func log(_ moment: Moment) {
    switch moment {
    case .accepted: log(WebSocketExchange.Event.accepted)
    case .connectionError(let message): log(WebSocketExchange.Event.connectionError(message))
    case .closed(let close): log(.closed(code: Int(close.code), reason: close.reason))
    }
  }

  func log(_ entry: OperationEntry, _ answer: GraphQLAnswer) {
    if case .requestError = answer.outcome {
      log(entry, .failed(answer.body))
    } else {
      log(entry, .completed)
    }
  }

  func log(_ entry: OperationEntry, _ stage: WebSocketExchange.Stage) {
    log(
      .operation(
        id: entry.id.text,
        name: entry.name,
        requestID: entry.requestID,
        stage
      )
    )
  }

  private func log(_ event: WebSocketExchange.Event) {
    guard host.logger.isEnabled(.websocketLog, event.level) else { return }
    host.logger.log(
      .webSocket(
        WebSocketExchange(
          id: id,
          role: session?.role,
          sessionEnd: session?.expiresAt,
          event: event
        )
      )
    )
  }
}
