import Metadata
import PostgresClient

// The triggers of the databases that note changes for webhooks.
extension MetadataAuthority {
  /// The SQL that makes the triggers of a database those of a snapshot.
  func eventTriggerChanges(to next: EngineSnapshot, of database: DatabaseID) -> [String] {
    let old = snapshots.current?.eventTriggerDefinitions[database] ?? [:]
    return EventTriggerSQL.changes(from: old, to: next.eventTriggerDefinitions[database] ?? [:])
  }

  /// Makes the triggers of all databases but that with the metadata those of a snapshot.
  ///
  /// Each is a transaction of its own, before the metadata are stored. A database that no source is of
  /// any more may be away, and keeps what it has then.
  func changeEventTriggersElsewhere(to next: EngineSnapshot) async throws(HasuraError) {
    let old = snapshots.current?.eventTriggerDefinitions ?? [:]
    let remaining = Set(next.eventDatabases.values)
    let databases = Set(old.keys).union(next.eventTriggerDefinitions.keys)
    for database in databases.sorted(by: { $0.number < $1.number })
    where database != metadataDatabase {
      let statements = eventTriggerChanges(to: next, of: database)
      guard !statements.isEmpty else { continue }
      var batch = QueryBatch()
      for statement in statements { batch.append(sql: statement) }
      do {
        _ = try await connections(to: database).execute(batch, access: .write)
      } catch {
        if remaining.contains(database) { throw HasuraError(error) }
      }
    }
  }

  /// Makes what is missing of the triggers that the metadata ask for.
  ///
  /// What a further database does not let be made is left out, so that it takes nothing else down; the
  /// next start tries again.
  func restoreEventTriggers() async throws {
    guard let current = snapshots.current else { return }
    for (database, definitions) in current.eventTriggerDefinitions {
      do {
        try await restore(definitions, in: try connections(to: database))
      } catch {
        if database == metadataDatabase { throw error }
      }
    }
  }

  private func restore(_ definitions: [String: [String]], in pool: PostgresPool) async throws {
    let rows = try await pool.execute(QueryBatch(EventLog.existing), access: .write)[0]
    let existing = Set((0..<rows.rowCount).compactMap { rows.string($0, 0) })
    let missing = definitions.filter { name, statements in
      let triggers = EventTrigger.Operation.allCases.filter { operation in
        statements.contains { $0.contains(EventTriggerSQL.identifier(name, operation)) }
      }
      return !triggers.allSatisfy {
        existing.contains("notify_hasura_\(name)_\($0.rawValue.uppercased())")
      }
    }
    var batch = QueryBatch()
    // The layout grows with versions; to make it again costs nothing.
    for statement in EventLog.layout { batch.append(sql: statement) }
    for name in missing.keys.sorted() {
      for statement in missing[name] ?? [] { batch.append(sql: statement) }
    }
    _ = try await pool.execute(batch, access: .write)
  }

  private func connections(to database: DatabaseID) throws(PostgresError) -> PostgresPool {
    database == .main ? pool : try databases.connections(to: database, on: loop)
  }
}
