import Engine
import HTTP
import Testing

@testable import apus

struct AuthenticatorTests {
  private func session(
    secret: String? = "right",
    _ headers: (name: String, value: String)...
  ) throws -> Session {
    try Authenticator(secret: secret).session(HTTPHeaders(headers))
  }

  @Test func everyoneIsAdminWithoutASecret() throws {
    #expect(try session(secret: nil) == Session(role: "admin"))
  }

  @Test func theRightSecretMakesAdmin() throws {
    let headers = (name: "X-Hasura-Admin-Secret", value: "right")
    #expect(try session(headers) == Session(role: "admin"))
    #expect(try session((name: "x-hasura-access-key", value: "right")).role == "admin")
  }

  @Test func theSecretsOwnerTakesARoleAndVariables() throws {
    let session = try session(
      (name: "x-hasura-admin-secret", value: "right"),
      (name: "X-Hasura-Role", value: "trader"),
      (name: "X-Hasura-Desk-Id", value: "7"),
      (name: "accept", value: "*/*")
    )
    let expected = Session(
      role: "trader",
      [
        SessionVariable(name: "x-hasura-role", value: "trader"),
        SessionVariable(name: "x-hasura-desk-id", value: "7"),
      ]
    )
    #expect(session == expected)
  }

  @Test(
    arguments: [
      (["right", "right"], "invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\""),
      (["Right"], "invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\""),
      (["righ"], "invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\""),
      ([""], "invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\""),
      ([], "x-hasura-admin-secret/x-hasura-access-key required, but not found"),
    ]
  )
  func refuses(secrets: [String], saying message: String) {
    let headers = secrets.map { (name: "x-hasura-admin-secret", value: $0) }
    #expect(throws: RequestError(.accessDenied, message, status: 401)) {
      try Authenticator(secret: "right").session(HTTPHeaders(headers))
    }
  }

  @Test func comparesBytesNotCharacters() {
    let secret = AdminSecret("caf\u{E9}")
    #expect(secret.matches(Array("caf\u{E9}".utf8)[...]))
    #expect(!secret.matches(Array("cafe\u{301}".utf8)[...]))
  }
}
