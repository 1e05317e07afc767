import Engine
import Observability

extension ChangeFeedEvent {
  var logLevel: LogLevel {
    switch self {
    case .started: .info
    case .unavailable, .lost: .warn
    }
  }

  var text: String {
    switch self {
    case .started: "subscriptions follow the database by logical replication"
    case .unavailable(let reason):
      "subscriptions look for changes at intervals, for there is no logical replication: \(reason)"
    case .lost(let reason):
      "subscriptions look for changes at intervals until logical replication is back: \(reason)"
    }
  }
}
