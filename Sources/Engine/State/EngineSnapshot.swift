import Catalog
import GraphQLCore
import JSON
import Metadata

/// All that requests depend on, at one version of the metadata: immutable, swapped whole.
struct EngineSnapshot: Sendable {
  /// Counts the swaps in this process; a loop compares it to learn that its plans are old.
  var generation: Int
  var resourceVersion: Int
  /// Whether somebody asked for all to be looked at anew.
  var isReloaded = false
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

  /// By the name of a source: the database that has its log of events.
  var eventDatabases: [String: DatabaseID] = [:]

  /// The databases of sources that could not be read when the metadata were last looked at.
  var absentDatabases: Set<DatabaseID> {
    Set(context.failures.keys.compactMap { context.databases[$0].map { DatabaseID($0) } })
  }

  func allowsIntrospection(by role: String) -> Bool {
    !metadata.rolesWithoutIntrospection.contains(role)
  }

  /// Whether the metadata name what the database does not have.
  var isConsistent: Bool
}

// Event triggers.
extension EngineSnapshot {
  /// The sources that hold and have event triggers, with what their databases have.
  private var sourcesWithEvents: [(source: Source, catalog: Catalog, database: DatabaseID)] {
    consistency.metadata.sources.compactMap { source in
      guard let database = eventDatabases[source.name], let catalog = context.catalogs[source.name],
        source.tables.contains(where: { $0.others["event_triggers"] != nil })
      else { return nil }
      return (source, catalog, database)
    }
  }

  /// By database: the first of the sources whose events are there.
  var databasesWithEvents: [DatabaseID: String] {
    sourcesWithEvents.reduce(into: [:]) { databases, entry in
      databases[entry.database] = min(
        databases[entry.database] ?? entry.source.name,
        entry.source.name
      )
    }
  }

  /// By database: what makes its triggers for event triggers, by the names of these.
  var eventTriggerDefinitions: [DatabaseID: [String: [String]]] {
    sourcesWithEvents.reduce(into: [:]) { definitions, entry in
      definitions[entry.database, default: [:]].merge(
        EventTriggerSQL.definitions(entry.source, entry.catalog),
        uniquingKeysWith: { first, _ in first }
      )
    }
  }

  /// The event triggers whose events are in a database, each with its table and the columns of its key.
  func eventTriggers(
    of database: DatabaseID
  ) -> [(trigger: EventTrigger, table: TableName, key: [String])] {
    sourcesWithEvents.filter { $0.database == database }.flatMap { entry in
      entry.source.tables.filter { $0.others["event_triggers"] != nil }.flatMap { tracked in
        let key = entry.catalog.table(tracked.table)?.primaryKey?.columns ?? []
        return tracked.eventTriggers.map { ($0, tracked.table, key) }
      }
    }
  }
}
