import Engine
import HTTP
import JSON
import Testing

@testable import Authentication

@Suite("Admin secrets")
struct AdminSecretsTests {
  private static let invalid =
    "401 access-denied: invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\""

  private func with(
    secrets: [String],
    unauthorizedRole: String? = nil,
    _ test: (AuthenticatorFixture) async throws -> Void
  ) async throws {
    let configuration = try AuthenticationConfiguration(
      secrets: secrets,
      unauthorizedRole: unauthorizedRole
    )
    try await AuthenticatorFixture.with(configuration, test)
  }

  @Test func comparesBytesNotCharacters() {
    let secrets = AdminSecrets(["caf\u{E9}"])
    #expect(secrets.contain(Array("caf\u{E9}".utf8)[...]))
    #expect(!secrets.contain(Array("cafe\u{301}".utf8)[...]))
  }

  @Test(arguments: [1, 7, 8, 9, 31, 32, 33, 127, 128, 129, 255, 1000])
  func everyByteAndTheLengthCount(length: Int) {
    let secret = (0..<length).map { UInt8(truncatingIfNeeded: 33 + $0 % 90) }
    let secrets = AdminSecrets(["other", String(decoding: secret, as: UTF8.self)])
    #expect(secrets.contain(secret[...]))
    for index in secret.indices {
      var wrong = secret
      wrong[index] ^= 1
      #expect(!secrets.contain(wrong[...]))
    }
    #expect(!secrets.contain(secret.dropLast()))
    #expect(!secrets.contain((secret + [0])[...]))
    #expect(!secrets.contain((secret + [1])[...]))
    #expect(!secrets.contain([]))
  }

  @Test func everyoneIsAdminWithoutASecret() async throws {
    try await with(secrets: []) { fixture async throws in
      #expect(try await fixture.finding([]).session == Session.expected("admin"))
      let headers = [
        (name: "X-Hasura-Role", value: "trader"), (name: "X-Hasura-Desk-Id", value: "7"),
      ]
      let expected = Session.expected("trader", [("x-hasura-desk-id", "7")])
      #expect(try await fixture.finding(headers).session == expected)
      // A secret where there is none is nothing to be refused for.
      let secret = (name: "x-hasura-admin-secret", value: "any")
      #expect(try await fixture.finding([secret]).session == Session.expected("admin"))
    }
  }

  @Test(arguments: ["x-hasura-admin-secret", "X-Hasura-Admin-Secret", "x-hasura-access-key"])
  func eachOfTheSecretsMakesAdmin(header: String) async throws {
    try await with(secrets: ["one", "two", "three"]) { fixture async throws in
      for secret in ["one", "two", "three"] {
        #expect(try await fixture.finding([(header, secret)]).session == Session.expected("admin"))
      }
      for secret in ["on", "onee", "", "One", "one,two"] {
        #expect(await fixture.refusal([(header, secret)]) == Self.invalid)
      }
    }
  }

  @Test func theSecretsOwnerTakesARoleAndVariables() async throws {
    try await with(secrets: ["right"]) { fixture async throws in
      let session = try await fixture.finding([
        ("x-hasura-admin-secret", "right"), ("X-Hasura-Role", "trader"),
        ("X-Hasura-Desk-Id", "7"), ("accept", "*/*"),
      ]).session
      #expect(session == Session.expected("trader", [("x-hasura-desk-id", "7")]))
    }
  }

  @Test func refusesTwoSecrets() async throws {
    try await with(secrets: ["right"]) { fixture async throws in
      let right = (name: "x-hasura-admin-secret", value: "right")
      #expect(await fixture.refusal([right, right]) == Self.invalid)
      #expect(await fixture.refusal([right, ("x-hasura-access-key", "right")]) == Self.invalid)
    }
  }

  @Test func withoutASecretThereIsTheUnauthorizedRole() async throws {
    let headers = [(name: "x-hasura-role", value: "admin"), (name: "x-hasura-desk-id", value: "7")]
    try await with(secrets: ["right"]) { fixture async throws in
      #expect(
        await fixture.refusal(headers)
          == "401 access-denied: x-hasura-admin-secret/x-hasura-access-key required, but not found"
      )
    }
    try await with(secrets: ["right"], unauthorizedRole: "anonymous") { fixture async throws in
      #expect(try await fixture.finding(headers).session == Session.expected("anonymous"))
      #expect(await fixture.refusal([("x-hasura-admin-secret", "wrong")]) == Self.invalid)
    }
  }

  @Test(arguments: [
    ("true", true), ("T", true), ("yes", true), ("false", false), ("N", false), ("1", nil),
    ("", nil),
  ])
  func readsTheWishForBackendOnlyPermissions(text: String, expected: Bool?) async throws {
    try await with(secrets: ["right"]) { fixture async throws in
      let headers = [
        (name: "x-hasura-admin-secret", value: "right"),
        (name: "x-hasura-use-backend-only-permissions", value: text),
      ]
      guard let expected else {
        #expect(
          await fixture.refusal(headers)
            == "400 bad-request: x-hasura-use-backend-only-permissions:  Not a valid boolean text. "
            + #"True values are ["true","t","yes","y"] and  False values are "#
            + #"["false","f","no","n"]. All values are case insensitive"#
        )
        return
      }
      #expect(try await fixture.finding(headers).session.usesBackendOnlyPermissions == expected)
    }
  }

  @Test func refusesWhatWouldBeIgnored() throws {
    func message(
      _ secrets: [String],
      jwt: Bool = false,
      hook: Bool = false,
      role: String? = nil
    ) throws -> String? {
      let tokens = jwt ? [try JWTConfiguration(["jwk_url": "http://x"])] : []
      let webhook = hook ? try WebhookConfiguration(url: "http://x") : nil
      do throws(ConfigurationError) {
        _ = try AuthenticationConfiguration(
          secrets: secrets,
          jwt: tokens,
          webhook: webhook,
          unauthorizedRole: role
        )
        return nil
      } catch {
        return error.message
      }
    }
    let needs =
      " requires --admin-secret (HASURA_GRAPHQL_ADMIN_SECRET) or "
      + "--access-key (HASURA_GRAPHQL_ACCESS_KEY) to be set"
    #expect(try message([], jwt: true) == "--jwt-secret (HASURA_GRAPHQL_JWT_SECRET)" + needs)
    #expect(try message([], hook: true) == "--auth-hook (HASURA_GRAPHQL_AUTH_HOOK)" + needs)
    let role =
      "--unauthorized-role (HASURA_GRAPHQL_UNAUTHORIZED_ROLE)\(needs)"
      + " and is not allowed when --auth-hook (HASURA_GRAPHQL_AUTH_HOOK) is set"
    #expect(try message([], role: "x") == role)
    #expect(try message(["s"], hook: true, role: "x") == role)
    let both = "Both webhook and JWT mode cannot be enabled at the same time"
    #expect(try message(["s"], jwt: true, hook: true) == both)
    #expect(try message([]) == nil)
    #expect(try message(["s"], jwt: true, role: "x") == nil)
    #expect(try message(["s"], hook: true) == nil)
  }
}
