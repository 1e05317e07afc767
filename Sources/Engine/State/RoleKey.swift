/// What the schema of a session depends on.
struct RoleKey: Hashable, Sendable {
  var role: String
  /// Whether permissions that are for backends alone count.
  var isBackend = false
  /// Whether it is the Relay schema.
  var isRelay = false
}

extension Session {
  var key: RoleKey {
    RoleKey(
      role: role,
      isBackend: usesBackendOnlyPermissions && role != Session.adminRole,
      isRelay: usesRelay
    )
  }
}
