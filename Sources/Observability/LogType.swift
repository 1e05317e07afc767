/// The `type` of a log line, under Hasura's names.
package enum LogType: String, CaseIterable, Sendable {
  case startup
  case httpLog = "http-log"
  case webhookLog = "webhook-log"
  case websocketLog = "websocket-log"
  case queryLog = "query-log"
  case executionLog = "execution-log"
  case jwkRefreshLog = "jwk-refresh-log"
  case postgres = "pg-client"
  case metadata
  case eventTrigger = "event-trigger"
  case scheduledTrigger = "scheduled-trigger"
  case jobs = "jobs-log"
  case feeds = "feeds-log"
  case unstructured

  /// Whether an operator chooses it by `HASURA_GRAPHQL_ENABLED_LOG_TYPES`; the others are the
  /// server's own and always on.
  package var isOptional: Bool {
    switch self {
    case .startup, .httpLog, .webhookLog, .websocketLog, .queryLog, .executionLog, .jwkRefreshLog:
      true
    case .postgres, .metadata, .eventTrigger, .scheduledTrigger, .jobs, .feeds, .unstructured: false
    }
  }

  package static let enabledByDefault: [LogType] = [
    .startup, .httpLog, .webhookLog, .websocketLog, .jwkRefreshLog,
  ]
}
