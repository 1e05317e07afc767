import JSON
import Metadata
import PostgresClient

// The logs of event triggers, cleaned by hand.
extension MetadataAuthority {
  /// Deletes old events of a trigger, batch after batch.
  func clean(
    _ name: String,
    in source: String,
    _ cleanup: LogCleanup,
    _ path: JSONPath
  ) async throws(HasuraError) -> JSONValue {
    try checkEventTrigger(name, in: source, path)
    let pool = try pool(ofSource: source)
    var counts = CleanupLog.Counts()
    while true {
      let batch: CleanupLog.Counts
      do {
        batch = try await CleanupLog.clean(name, cleanup, pool)
      } catch {
        throw HasuraError(error)
      }
      counts.events += batch.events
      counts.invocations += batch.invocations
      if batch.events < cleanup.batchSize { break }
    }
    return [
      "message": "success",
      "deleted_event_logs": .number(JSONNumber(counts.events)),
      "deleted_event_invocation_logs": .number(JSONNumber(counts.invocations)),
    ]
  }

  /// Throws where a source has no event trigger of a name that holds.
  func checkEventTrigger(
    _ name: String,
    in source: String,
    _ path: JSONPath
  ) throws(HasuraError) {
    let place = path.key("args").description
    guard let source = snapshots.current?.consistency.metadata.source(named: source) else {
      throw HasuraError(.notExists, "source with name \"\(source)\" does not exist", path: place)
    }
    let isKnown = source.tables.contains { table in
      table.eventTriggers.contains { $0.name == name }
    }
    guard isKnown else {
      throw HasuraError(.notExists, "event trigger \"\(name)\" does not exist", path: place)
    }
  }
}
