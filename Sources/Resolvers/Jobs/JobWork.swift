import EventLoop
package import JSON

/// What is done for the jobs of one kind.
package struct JobWork: Sendable {
  package let kind: String
  /// Returns what is kept as the job's `result`.
  ///
  /// Runs on the worker's loop: what takes the processor for long goes through `offload`. It is
  /// cancelled when the job is, when its time is over, and when the lease is lost.
  package let run: @Sendable (JobContext) async throws -> JSONObject

  package init(_ kind: String, run: @escaping @Sendable (JobContext) async throws -> JSONObject) {
    self.kind = kind
    self.run = run
  }
}

extension JobWork {
  /// Does nothing, at once or for so many `milliseconds`.
  package static let noop = JobWork("noop") { context in
    if let time = context.spec["milliseconds"]?.int {
      try await context.loop.sleep(for: .milliseconds(time))
    }
    return ["fence": .number(JSONNumber(context.fence))]
  }
}
