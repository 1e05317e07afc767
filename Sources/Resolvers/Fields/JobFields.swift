package import Engine
import PostgresClient

extension NativeField {
  /// `job(id)`: a query, and as a subscription what follows the job.
  package static let job = NativeField(
    "job",
    of: [.query, .subscription],
    description: "a job by its id",
    arguments: [.required("id", "uuid")],
    returns: .row(of: Platform.job),
    body: .lookUp(["id": "job_id"])
  )

  package static let cancelJob = NativeField(
    "cancel_job",
    of: [.mutation],
    description: "cancel a job: at once where it waits, by its worker where it runs",
    arguments: [.required("id", "uuid")],
    returns: .row(of: Platform.job),
    body: .call { call in
      try await change(call) { try await $0.cancel($1, by: $2) }
    }
  )

  package static let retryJob = NativeField(
    "retry_job",
    of: [.mutation],
    description: "let a job that failed, died or was cancelled run again",
    arguments: [.required("id", "uuid")],
    returns: .row(of: Platform.job),
    body: .call { call in
      try await change(call) { try await $0.retry($1, by: $2) }
    }
  )

  private static func change(
    _ call: NativeCall,
    _ body: @escaping @Sendable (JobQueue, String, String) async throws -> Void
  ) async throws -> NativeResult {
    let id = try call.requiredUUID("id")
    let caller = Caller(call)
    do {
      try await call.pool.withTransaction { connection in
        try await caller.check(job: id, call, connection)
        try await body(JobQueue(connection), id, caller.actor)
      }
    } catch let refusal as JobRefusal {
      throw call.failure(refusal.description, at: "id", code: .conflict)
    }
    return .row([id])
  }
}
