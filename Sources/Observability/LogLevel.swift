/// How much an event matters; the configured level and all above it are written.
package enum LogLevel: String, CaseIterable, Comparable, Sendable {
  case debug
  case info
  case warn
  case error

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warn: 2
    case .error: 3
    }
  }

  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
