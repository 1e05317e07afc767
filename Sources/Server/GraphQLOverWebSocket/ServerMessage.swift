import JSON

/// The messages that a server sends, as JSON text.
enum ServerMessage {
  static let connectionAck = Array(#"{"type":"connection_ack"}"#.utf8)
  static let keepAlive = Array(#"{"type":"ka"}"#.utf8)
  static let keepAlivePing = Array(
    #"{"type":"ping","payload":{"message":"keepalive"}}"#.utf8
  )
  /// What closes a message behind its payload.
  static let end: [UInt8] = [UInt8(ascii: "}")]

  /// All of a message about an operation up to its payload.
  static func beginning(_ type: StaticString, _ id: OperationID) -> [UInt8] {
    var bytes = start(id)
    bytes += #""type":""#.utf8
    bytes += UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount)
    bytes += #"","payload":"#.utf8
    return bytes
  }

  static func make(_ type: StaticString, _ id: OperationID, payload: [UInt8]) -> [UInt8] {
    beginning(type, id) + payload + end
  }

  static func complete(_ id: OperationID) -> [UInt8] { start(id) + #""type":"complete"}"#.utf8 }

  static func pong(_ payload: JSONObject?) -> [UInt8] {
    var object: JSONObject = ["type": "pong"]
    if let payload { object.append("payload", .object(payload)) }
    return JSONValue.object(object).serialized
  }

  /// The older protocol's word that a message, or the session, is refused: Hasura's is a text.
  static func connectionError(_ message: String) -> [UInt8] {
    let object: JSONObject = ["type": "connection_error", "payload": .string(message)]
    return JSONValue.object(object).serialized
  }

  private static func start(_ id: OperationID) -> [UInt8] {
    var bytes = Array(#"{"id":"#.utf8)
    bytes.appendJSONString(id.bytes.span)
    bytes.append(UInt8(ascii: ","))
    return bytes
  }
}
