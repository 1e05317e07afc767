import Catalog
import GraphQLCore
import Metadata

/// All that requests depend on, at one version of the metadata: immutable, swapped whole.
struct EngineSnapshot: Sendable {
  /// Counts the swaps in this process; a loop compares it to learn that its plans are old.
  var generation: Int
  var resourceVersion: Int
  var metadata: Metadata
  /// The schema of the role `admin`.
  var adminSchema: RoleSchema
  /// The schemas of all other roles.
  var roles: RoleSchemas
  /// The queries that the metadata keep.
  var saved: SavedQueries
  /// What the metadata were checked against, and what of them holds.
  var context: DatabaseContext
  var consistency: Consistency

  /// What makes the database's triggers for event triggers, by the names of these.
  var eventTriggerDefinitions: [String: [String]] {
    EventTriggerSQL.definitions(consistency.metadata.source(named: "default"), catalog)
  }

  /// What the database of the default source has.
  var catalog: Catalog { context.catalogs["default"] ?? Catalog() }

  func allowsIntrospection(by role: String) -> Bool {
    !metadata.rolesWithoutIntrospection.contains(role)
  }

  /// Whether the metadata name what the database does not have.
  var isConsistent: Bool
}
