import GraphQLCore

extension Engine {
  /// The schema of a role in GraphQL's schema definition language.
  package func schemaText(role: String) throws(HasuraError) -> String {
    guard role == Session.adminRole, let snapshot = snapshots.current else {
      throw HasuraError(.notExists, "the role \"\(role)\" has no schema; there is: admin")
    }
    return snapshot.adminSchema.schema.sdl()
  }
}
