import HTTP
import JSON
import Testing

@testable import apus

struct ConnectionHeaderTests {
  private let handshake = HTTPHeaders([
    ("Host", "x"), ("Connection", "Upgrade"), ("Upgrade", "websocket"),
    ("Sec-WebSocket-Key", "k"), ("Authorization", "Bearer old"), ("Cookie", "a=b"),
    ("X-Hasura-Role", "desk"),
  ])

  private func merged(_ given: [ConnectionHeader], readsCookies: Bool) -> [String] {
    var fields: [String] = []
    ConnectionHeader.merged(given, with: handshake, readsCookies: readsCookies)
      .forEach { fields.append("\($0): \($1)") }
    return fields
  }

  @Test func putsTheMessagesHeadersBeforeTheHandshakes() throws {
    let given = [try ConnectionHeader("AUTHORIZATION", "Bearer new")]
    #expect(
      merged(given, readsCookies: true)
        == ["authorization: Bearer new", "host: x", "cookie: a=b", "x-hasura-role: desk"]
    )
  }

  @Test func leavesCookiesOutThatDoNotCount() throws {
    #expect(
      merged([], readsCookies: false)
        == ["host: x", "authorization: Bearer old", "x-hasura-role: desk"]
    )
    let given = [try ConnectionHeader("cookie", "c=d")]
    #expect(merged(given, readsCookies: false)[0] == "cookie: c=d")
  }
}
