import Engine
import HTTP

/// Finds out on whose behalf a request is made.
struct Authenticator: Sendable {
  private let secret: AdminSecret?

  /// Without a secret everyone is admin.
  init(secret: String?) {
    self.secret = secret.map(AdminSecret.init)
  }

  /// The session of a request, from its headers `x-hasura-…`.
  ///
  /// Those headers mean something only beside the right secret; a client without it that sends
  /// them is refused as a whole.
  func session(_ headers: HTTPHeaders) throws(RequestError) -> Session {
    var secrets: [ArraySlice<UInt8>] = []
    var variables: [SessionVariable] = []
    headers.forEach(prefix: "x-hasura-") { field in
      if field.hasName("x-hasura-admin-secret") || field.hasName("x-hasura-access-key") {
        secrets.append(field.value)
      } else {
        let value = String(decoding: field.value, as: UTF8.self)
        variables.append(SessionVariable(name: field.name, value: value))
      }
    }
    try check(secrets)
    let role = variables.first { $0.name == "x-hasura-role" }?.value
    return Session(role: role.flatMap { $0.isEmpty ? nil : $0 } ?? Session.adminRole, variables)
  }

  private func check(_ candidates: [ArraySlice<UInt8>]) throws(RequestError) {
    guard let secret else { return }
    guard let candidate = candidates.first else {
      throw RequestError(
        .accessDenied,
        "x-hasura-admin-secret/x-hasura-access-key required, but not found",
        status: 401
      )
    }
    // Two secrets in one request are one too many to say which of them counts.
    guard candidates.count == 1, secret.matches(candidate) else {
      throw RequestError(
        .accessDenied,
        "invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\"",
        status: 401
      )
    }
  }
}
