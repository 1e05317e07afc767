/// Everything that the server tells its operator: each log line is one case.
package enum Event: Sendable {
  /// The options in effect, secrets masked.
  case configuration([(name: String, value: String)])
  /// Variables of Hasura's that are set and that this server does not have.
  case ignoredVariables([String])
  case databaseUnavailable(attempt: Int, message: String, retryInMilliseconds: Int)
  case databaseCreating(folder: String)
  /// A private database that outlived its server is used further.
  case databaseReused(process: Int)
  case databaseStarted(folder: String, port: Int)
  case databaseStopped(folder: String)
  case migrated(versions: [String])
  /// Somebody migrates at the same time.
  case migrationWaiting
  /// The database has migrations that the folder does not have yet.
  case migrationsAhead([String])
  case sampleLoaded(dataset: String, rows: Int)
  case sampleIncomplete(reason: String)
  case metadataApplied(folder: String)
  case metadataInconsistent
  case listening(url: String, milliseconds: Int)
  case stopping(signal: String)
  case stopped
  case failed(message: String)
  case http(HTTPExchange)
  case webhook(WebhookExchange)
  case webSocket(WebSocketExchange)
  /// Keys of tokens are fetched, or something about the answer is odd.
  case jwkRefresh(message: String)
  case jwkRefreshFailed(message: String)
  /// Lines of type `http-log` that were given up because nobody read the earlier ones in time.
  case linesDropped(Int)
  /// What a library or child process says for itself.
  case message(LogType, LogLevel, String)
}

extension Event {
  package var type: LogType {
    switch self {
    case .configuration, .ignoredVariables, .databaseCreating, .databaseReused, .databaseStarted,
      .databaseStopped, .migrated, .migrationWaiting, .migrationsAhead,
      .sampleLoaded, .sampleIncomplete, .listening, .stopping, .stopped, .failed:
      .startup
    case .databaseUnavailable: .postgres
    case .metadataApplied, .metadataInconsistent: .metadata
    case .http: .httpLog
    case .webhook: .webhookLog
    case .webSocket: .websocketLog
    case .jwkRefresh, .jwkRefreshFailed: .jwkRefreshLog
    case .linesDropped: .unstructured
    case .message(let type, _, _): type
    }
  }

  package var level: LogLevel {
    switch self {
    case .configuration, .databaseCreating, .databaseReused, .databaseStarted, .databaseStopped,
      .migrated, .sampleLoaded,
      .metadataApplied, .listening, .stopping, .stopped, .jwkRefresh:
      .info
    case .ignoredVariables, .databaseUnavailable, .migrationWaiting, .migrationsAhead,
      .sampleIncomplete, .metadataInconsistent,
      .linesDropped:
      .warn
    case .failed, .jwkRefreshFailed: .error
    case .webhook(let exchange): exchange.level
    case .webSocket(let exchange): exchange.event.level
    case .http(let exchange): exchange.error == nil ? .info : .error
    case .message(_, let level, _): level
    }
  }
}
