/// How a worker goes about its jobs.
package struct JobWorkerOptions: Sendable {
  /// How many jobs run at once.
  package var slots = 2
  /// For how long a job is the worker's without a word; renewed three times as often.
  package var lease = Duration.seconds(30)
  /// How often it looks for jobs where nobody says that there are some.
  package var pollInterval = Duration.seconds(1)
  /// How long jobs may go on after the worker was told to stop.
  package var grace = Duration.seconds(10)
  /// Taken out of all that jobs say.
  package var redaction = Redaction()

  package init() {}
}

/// What a worker tells whoever started it.
package enum JobWorkerEvent: Hashable, Sendable {
  case started(holder: String, kinds: [String])
  case ended(job: String, kind: String, status: String, message: String?)
  case leaseLost(job: String)
  case reaped(Int)
  /// The database does not answer; the worker tries again.
  case unreachable(String)

  package var text: String {
    switch self {
    case .started(let holder, let kinds):
      "worker \(holder) does jobs of the kinds \(kinds.joined(separator: ", "))"
    case .ended(let job, let kind, let status, let message):
      "job \(job) (\(kind)) \(status)" + (message.map { ": \($0)" } ?? "")
    case .leaseLost(let job): "the lease of job \(job) was lost, so its work was given up"
    case .reaped(let count): "took back \(count) jobs whose workers were gone"
    case .unreachable(let message): "jobs wait: \(message)"
    }
  }

  package var isWarning: Bool {
    switch self {
    case .started, .ended: false
    case .leaseLost, .reaped, .unreachable: true
    }
  }
}
