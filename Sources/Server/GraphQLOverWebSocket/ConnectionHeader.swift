import HTTP
import JSON

/// A header of the payload of `connection_init`, fit to be one of HTTP.
struct ConnectionHeader: Hashable, Sendable {
  let name: String
  let value: String

  /// Refuses what could not stand in a request: a hook may get the headers as headers.
  init(_ name: String, _ value: JSONValue) throws(MalformedMessage) {
    guard case .string(let text) = value else {
      throw MalformedMessage("the value of a header has to be a string, not \(value.kindName)")
    }
    guard !name.isEmpty, name.utf8.allSatisfy(ConnectionHeader.mayStandInAName) else {
      throw MalformedMessage("the name of a header has characters that none may have")
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
      throw MalformedMessage("the value of a header has control characters")
    }
    self.name = name
    self.value = text
  }

  /// RFC 9110, section 5.6.2.
  private static func mayStandInAName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  /// The headers of a session: those of the message, and those of the handshake that it does not
  /// have; without what is about the connection alone, and without the cookies where they do not
  /// count.
  static func merged(
    _ given: [ConnectionHeader],
    with handshake: HTTPHeaders?,
    readsCookies: Bool
  ) -> HTTPHeaders {
    var fields = given.map { (name: $0.name, value: $0.value) }
    let names = Set(given.map { $0.name.lowercased() })
    handshake?.forEach { name, value in
      if names.contains(name) || name.hasPrefix("sec-websocket-") || name == "upgrade"
        || name == "connection" || name == "cookie" && !readsCookies
      {
        return
      }
      fields.append((name, value))
    }
    return HTTPHeaders(fields)
  }
}
