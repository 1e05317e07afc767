import GraphQLCore

extension Engine {
  /// The schema of a role in GraphQL's schema definition language.
  package func schemaText(role: String) throws(HasuraError) -> String {
    guard let snapshot = snapshots.current else {
      throw HasuraError(.unexpected, "the engine has not started")
    }
    if role == Session.adminRole { return snapshot.adminSchema.schema.sdl() }
    return try snapshot.roles.make(RoleKey(role: role)).schema.sdl()
  }
}
