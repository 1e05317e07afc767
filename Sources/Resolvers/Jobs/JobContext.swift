package import EventLoop
package import JSON
package import PostgresClient

/// A job as the one who does it sees it.
package struct JobContext: Sendable {
  package let id: String
  package let kind: String
  package let spec: JSONObject
  package let workspace: String
  package let createdBy: String
  /// Counted from one.
  package let attempt: Int
  /// Rises with every holder of the job: what this one writes has to name it.
  package let fence: Int
  package let loop: EventLoop
  package let pool: PostgresPool
  let redaction: Redaction

  /// The lease was lost: somebody else does the job now, or it was taken back.
  package static let lost = JobFailure("lease-lost", "another worker has the job", retries: false)

  /// Runs a transaction that is committed only while the job is still this worker's.
  ///
  /// The job's row stays locked until then, so that nobody can take the job over in between.
  package func withTransaction<R>(
    _ body: (PostgresConnection) async throws -> R
  ) async throws -> R {
    try await pool.withTransaction { connection in
      let value = try await body(connection)
      let held = try await connection.query(
        """
        SELECT 1 FROM control.experiment_job
        WHERE job_id = $1 AND fence = $2 AND status = 'running' FOR UPDATE
        """,
        [id, String(fence)]
      )
      guard held.rowCount == 1 else { throw Self.lost }
      return value
    }
  }

  /// Tells how far the job is, and that the worker lives.
  package func progress(_ step: Int, of total: Int, _ message: String) async throws {
    let percent = total > 0 ? min(step * 100 / total, 100) : 0
    let progress: JSONValue = [
      "current_step": .number(JSONNumber(step)), "total_steps": .number(JSONNumber(total)),
      "pct": .number(JSONNumber(percent)), "message": .string(redaction.apply(message)),
    ]
    try await tell("progress", progress, isProgress: true)
  }

  package func log(_ message: String) async throws {
    try await tell("log", ["message": .string(redaction.apply(message))], isProgress: false)
  }

  private func tell(_ type: String, _ payload: JSONValue, isProgress: Bool) async throws {
    var batch = QueryBatch()
    batch.append(
      Self.touching,
      Parameters(id, String(fence), isProgress ? payload.text : nil)
    )
    batch.append(Self.telling, Parameters(id, String(fence), type, payload.text))
    let results = try await pool.execute(batch, access: .write)
    guard results[0].rowCount == 1 else { throw Self.lost }
    if results[0].string(0, 0) == "t" { throw CancellationError() }
  }

  /// Keeps a note of a file that the job has made.
  package func artifact(
    _ type: String,
    uri: String,
    checksum: String,
    byteSize: Int,
    metadata: JSONObject = JSONObject(),
    on connection: PostgresConnection
  ) async throws {
    _ = try await connection.query(
      """
      INSERT INTO control.job_artifact (job_id, artifact_type, uri, checksum, byte_size, metadata)
      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (job_id, uri) DO UPDATE
      SET checksum = excluded.checksum, byte_size = excluded.byte_size,
        metadata = excluded.metadata
      """,
      [
        id, type, redaction.apply(uri), checksum, String(byteSize),
        redaction.apply(JSONValue.object(metadata).text),
      ]
    )
  }

  private static let touching = PreparedQuery(
    """
    UPDATE control.experiment_job SET progress = coalesce($3::jsonb, progress)
    WHERE job_id = $1::uuid AND fence = $2::bigint AND status = 'running'
    RETURNING cancel_requested
    """
  )

  private static let telling = PreparedQuery(
    """
    SELECT control.add_job_event(job_id, $3, $4::jsonb) FROM control.experiment_job
    WHERE job_id = $1::uuid AND fence = $2::bigint AND status = 'running'
    """
  )
}

extension Parameters {
  /// Nil is NULL.
  init(_ texts: String?...) {
    self.init()
    for text in texts {
      if let text { append(text: text) } else { appendNull() }
    }
  }
}
