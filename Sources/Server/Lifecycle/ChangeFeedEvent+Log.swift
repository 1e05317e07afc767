import Engine
import Observability

extension ChangeFeedEvent {
  var logLevel: LogLevel {
    switch self {
    case .started: .info
    case .unavailable, .lost: .warn
    }
  }
}

extension ChangeFeedReport {
  /// Sources are named where it is not about the served database.
  var text: String {
    let names = sources.map { "\"\($0)\"" }.joined(separator: ", ")
    return switch sources.count {
    case 0: event.text
    case 1: "source \(names): \(event.text)"
    default: "sources \(names): \(event.text)"
    }
  }
}

extension ChangeFeedEvent {
  fileprivate var text: String {
    switch self {
    case .started(.replication): "subscriptions follow the database by logical replication"
    case .started: "subscriptions follow the database by triggers that notify the server"
    case .unavailable(let reason):
      "subscriptions look for changes at intervals, for the database does not tell them: \(reason)"
    case .lost(let reason):
      "subscriptions look for changes at intervals until the database tells them again: \(reason)"
    }
  }
}
