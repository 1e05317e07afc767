/// The schemas of roles that a loop has at hand, for as long as they are kept for all loops.
struct WorkerRoles {
  var schemas: [RoleKey: RoleSchema] = [:]
  /// The value of ``RoleSchemas/evictions`` that `schemas` belong to.
  var evictions = 0
}
