import Engine
import HTTP
import JSON
import Testing

@testable import Authentication

@Suite("JWK sets", .timeLimit(.minutes(1)))
struct JWKRefreshTests {
  private static let user = Session.expected("user", [("x-hasura-user-id", "1")])
  private static let invalid =
    "400 invalid-jwt: Could not verify JWT: JWSError JWSInvalidSignature"

  private func answer(
    _ keys: JSONValue...,
    headers: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    let body = JSONValue.object(["keys": .array(keys)]).serialized
    return HTTPResponse(status: 200, headers: headers, body: body)
  }

  private func with(
    _ server: AnsweringServer,
    _ test: (AuthenticatorFixture) async throws -> Void
  ) async throws {
    let configuration: JSONValue = ["jwk_url": .string(server.url)]
    try await AuthenticatorFixture.with(jwt: configuration) { fixture async throws in
      try await test(fixture)
    }
  }

  /// Waits until a token is taken; fails by the suite's limit of time.
  private func waitUntil(_ fixture: AuthenticatorFixture, takes token: String) async {
    while await fixture.refusal(token: token) != nil {
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test func verifiesWithEachKeyOfASet() async throws {
    let algorithms: [JWTAlgorithm] = [.rs256, .ps384, .es256, .es384, .es512, .ed25519]
    let keys = try algorithms.map { try SigningKey($0) }
    let set = keys.enumerated().map { index, key in
      key.jwk([.init(key: "kid", value: .string("key \(index)")), .init(key: "use", value: "sig")])
    }
    let body = JSONValue.object(["keys": .array(set)]).serialized
    try await AnsweringServer.with(HTTPResponse(status: 200, body: body)) { server async throws in
      try await with(server) { fixture async throws in
        for (index, key) in keys.enumerated() {
          let right = [JSONObject.Member(key: "kid", value: .string("key \(index)"))]
          #expect(try await fixture.session(token: key.token(claims(), header: right)) == Self.user)
          #expect(try await fixture.session(token: key.token(claims())) == Self.user)
          // The kid of another key: that one is tried, and nothing else.
          let other = [JSONObject.Member(key: "kid", value: .string("key \((index + 1) % 6)"))]
          #expect(await fixture.refusal(token: key.token(claims(), header: other)) == Self.invalid)
        }
      }
      #expect(server.requests.count == 1)
    }
  }

  /// A key's own members narrow what it is for.
  @Test(
    arguments: [
      ("use", "enc"), ("key_ops", ["sign"]), ("alg", "RS512"), ("alg", "RSA-OAEP"), ("kty", "oct"),
      ("n", "not base64!"), ("n", "AQAB"),
    ] as [(String, JSONValue)]
  )
  func leavesKeysOutThatAreForSomethingElse(name: String, value: JSONValue) async throws {
    let key = try SigningKey(.rs256)
    let fitting = try SigningKey(.es256)
    let set = answer(key.jwk([.init(key: name, value: value)]), fitting.jwk())
    try await AnsweringServer.with(set) { server async throws in
      try await with(server) { fixture async throws in
        #expect(await fixture.refusal(token: key.token(claims())) == Self.invalid)
        #expect(try await fixture.session(token: fitting.token(claims())) == Self.user)
      }
    }
  }

  @Test func theConfiguredTypeIsTheOnlyAlgorithm() async throws {
    let key = try SigningKey(.rs256)
    let other = try SigningKey(.es256)
    try await AnsweringServer.with(answer(key.jwk(), other.jwk())) { server async throws in
      let configuration: JSONValue = ["jwk_url": .string(server.url), "type": "RS256"]
      try await AuthenticatorFixture.with(jwt: configuration) { fixture async throws in
        #expect(try await fixture.session(token: key.token(claims())) == Self.user)
        #expect(await fixture.refusal(token: other.token(claims())) == Self.invalid)
      }
    }
  }

  @Test(arguments: [
    (HTTPResponse(status: 500), "the answer has the status 500"),
    (HTTPResponse(status: 302), "the answer has the status 302"),
    (
      HTTPResponse(status: 200, body: Array("<html>".utf8)),
      "not JSON: unexpected character '<' at byte 0"
    ),
    (HTTPResponse(status: 200, body: Array("{}".utf8)), "key \"keys\" not found"),
    (
      HTTPResponse(status: 200, body: Array("{\"keys\":[]}".utf8)),
      "the set has no key that can be used"
    ),
  ])
  func refusesWithTheReasonAndTriesAgain(broken: HTTPResponse, reason: String) async throws {
    let key = try SigningKey(.es256)
    let token = key.token(claims())
    try await AnsweringServer.with(broken) { server async throws in
      try await with(server) { fixture async throws in
        #expect(
          await fixture.refusal(token: token)
            == "400 invalid-jwt: Could not verify JWT: JWSError NoUsableKeys: "
            + "the JWK set could not be fetched: \(reason)"
        )
        // Nothing else stops.
        let secret = (name: "x-hasura-admin-secret", value: "the admin secret")
        #expect(try await fixture.finding([secret]).session == Session.expected("admin"))
        server.answer(answer(key.jwk()))
        await waitUntil(fixture, takes: token)
      }
    }
  }

  @Test func keepsItsKeysWhileTheEndpointIsDown() async throws {
    let (old, new) = (try SigningKey(.es256), try SigningKey(.es256))
    let noCache = [(name: "Cache-Control", value: "no-cache")]
    try await AnsweringServer.with(answer(old.jwk(), headers: noCache)) { server async throws in
      try await with(server) { fixture async throws in
        #expect(try await fixture.session(token: old.token(claims())) == Self.user)
        server.answer(HTTPResponse(status: 503))
        let seen = server.requests.count
        while server.requests.count < seen + 2 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await fixture.session(token: old.token(claims())) == Self.user)
        // Known tokens go with the keys.
        let token = old.token(claims())
        #expect(try await fixture.session(token: token) == Self.user)
        server.answer(answer(new.jwk(), headers: noCache))
        await waitUntil(fixture, takes: new.token(claims()))
        #expect(await fixture.refusal(token: token) == Self.invalid)
      }
    }
  }

  @Test(
    arguments: [
      ([("cache-control", "max-age=60")], .until(160_000)),
      ([("cache-control", "s-maxage=7, public")], .until(107_000)),
      ([("cache-control", "max-age=60, must-revalidate")], .until(160_000)),
      ([("cache-control", "must-revalidate")], .until(100_000)),
      ([("cache-control", "no-cache, max-age=60")], .until(100_000)),
      ([("cache-control", "no-store")], .until(100_000)),
      (
        [("cache-control", "max-age=x")],
        .malformed("Failed parsing Cache-Control header from JWK response")
      ),
      ([("expires", "Thu, 01 Jan 1970 00:10:00 GMT")], .until(600_000)),
      (
        [("cache-control", "public"), ("expires", "Thu, 01 Jan 1970 00:10:00 GMT")], .until(600_000)
      ),
      (
        [("cache-control", "max-age=60"), ("expires", "Thu, 01 Jan 1970 00:10:00 GMT")],
        .until(160_000)
      ),
      (
        [("expires", "-1")],
        .malformed(
          "Failed parsing Expires header from JWK response. Value of header is not a valid timestamp"
        )
      ),
      ([], .unknown),
    ] as [([(name: String, value: String)], JWKLifetime)]
  )
  func readsHowLongKeysCount(headers: [(name: String, value: String)], expected: JWKLifetime) {
    #expect(JWKLifetime(HTTPClientResponse(status: 200, headers: headers), at: 100_000) == expected)
  }
}
