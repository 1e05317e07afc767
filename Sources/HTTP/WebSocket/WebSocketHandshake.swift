import COpenSSL

/// The client's side of an opening handshake, RFC 6455, section 4.2.1, checked.
package struct WebSocketHandshake: Sendable {
  /// The subprotocols that the client offers, in its order.
  package let subprotocols: [String]
  /// What permessage-deflate can be agreed to be; nil where the client offers none that can be had.
  package let deflate: DeflateParameters?
  private let key: String

  /// Whether a request asks for a websocket, so that what follows it is no HTTP.
  package static func isRequested(by request: HTTPRequest) -> Bool {
    // Nearly all requests end here, without an array or a text being made.
    guard request.method == .get, request.headers.firstIndex(of: "upgrade") != nil else {
      return false
    }
    return request.minorVersion > 0 && request.headers.hasWord("websocket", in: "upgrade")
      && request.headers.hasWord("upgrade", in: "connection")
  }

  /// Throws the answer to what is no proper handshake.
  package init(_ request: HTTPRequest) throws(HTTPResponseError) {
    let headers = request.headers
    guard headers.all("sec-websocket-version") == ["13"] else {
      throw HTTPResponseError(
        status: 426,
        headers: [("upgrade", "websocket"), ("sec-websocket-version", "13")],
        message: "the version of the websocket protocol has to be 13"
      )
    }
    let keys = headers.all("sec-websocket-key")
    guard keys.count == 1, Self.isKey(keys[0]) else {
      throw HTTPResponseError(
        status: 400,
        message: "Sec-WebSocket-Key has to be there once, with 16 bytes in base64"
      )
    }
    key = keys[0]
    var subprotocols: [String] = []
    for field in headers.all("sec-websocket-protocol") {
      for item in field.split(separator: ",") { subprotocols.append(String(item.trimmingSpace)) }
    }
    self.subprotocols = subprotocols
    deflate = DeflateParameters(offers: headers)
  }

  /// 22 characters and two equals signs, of which the last character has four bits to spare.
  private static func isKey(_ key: String) -> Bool {
    let bytes = Array(key.utf8)
    guard bytes.count == 24, bytes[22] == 0x3D, bytes[23] == 0x3D else { return false }
    guard
      [UInt8(ascii: "A"), UInt8(ascii: "Q"), UInt8(ascii: "g"), UInt8(ascii: "w")]
        .contains(bytes[21])
    else { return false }
    return bytes[..<22].allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): true
      default: false
      }
    }
  }

  /// The fields of the answer that accepts.
  func responseHeaders(
    subprotocol: String?,
    deflate: DeflateParameters?
  ) -> [(name: String, value: String)] {
    var headers = [(name: "upgrade", value: "websocket")]
    headers.append(("sec-websocket-accept", Self.accept(key)))
    if let subprotocol { headers.append(("sec-websocket-protocol", subprotocol)) }
    if let deflate { headers.append(("sec-websocket-extensions", deflate.field)) }
    return headers
  }

  /// What shows the client that the server has read its key: section 4.2.2.
  static func accept(_ key: String) -> String {
    let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
    var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
    _ = SHA1(text, text.count, &digest)
    var encoded = [UInt8](repeating: 0, count: 29)
    let count = EVP_EncodeBlock(&encoded, digest, Int32(digest.count))
    return String(decoding: encoded.prefix(Int(count)), as: UTF8.self)
  }
}

/// An answer that refuses something about a request.
package struct HTTPResponseError: Error, Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)] = []
  package var message: String
}

extension HTTPHeaders {
  /// Whether one of the words, separated by commas, of the fields of a name is that one, in any case
  /// of letters.
  func hasWord(_ word: String, in name: String) -> Bool {
    all(name).contains { field in
      field.split(separator: ",").contains { item in
        String(item.trimmingSpace).isSameHeaderName(as: word)
      }
    }
  }
}
