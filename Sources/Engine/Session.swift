/// On whose behalf a request is made.
package struct Session: Hashable, Sendable {
  package var role: String
  package var variables: [SessionVariable]
  /// Whether what only a backend may do is allowed: asked for by a header, beside the admin secret.
  package var usesBackendOnlyPermissions = false
  /// Whether it asks by the Relay schema, as on `/v1beta1/relay`.
  package var usesRelay = false
  /// When it ends, in milliseconds since 1970; nil where it does not.
  ///
  /// What outlives a request, as a websocket does, ends with it.
  package var expiresAt: Int?

  package init(role: String, _ variables: [SessionVariable] = []) {
    self.role = role
    self.variables = variables
  }

  package static let adminRole = "admin"
}

/// What permissions may refer to: `x-hasura-user-id` and its like, in lower case.
package struct SessionVariable: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
