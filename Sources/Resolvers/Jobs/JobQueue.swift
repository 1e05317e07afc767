import JSON
package import PostgresClient

/// Adds jobs to `control.experiment_job` and changes what becomes of them.
///
/// All in the caller's transaction: a job is there when what caused it is, and not otherwise.
package struct JobQueue {
  /// What workers listen to.
  package static let channel = "apus_jobs"

  let connection: PostgresConnection

  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Adds a job and returns its id; that of the first one where the key was used before.
  package func add(_ request: JobRequest) async throws -> String {
    let spec = JSONValue.object(request.spec).text
    let added = try await connection.query(
      """
      INSERT INTO control.experiment_job (workspace_id, kind, spec_ref, spec, created_by,
        idempotency_key, priority, timeout_seconds, max_attempts, backoff_seconds,
        schedule_name, scheduled_for)
      SELECT $1, k.kind, $3, $4, $5, $6, coalesce($7::smallint, k.priority),
        coalesce($8::integer, k.timeout_seconds), k.max_attempts, k.backoff_seconds,
        $9, $10::timestamptz
      FROM control.job_kind k WHERE k.kind = $2
      ON CONFLICT (idempotency_key) DO NOTHING RETURNING job_id
      """,
      [
        request.workspace, request.kind, request.specRef, spec, request.createdBy,
        request.idempotencyKey, request.priority.map(String.init),
        request.timeoutSeconds.map(String.init), request.schedule?.name, request.schedule?.time,
      ]
    )
    guard let id = added.string(0, 0) else { return try await known(request, spec) }
    try await audit("job.submit", id, request)
    _ = try await connection.query("SELECT pg_notify($1, '')", [Self.channel])
    return id
  }

  /// The job of the key, if it is the same job.
  private func known(_ request: JobRequest, _ spec: String) async throws -> String {
    let known = try await connection.query(
      """
      SELECT job_id, kind = $2 AND spec = $3::jsonb AND created_by = $4
      FROM control.experiment_job WHERE idempotency_key = $1
      """,
      [request.idempotencyKey, request.kind, spec, request.createdBy]
    )
    guard let id = known.string(0, 0) else {
      throw JobRefusal("there is no kind of job named '\(request.kind)'")
    }
    guard known.string(0, 1) == "t" else {
      throw JobRefusal("the idempotency key was used for another job")
    }
    return id
  }

  private func audit(_ action: String, _ id: String, _ request: JobRequest) async throws {
    _ = try await connection.query(
      """
      INSERT INTO control.audit_event (workspace_id, actor_id, action, target, job_id, payload)
      VALUES ($1, $2, $3, $4, $5, jsonb_build_object('kind', $6::text, 'spec_ref', $7::text))
      """,
      [
        request.workspace, request.createdBy, action, "job:\(id)", id, request.kind,
        request.specRef,
      ]
    )
  }

  // MARK: - Changes

  /// Cancels a job: at once where it waits, by its worker where it runs.
  package func cancel(_ id: String, by actor: String) async throws {
    let changed = try await connection.query(
      """
      UPDATE control.experiment_job SET cancel_requested = true,
        status = CASE status WHEN 'pending' THEN 'canceled' ELSE status END,
        completed_at = CASE status WHEN 'pending' THEN clock_timestamp() END
      WHERE job_id = $1 AND status IN ('pending', 'running')
      RETURNING workspace_id
      """,
      [id]
    )
    guard let workspace = changed.string(0, 0) else {
      throw JobRefusal("the job has ended already, so it cannot be cancelled")
    }
    try await tell("cancel", "job.cancel", id, workspace, actor)
  }

  /// Lets a job that failed, died or was cancelled run again, with all its attempts.
  package func retry(_ id: String, by actor: String) async throws {
    let changed = try await connection.query(
      """
      UPDATE control.experiment_job SET status = 'pending', attempts = 0, run_at = now(),
        cancel_requested = false, completed_at = NULL, progress = NULL
      WHERE job_id = $1 AND status IN ('failed', 'dead', 'canceled')
      RETURNING workspace_id
      """,
      [id]
    )
    guard let workspace = changed.string(0, 0) else {
      throw JobRefusal(
        "only a job that failed, died or was cancelled can be tried again"
      )
    }
    try await tell("log", "job.retry", id, workspace, actor)
  }

  private func tell(
    _ event: String,
    _ action: String,
    _ id: String,
    _ workspace: String,
    _ actor: String
  ) async throws {
    _ = try await connection.query(
      """
      SELECT control.add_job_event($1, $2,
        jsonb_build_object('message', $3::text, 'by', $4::text))
      """,
      [id, event, action, actor]
    )
    _ = try await connection.query(
      """
      INSERT INTO control.audit_event (workspace_id, actor_id, action, target, job_id)
      VALUES ($1, $2, $3, $4, $5)
      """,
      [workspace, actor, action, "job:\(id)", id]
    )
    _ = try await connection.query("SELECT pg_notify($1, '')", [Self.channel])
  }
}
