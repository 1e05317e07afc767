import JSON

extension Event {
  /// Appends the whole line, its line feed included; `timestamp` is JSON text without its quotes.
  func appendLine(timestamp: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(#"{"type":""#)
    bytes.append(contentsOf: type.rawValue.utf8)
    bytes.append(#"","timestamp":""#)
    bytes.append(contentsOf: timestamp)
    bytes.append(#"","level":""#)
    bytes.append(contentsOf: level.rawValue.utf8)
    bytes.append(#"","detail":"#)
    switch self {
    case .http(let exchange): exchange.appendDetail(to: &bytes)
    case .webSocket(let exchange): exchange.appendDetail(to: &bytes)
    case .message(_, _, let text): bytes.appendJSONString(text.utf8Span.span)
    default: bytes.append(contentsOf: JSONValue.object(JSONObject(detail)).serialized)
    }
    bytes.append("}\n")
  }

  package func appendLine(at time: Timestamp, to bytes: inout [UInt8]) {
    var timestamp: [UInt8] = []
    time.append(to: &timestamp)
    appendLine(timestamp: timestamp, to: &bytes)
  }

  /// Hasura's shape: what kind of event, and what is known about it.
  private var detail: [JSONObject.Member] {
    switch self {
    case .configuration(let options):
      detail(
        "server_configuration",
        .object(JSONObject(options.map { .init(key: $0.name, value: .string($0.value)) }))
      )
    case .ignoredVariables(let names):
      detail("ignored_variables", .array(names.map(JSONValue.string)))
    case .databaseUnavailable(let attempt, let message, let milliseconds):
      detail(
        "database_unavailable",
        [
          "attempt": .number(JSONNumber(attempt)), "message": .string(message),
          "retry_in_milliseconds": .number(JSONNumber(milliseconds)),
        ]
      )
    case .databaseCreating(let folder):
      detail("database_creating", ["data_directory": .string(folder)])
    case .databaseReused(let process):
      detail("database_reused", ["process": .number(JSONNumber(process))])
    case .databaseStarted(let folder, let port):
      detail(
        "database_started",
        ["data_directory": .string(folder), "port": .number(JSONNumber(port))]
      )
    case .databaseStopped(let folder):
      detail("database_stopped", ["data_directory": .string(folder)])
    case .migrated(let versions): detail("migrations", .array(versions.map(JSONValue.string)))
    case .migrationWaiting: detail("migrations", "waiting for another server that migrates")
    case .migrationsAhead(let versions):
      detail("migrations", ["newer_than_the_folder": .array(versions.map(JSONValue.string))])
    case .sampleLoaded(let dataset, let rows):
      detail("sample_data", ["dataset": .string(dataset), "rows": .number(JSONNumber(rows))])
    case .sampleIncomplete(let reason): detail("sample_data", ["missing": .string(reason)])
    case .metadataApplied(let folder): detail("metadata_applied", ["folder": .string(folder)])
    case .metadataInconsistent: detail("inconsistent_metadata", true)
    case .listening(let url, let milliseconds):
      detail(
        "server",
        ["listening": .string(url), "after_milliseconds": .number(JSONNumber(milliseconds))]
      )
    case .stopping(let signal): detail("shutdown", ["signal": .string(signal)])
    case .stopped: detail("shutdown", ["finished": true])
    case .failed(let message): detail("error", .string(message))
    case .linesDropped(let count): detail("lines_dropped", .number(JSONNumber(count)))
    // Hasura's shape, which is another for these.
    case .webhook(let exchange): exchange.detail
    case .jwkRefresh(let message):
      [.init(key: "message", value: .string(message)), .init(key: "error", value: .null)]
    case .jwkRefreshFailed(let message):
      [
        .init(key: "message", value: .null),
        .init(key: "error", value: ["message": .string(message)]),
      ]
    case .http, .webSocket, .message: []
    }
  }

  private func detail(_ kind: String, _ info: JSONValue) -> [JSONObject.Member] {
    [.init(key: "kind", value: .string(kind)), .init(key: "info", value: info)]
  }
}
