import Engine
import EventLoop
import HTTP
import JSON
import Observability

@testable import Authentication

/// An authenticator on a loop of its own, and the questions that tests ask it.
struct AuthenticatorFixture {
  let loop: EventLoop
  let authenticator: Authenticator

  typealias Headers = [(name: String, value: String)]

  /// Runs a test, and ends the authenticator and its loop however it goes.
  static func with(
    _ configuration: AuthenticationConfiguration,
    _ test: (AuthenticatorFixture) async throws -> Void
  ) async throws {
    let loop = EventLoop.start()
    let authenticator = Authenticator(configuration, on: [loop], logger: Logger(types: []))
    await authenticator.start()
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(
        try await test(AuthenticatorFixture(loop: loop, authenticator: authenticator))
      )
    } catch {
      outcome = .failure(error)
    }
    await authenticator.stop()
    await loop.shutDown()
    try outcome.get()
  }

  /// The same with tokens alone.
  static func with(
    jwt: JSONValue...,
    unauthorizedRole: String? = nil,
    _ test: (AuthenticatorFixture) async throws -> Void
  ) async throws {
    let configuration = try AuthenticationConfiguration(
      secrets: ["the admin secret"],
      jwt: try jwt.map(JWTConfiguration.init),
      unauthorizedRole: unauthorizedRole
    )
    try await with(configuration, test)
  }

  func finding(_ headers: Headers, body: String = "") async throws -> Authenticator.Finding {
    try await authenticator.session(HTTPHeaders(headers), body: Array(body.utf8), on: loop)
  }

  /// The session of a bearer token.
  func session(token: String, _ headers: Headers = []) async throws -> Session {
    try await finding([("Authorization", "Bearer \(token)")] + headers).session
  }

  /// Why a request is refused, as status, code and message; nil where it is not.
  func refusal(_ headers: Headers, body: String = "") async -> String? {
    do throws(HasuraError) {
      _ = try await authenticator.session(
        HTTPHeaders(headers),
        body: Array(body.utf8),
        on: loop
      )
      return nil
    } catch {
      return "\(error.httpStatus) \(error.code.rawValue): \(error.message)"
    }
  }

  func refusal(token: String, _ headers: Headers = []) async -> String? {
    await refusal([("Authorization", "Bearer \(token)")] + headers)
  }
}

extension Session {
  /// A session as tests expect it: its variables in the order of their names, then the role.
  static func expected(
    _ role: String,
    _ variables: [(String, String)] = [],
    expiresAt: Int? = nil
  ) -> Session {
    var session = Session(
      role: role,
      variables.map { SessionVariable(name: $0.0, value: $0.1) }
        + [SessionVariable(name: "x-hasura-role", value: role)]
    )
    session.expiresAt = expiresAt
    return session
  }
}

/// Claims as Hasura's documentation has them, with others beside.
func claims(
  _ hasura: JSONValue = [
    "x-hasura-allowed-roles": ["user", "editor"], "x-hasura-default-role": "user",
    "X-Hasura-User-Id": "1",
  ],
  adding others: [JSONObject.Member] = []
) -> JSONValue {
  var object: JSONObject = ["sub": "1234567890", "https://hasura.io/jwt/claims": hasura]
  for member in others { object[member.key] = member.value }
  return .object(object)
}

/// Seconds since 1970.
var nowInSeconds: Int { UnixTime.now() / 1000 }
