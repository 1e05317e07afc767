import JSON

/// Something that happened on a websocket, as a line of type `websocket-log` tells it.
package struct WebSocketExchange: Sendable {
  package enum Event: Sendable {
    case accepted
    /// The handshake was refused; the error's JSON text.
    case rejected([UInt8])
    /// The client broke its protocol, or was not let in.
    case connectionError(String)
    case operation(id: String, name: String?, requestID: String?, Stage)
    case closed(code: Int, reason: String)

    package var level: LogLevel {
      switch self {
      case .rejected, .connectionError, .operation(_, _, _, .failed): .error
      case .accepted, .operation, .closed: .info
      }
    }
  }

  /// How far an operation is.
  package enum Stage: Sendable {
    case started
    /// By the client.
    case stopped
    case completed
    /// The answer's JSON text.
    case failed([UInt8])
  }

  /// The connection's name.
  package var id: String
  package var role: String?
  /// When the session ends, in milliseconds since 1970.
  package var sessionEnd: Int?
  package var event: Event

  package init(id: String, role: String?, sessionEnd: Int?, event: Event) {
    self.id = id
    self.role = role
    self.sessionEnd = sessionEnd
    self.event = event
  }

  /// Longer answers are left out of the line.
  private static let maximumErrorBytes = 4096

  /// Hasura's members, written piece by piece: this happens twice an operation.
  func appendDetail(to bytes: inout [UInt8]) {
    bytes.append(#"{"event":{"type":""#)
    switch event {
    case .accepted: bytes.append(#"accepted""#)
    case .rejected(let error):
      bytes.append(#"rejected","detail":"#)
      bytes.append(contentsOf: error)
    case .connectionError(let message):
      bytes.append(#"connection_error","detail":"#)
      bytes.appendJSONString(message.utf8Span.span)
    case .operation(let id, let name, let requestID, let stage):
      bytes.append(#"operation","detail":{"operation_id":"#)
      bytes.appendJSONString(id.utf8Span.span)
      WebSocketExchange.append(#","request_id":"#, requestID, to: &bytes)
      WebSocketExchange.append(#","operation_name":"#, name, to: &bytes)
      bytes.append(#","operation_type":{"type":""#)
      WebSocketExchange.append(stage, to: &bytes)
      bytes.append("}}")
    case .closed(let code, let reason):
      bytes.append(#"closed","detail":{"code":"#)
      bytes.append(decimal: code)
      WebSocketExchange.append(#","reason":"#, reason, to: &bytes)
      bytes.append("}")
    }
    bytes.append(#"},"connection_info":{"websocket_id":"#)
    bytes.appendJSONString(id.utf8Span.span)
    let end = sessionEnd.map { milliseconds in
      Timestamp(
        secondsSinceEpoch: milliseconds / 1000,
        milliseconds: max(milliseconds % 1000, 0)
      ).description
    }
    WebSocketExchange.append(#","token_expiry":"#, end, to: &bytes)
    bytes.append(#","msg":null},"user_vars":"#)
    if let role {
      bytes.append(#"{"x-hasura-role":"#)
      bytes.appendJSONString(role.utf8Span.span)
      bytes.append("}}")
    } else {
      bytes.append("null}")
    }
  }

  private static func append(_ stage: Stage, to bytes: inout [UInt8]) {
    switch stage {
    case .started: bytes.append(#"started""#)
    case .stopped: bytes.append(#"stopped""#)
    case .completed: bytes.append(#"completed""#)
    case .failed(let error):
      bytes.append(#"query_err""#)
      guard error.count <= maximumErrorBytes else { return }
      bytes.append(#","detail":"#)
      bytes.append(contentsOf: error)
    }
  }

  private static func append(_ key: StaticString, _ text: String?, to bytes: inout [UInt8]) {
    bytes.append(key)
    if let text { bytes.appendJSONString(text.utf8Span.span) } else { bytes.append("null") }
  }
}
