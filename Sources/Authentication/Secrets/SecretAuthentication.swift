import Engine
import HTTP

/// Asks the first question about every request: whether it has the admin secret.
struct SecretAuthentication: Sendable {
  let secrets: AdminSecrets

  private static let admin = Session(role: Session.adminRole, claiming: [])

  /// The session of a request with the right secret, or of any where none is configured; nil for a
  /// request without a secret where one is.
  ///
  /// Headers `x-hasura-…` mean something only there; a request with a wrong secret is refused,
  /// whatever else it has.
  func session(_ headers: HTTPHeaders) throws(HasuraError) -> Session? {
    var candidates: [ArraySlice<UInt8>] = []
    var variables: [SessionVariable] = []
    headers.forEach(prefix: "x-hasura-") { field in
      if field.hasName("x-hasura-admin-secret") || field.hasName("x-hasura-access-key") {
        candidates.append(field.value)
      } else {
        let name = field.name
        // Of a header that comes twice the last one counts.
        variables.removeAll { $0.name == name }
        let value = String(decoding: field.value, as: UTF8.self)
        variables.append(SessionVariable(name: name, value: value))
      }
    }
    if !secrets.isEmpty {
      guard let candidate = candidates.first else { return nil }
      // Two secrets in one request are one too many to say which of them counts.
      guard candidates.count == 1, secrets.contain(candidate) else {
        throw HasuraError(
          .accessDenied,
          "invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\""
        )
      }
    }
    if variables.isEmpty { return SecretAuthentication.admin }
    return try session(variables)
  }

  private func session(_ variables: [SessionVariable]) throws(HasuraError) -> Session {
    let role = variables.first { $0.name == Session.roleVariable }?.value
    var session = Session(
      role: role.flatMap { $0.isEmpty ? nil : $0 } ?? Session.adminRole,
      claiming: variables
    )
    if let text = variables.first(where: { $0.name == SecretAuthentication.backendOnly })?.value {
      session.usesBackendOnlyPermissions = try SecretAuthentication.flag(text)
    }
    return session
  }

  private static let backendOnly = "x-hasura-use-backend-only-permissions"

  private static func flag(_ text: String) throws(HasuraError) -> Bool {
    switch text.lowercased() {
    case "true", "t", "yes", "y": return true
    case "false", "f", "no", "n": return false
    default:
      throw HasuraError(
        .badRequest,
        "\(backendOnly):  Not a valid boolean text. True values are "
          + #"["true","t","yes","y"] and  False values are ["false","f","no","n"]. "#
          + "All values are case insensitive"
      )
    }
  }
}
