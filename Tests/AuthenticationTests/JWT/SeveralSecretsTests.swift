import Engine
import JSON
import Testing

@testable import Authentication

@Suite("Several JWT secrets")
struct SeveralSecretsTests {
  private static let user = Session.expected("user", [("x-hasura-user-id", "1")])
  private static let several = "400 invalid-headers: Could not verify JWT: Multiple JWTs found"

  private func key(_ text: String) throws -> SigningKey {
    try SigningKey(.hs256, secret: Array(String(repeating: text, count: 32).utf8))
  }

  private func configuration(
    _ key: SigningKey,
    issuer: JSONValue = nil,
    header: JSONValue = nil
  ) -> JSONValue {
    ["type": "HS256", "key": .string(key.pem), "issuer": issuer, "header": header]
  }

  private func token(_ key: SigningKey, issuer: JSONValue?) -> String {
    key.token(claims(adding: issuer.map { [.init(key: "iss", value: $0)] } ?? []))
  }

  @Test func theIssuerChoosesTheSecret() async throws {
    let (one, two) = (try key("1"), try key("2"))
    try await AuthenticatorFixture.with(
      jwt: configuration(one, issuer: "one"),
      configuration(two, issuer: "two")
    ) { fixture async throws in
      // Twice, the second time from what is known already.
      for _ in 0..<2 {
        #expect(try await fixture.session(token: token(one, issuer: "one")) == Self.user)
        #expect(try await fixture.session(token: token(two, issuer: "two")) == Self.user)
      }
      let refusals: [(String, String)] = [
        (
          token(one, issuer: "two"),
          "400 invalid-jwt: Could not verify JWT: JWSError JWSInvalidSignature"
        ),
        (token(one, issuer: "three"), "400 invalid-jwt: Could not verify JWT: JWTNotInIssuer"),
        (token(one, issuer: nil), Self.several),
      ]
      for (token, expected) in refusals {
        #expect(await fixture.refusal(token: token) == expected)
      }
    }
  }

  @Test func theirPlacesMayDiffer() async throws {
    let (bearer, cookie, custom) = (try key("1"), try key("2"), try key("3"))
    try await AuthenticatorFixture.with(
      jwt: configuration(bearer),
      configuration(cookie, header: ["type": "Cookie", "name": "session"]),
      configuration(custom, header: ["type": "CustomHeader", "name": "X-Token"])
    ) { fixture async throws in
      let fromBearer = ("Authorization", "Bearer \(token(bearer, issuer: nil))")
      let fromCookie = ("Cookie", "a=b; session=\(token(cookie, issuer: nil)); c=d")
      let fromHeader = ("x-token", token(custom, issuer: nil))
      for header in [fromBearer, fromCookie, fromHeader] {
        #expect(try await fixture.finding([header]).session == Self.user)
      }
      #expect(await fixture.refusal([fromBearer, fromCookie]) == Self.several)
      #expect(await fixture.refusal([fromBearer, fromBearer]) == Self.several)
      let swapped = ("Authorization", "Bearer \(token(cookie, issuer: nil))")
      #expect(
        await fixture.refusal([swapped])
          == "400 invalid-jwt: Could not verify JWT: JWSError JWSInvalidSignature"
      )
    }
  }

  @Test(arguments: [
    "Basic abc", "Bearer", "Bearer a b", "bearer a.b.c", "", "a.b.c",
  ])
  func refusesAHeaderThatIsNoBearerToken(value: String) async throws {
    try await AuthenticatorFixture.with(jwt: configuration(try key("1"))) { fixture async throws in
      #expect(
        await fixture.refusal([("authorization", value)])
          == "400 invalid-headers: Malformed Authorization header"
      )
    }
  }

  @Test func withoutATokenThereIsTheUnauthorizedRole() async throws {
    let key = try key("1")
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      #expect(
        await fixture.refusal([("x-hasura-role", "user")])
          == "400 invalid-headers: Missing 'Authorization' or 'Cookie' header in JWT "
          + "authentication mode"
      )
    }
    try await AuthenticatorFixture.with(
      jwt: configuration(key),
      unauthorizedRole: "anonymous"
    ) { fixture async throws in
      let headers = [
        (name: "x-hasura-role", value: "admin"), (name: "x-hasura-user-id", value: "1"),
      ]
      #expect(try await fixture.finding(headers).session == Session.expected("anonymous"))
      #expect(await fixture.refusal([("authorization", "Bearer x")]) != nil)
    }
  }

  @Test func theAdminSecretGoesFirst() async throws {
    try await AuthenticatorFixture.with(jwt: configuration(try key("1"))) { fixture async throws in
      let right = (name: "x-hasura-admin-secret", value: "the admin secret")
      let headers = [right, (name: "authorization", value: "nonsense")]
      #expect(try await fixture.finding(headers).session == Session.expected("admin"))
      let wrong = (name: "x-hasura-admin-secret", value: "wrong")
      #expect(
        await fixture.refusal([
          wrong, ("authorization", "Bearer \(token(try key("1"), issuer: nil))"),
        ])
          == "401 access-denied: invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\""
      )
    }
  }
}
