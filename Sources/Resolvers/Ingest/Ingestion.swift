package import JSON
package import PostgresClient

/// One run that brings one version of a dataset into the database, with its lineage.
///
/// Everything happens in the caller's transaction: rows, run, checks and version are there
/// together or not at all. A version whose contents the dataset already has is not loaded again.
package struct Ingestion: Sendable {
  /// A dataset as `ingestion.datasets` knows it.
  package struct Dataset: Sendable {
    package var id: String
    package var name: String
    package var tier: String
    package var kind: String
    package var provider: String
    package var description: String

    package init(
      id: String,
      name: String,
      tier: String,
      kind: String,
      provider: String,
      description: String
    ) {
      self.id = id
      self.name = name
      self.tier = tier
      self.kind = kind
      self.provider = provider
      self.description = description
    }
  }

  /// What a run did.
  package struct Outcome: Sendable {
    package var rowsRead: Int
    package var rowsWritten: Int
    package var rowsRejected = 0
    /// The first and last moment of the data, as PostgreSQL reads them.
    package var window: (start: String, end: String)?
    /// Checks by name, and whether they passed.
    package var checks: [(name: String, passes: Bool, expected: String, observed: Int)] = []

    package init(rowsRead: Int, rowsWritten: Int, rowsRejected: Int = 0) {
      self.rowsRead = rowsRead
      self.rowsWritten = rowsWritten
      self.rowsRejected = rowsRejected
    }
  }

  let dataset: Dataset
  let pipeline: String
  /// Of the contents, as hexadecimal digits.
  let contentHash: String
  let byteSize: Int
  /// Where the contents came from.
  let manifestPath: String
  let manifest: JSONObject

  package init(
    dataset: Dataset,
    pipeline: String,
    contentHash: String,
    byteSize: Int,
    manifestPath: String,
    manifest: JSONObject
  ) {
    self.dataset = dataset
    self.pipeline = pipeline
    self.contentHash = contentHash
    self.byteSize = byteSize
    self.manifestPath = manifestPath
    self.manifest = manifest
  }

  /// Loads by `load`, which gets the id of the run; returns nil where the version is there already.
  package func run(
    _ connection: PostgresConnection,
    _ load: (_ runID: String) async throws -> Outcome
  ) async throws -> Outcome? {
    try await register(connection)
    guard try await isNew(connection) else { return nil }
    let run = try await start(connection)
    let outcome = try await load(run)
    try await finish(run, outcome, connection)
    return outcome
  }

  // MARK: - Steps

  /// Registers the dataset and keeps others from loading it at the same time.
  private func register(_ connection: PostgresConnection) async throws {
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
    _ = try await connection.query(
      "SELECT 1 FROM ingestion.datasets WHERE dataset_id = $1 FOR UPDATE",
      [dataset.id]
    )
  }

  private func isNew(_ connection: PostgresConnection) async throws -> Bool {
    let found = try await connection.query(
      "SELECT 1 FROM ingestion.dataset_versions WHERE dataset_id = $1 AND content_hash = $2",
      [dataset.id, contentHash]
    )
    return found.rowCount == 0
  }

  private func start(_ connection: PostgresConnection) async throws -> String {
    let run = try await connection.query(
      """
      INSERT INTO ingestion.runs
        (dataset_id, pipeline, provider, trigger_kind, status, stage, params, path_used, started_at)
      VALUES ($1, $2, $3, 'manual', 'running', 'extract', $4, 'builtin', clock_timestamp())
      RETURNING run_id
      """,
      [dataset.id, pipeline, dataset.provider, JSONValue.object(manifest).text]
    )
    return run.string(0, 0) ?? ""
  }

  private func finish(_ run: String, _ outcome: Outcome, _ connection: PostgresConnection)
    async throws
  {
    _ = try await connection.query(
      """
      UPDATE ingestion.runs SET status = 'succeeded', stage = 'record', rows_read = $2,
        rows_written = $3, rows_rejected = $4, window_start = $5, window_end = $6,
        finished_at = clock_timestamp()
      WHERE run_id = $1
      """,
      [
        run, String(outcome.rowsRead), String(outcome.rowsWritten), String(outcome.rowsRejected),
        outcome.window?.start, outcome.window?.end,
      ]
    )
    let version = try await addVersion(run, outcome, connection)
    for check in outcome.checks {
      _ = try await connection.query(
        """
        INSERT INTO ingestion.quality_checks
          (run_id, version_id, dataset_id, check_name, status, observed, expected)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        [
          run, version, dataset.id, check.name, check.passes ? "pass" : "fail",
          String(check.observed), check.expected,
        ]
      )
    }
    let events = [
      ("extract", "read \(outcome.rowsRead) rows from \(manifestPath)"),
      ("publish", "wrote \(outcome.rowsWritten) rows, rejected \(outcome.rowsRejected)"),
    ]
    for (index, event) in events.enumerated() {
      _ = try await connection.query(
        "INSERT INTO ingestion.run_events (run_id, sequence, stage, message) VALUES ($1, $2, $3, $4)",
        [run, String(index + 1), event.0, event.1]
      )
    }
    // Refuses a version whose checks have failed, and with it the whole transaction.
    _ = try await connection.query("SELECT ingestion.publish_version($1)", [version])
    guard let window = outcome.window else { return }
    _ = try await connection.query(
      """
      INSERT INTO ingestion.watermarks AS w (dataset_id, watermark_at, run_id) VALUES ($1, $2, $3)
      ON CONFLICT (dataset_id, partition_key) DO UPDATE
      SET watermark_at = greatest(w.watermark_at, excluded.watermark_at), run_id = excluded.run_id,
        updated_at = now()
      """,
      [dataset.id, window.end, run]
    )
  }

  private func addVersion(_ run: String, _ outcome: Outcome, _ connection: PostgresConnection)
    async throws -> String
  {
    let version = try await connection.query(
      """
      INSERT INTO ingestion.dataset_versions
        (dataset_id, run_id, version_no, snapshot_id, content_hash, manifest_path, manifest,
         row_count, byte_size, window_start, window_end, parent_version_id)
      SELECT d.dataset_id, $2::uuid, n, d.dataset_id || '@' || n, $3, $4, $5::jsonb,
        $6::bigint, $7::bigint, $8::timestamptz, $9::timestamptz,
        (SELECT version_id FROM ingestion.dataset_versions v
         WHERE v.dataset_id = d.dataset_id AND v.is_current)
      FROM ingestion.datasets d, LATERAL (
        SELECT coalesce(max(version_no), 0) + 1 AS n FROM ingestion.dataset_versions v
        WHERE v.dataset_id = d.dataset_id) AS last
      WHERE d.dataset_id = $1
      RETURNING version_id
      """,
      [
        dataset.id, run, contentHash, manifestPath, JSONValue.object(manifest).text,
        String(outcome.rowsWritten), String(byteSize), outcome.window?.start, outcome.window?.end,
      ]
    )
    return version.string(0, 0) ?? ""
  }
}
