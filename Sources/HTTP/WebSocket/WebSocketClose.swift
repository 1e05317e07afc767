/// Why a websocket ends: a close code of RFC 6455, section 7.4, or one of a subprotocol, and a text.
package struct WebSocketClose: Error, Hashable, Sendable {
  package var code: UInt16
  package var reason: String

  package init(_ code: UInt16, _ reason: String = "") {
    self.code = code
    self.reason = reason
  }

  package static let normal = WebSocketClose(1000)
  package static let goingAway = WebSocketClose(1001, "the server is shutting down")
  package static let unsupportedData = WebSocketClose(1003, "only text messages are understood")
  /// What is told where the peer has given no code; never sent.
  package static let noCode = WebSocketClose(1005)
  /// What is told where the connection ended without a close frame; never sent.
  package static let abnormal = WebSocketClose(1006)
  static let invalidText = WebSocketClose(1007, "the text is not UTF-8")
  static let invalidCompression = WebSocketClose(1007, "the message cannot be decompressed")
  static let tooLarge = WebSocketClose(1009, "the message is too large")
  static let tooManyFragments = WebSocketClose(1008, "the message has too many fragments")
  static let tooSlow = WebSocketClose(1013, "the client takes its messages too slowly")

  static func protocolError(_ what: String) -> WebSocketClose { WebSocketClose(1002, what) }

  /// The longest text of a close frame, beside the code.
  private static let maximumReasonBytes = 123

  /// The payload of a close frame; a text that is too long is cut between two characters.
  package var payload: [UInt8] {
    if code == WebSocketClose.noCode.code { return [] }
    var bytes = [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)]
    var room = WebSocketClose.maximumReasonBytes
    for scalar in reason.unicodeScalars {
      let encoded = UTF8.encode(scalar).map(Array.init) ?? []
      room -= encoded.count
      if room < 0 { break }
      bytes += encoded
    }
    return bytes
  }

  /// Reads the payload of a close frame; codes that no peer may send are an error.
  package init(payload: [UInt8]) throws(WebSocketClose) {
    if payload.isEmpty {
      self = .noCode
      return
    }
    guard payload.count >= 2 else { throw .protocolError("a close frame of one byte") }
    let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: break
    default: throw .protocolError("a close code that may not be sent")
    }
    guard let reason = String(validating: payload[2...], as: UTF8.self) else {
      throw .invalidText
    }
    self.init(code, reason)
  }
}
