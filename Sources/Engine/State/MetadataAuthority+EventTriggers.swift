import Metadata
import PostgresClient

// The triggers of the database that note changes for webhooks.
extension MetadataAuthority {
  /// The SQL that makes the triggers of the database those of a snapshot.
  func eventTriggerChanges(to next: EngineSnapshot) -> [String] {
    let old = snapshots.current.map(\.eventTriggerDefinitions) ?? [:]
    return EventTriggerSQL.changes(from: old, to: next.eventTriggerDefinitions)
  }

  /// Makes what is missing of the triggers that the metadata ask for.
  func restoreEventTriggers() async throws {
    guard let current = snapshots.current else { return }
    let definitions = current.eventTriggerDefinitions
    guard !definitions.isEmpty else { return }
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
}
