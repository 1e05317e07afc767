import Engine
import JSON

/// What a token grants, once all about it has been checked but for the role that a request asks for.
struct VerifiedToken: Sendable {
  var allowedRoles: [String]
  var defaultRole: String
  /// In the order of their names; the role is none of them.
  var variables: [SessionVariable]
  /// When it expires, in milliseconds since 1970, without the skew.
  var expiry: Int?

  /// The session for the role of the header `x-hasura-role`, or for the default one.
  func session(role requested: String?) throws(HasuraError) -> Session {
    let role = requested.flatMap { $0.isEmpty ? nil : $0 } ?? defaultRole
    guard allowedRoles.contains(where: { $0.hasSameBytes(as: role) }) else {
      throw HasuraError(
        .accessDenied,
        "Your requested role is not in allowed roles",
        httpStatus: 400
      )
    }
    return Session(role: role, claiming: variables, expiresAt: expiry)
  }
}
