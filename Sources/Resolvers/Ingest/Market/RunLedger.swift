import JSON
import PostgresClient

/// The row of `ingestion.runs` of one attempt of a job, from its start to its end.
struct RunLedger {
  let context: JobContext
  let dataset: Ingestion.Dataset
  let id: String

  /// Writes down that a run has begun, at once: what fails has failed by its row.
  static func start(
    _ context: JobContext,
    _ dataset: Ingestion.Dataset,
    pipeline: String,
    window: (from: String?, to: String?),
    params: JSONObject
  ) async throws -> RunLedger {
    let id = try await context.withTransaction { connection in
      _ = try await connection.query(
        """
        INSERT INTO ingestion.datasets (dataset_id, name, tier, kind, provider, description)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (dataset_id) DO NOTHING
        """,
        [
          dataset.id, dataset.name, dataset.tier, dataset.kind, dataset.provider,
          dataset.description,
        ]
      )
      let run = try await connection.query(
        """
        INSERT INTO ingestion.runs (dataset_id, pipeline, provider, trigger_kind, status, stage,
          window_start, window_end, params, path_used, requested_by, retry_of, job_id, started_at,
          heartbeat_at)
        SELECT $1, $2, $3,
          CASE WHEN last.run_id IS NOT NULL THEN 'retry'
               WHEN j.schedule_name IS NOT NULL THEN 'schedule' ELSE 'mutation' END,
          'running', 'extract', $4::timestamptz, $5::timestamptz, $6::jsonb, 'builtin', $7,
          last.run_id, j.job_id, clock_timestamp(), clock_timestamp()
        FROM control.experiment_job j
        LEFT JOIN LATERAL (SELECT run_id FROM ingestion.runs r WHERE r.job_id = j.job_id
                           ORDER BY created_at DESC LIMIT 1) AS last ON true
        WHERE j.job_id = $8 RETURNING run_id
        """,
        [
          dataset.id, pipeline, dataset.provider, window.from, window.to,
          context.redaction.apply(JSONValue.object(params).text), context.createdBy, context.id,
        ]
      )
      return run.string(0, 0) ?? ""
    }
    return RunLedger(context: context, dataset: dataset, id: id)
  }

  func enter(_ stage: String, _ message: String) async throws {
    let text = context.redaction.apply(message)
    try await context.withTransaction { connection in
      _ = try await connection.query(
        """
        UPDATE ingestion.runs SET stage = $2, heartbeat_at = clock_timestamp() WHERE run_id = $1
        """,
        [id, stage]
      )
      try await tell(stage, text, "info", connection)
    }
  }

  private func tell(
    _ stage: String,
    _ message: String,
    _ level: String,
    _ connection: PostgresConnection
  ) async throws {
    _ = try await connection.query(
      """
      INSERT INTO ingestion.run_events (run_id, sequence, level, stage, message)
      SELECT $1, coalesce(max(sequence), 0) + 1, $4, $2, $3
      FROM ingestion.run_events WHERE run_id = $1
      """,
      [id, stage, message, level]
    )
  }

  /// Ends it in the transaction that publishes what it brought.
  func succeed(
    _ connection: PostgresConnection,
    read: Int,
    written: Int,
    rejected: Int = 0,
    requests: Int = 0
  ) async throws {
    _ = try await connection.query(
      """
      UPDATE ingestion.runs SET status = 'succeeded', stage = 'record', rows_read = $2,
        rows_written = $3, rows_rejected = $4, http_requests = $5, finished_at = clock_timestamp()
      WHERE run_id = $1
      """,
      [id, String(read), String(written), String(rejected), String(requests)]
    )
    try await tell("record", "read \(read) rows, wrote \(written)", "info", connection)
  }

  /// Ends it with what went wrong; also where the job is another's by now.
  func fail(_ failure: JobFailure, requests: Int) async {
    let message = context.redaction.apply(failure.message)
    // The job tells the failure anyway, should the database be away.
    _ = try? await context.pool.withTransaction { connection in
      _ = try await connection.query(
        """
        UPDATE ingestion.runs SET status = 'failed', error_code = $2, error_message = $3,
          http_requests = $4, finished_at = clock_timestamp()
        WHERE run_id = $1 AND status = 'running'
        """,
        [id, failure.code, message, String(requests)]
      )
      try await tell("record", message, "error", connection)
    }
  }
}
