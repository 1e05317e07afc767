import PostgresClient

/// Why an attempt of a job came to nothing.
package struct JobFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// In a few words with dashes, for programs: `provider-refused`.
  package var code: String
  package var message: String
  /// Whether another attempt may succeed.
  package var retries: Bool
  /// The pause that somebody asked for; nil for the job's own.
  package var pause: Duration?

  package init(_ code: String, _ message: String, retries: Bool, pause: Duration? = nil) {
    self.code = code
    self.message = message
    self.retries = retries
    self.pause = pause
  }

  package var description: String { message }

  /// What any other error means for a job.
  init(_ error: any Error) {
    switch error {
    case let failure as JobFailure: self = failure
    case let error as PostgresError:
      self.init("database", error.message, retries: error.isRetriable || error.kind != .server)
    default: self.init("failed", "\(error)", retries: true)
    }
  }
}
