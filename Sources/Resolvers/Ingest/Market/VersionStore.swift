import JSON
import PostgresClient

/// Versions of a dataset with their checks and watermarks, in the caller's transaction.
struct VersionStore {
  let connection: PostgresConnection
  let ledger: RunLedger

  /// Keeps others from publishing the dataset at the same time.
  func lock() async throws {
    _ = try await connection.query(
      "SELECT 1 FROM ingestion.datasets WHERE dataset_id = $1 FOR UPDATE",
      [ledger.dataset.id]
    )
  }

  static func isKnown(
    _ dataset: String,
    _ hash: String,
    _ pool: PostgresPool
  ) async throws -> Bool {
    let rows = try await pool.execute(
      QueryBatch(
        PreparedQuery(
          """
          SELECT 1 FROM ingestion.dataset_versions
          WHERE dataset_id = $1 AND content_hash = $2 AND status = 'published'
          """
        ),
        Parameters(dataset, hash)
      ),
      access: .write
    )
    return rows[0].rowCount > 0
  }

  /// Adds a version with its checks: staged, or rejected where a check forbids more.
  ///
  /// Contents that were rejected before are looked at anew: what is known of the symbols may have
  /// changed meanwhile. Nil where they are published already.
  func add(
    hash: String,
    manifest: JSONObject,
    rows: Int,
    bytes: Int,
    window: (start: String?, end: String?),
    checks: [QualityCheck]
  ) async throws -> String? {
    let isRejected = checks.contains(where: \.blocks)
    let version = try await connection.query(
      """
      INSERT INTO ingestion.dataset_versions AS v
        (dataset_id, run_id, version_no, snapshot_id, content_hash, manifest_path, manifest, status,
         row_count, byte_size, window_start, window_end, parent_version_id, keeps_rows)
      SELECT $1::text, $2::uuid, n, $1::text || '@' || n, $3::text,
        'run:' || $2::uuid || '/manifest.json',
        $4::jsonb || jsonb_build_object('snapshot_id', $1::text || '@' || n,
          'content_hash', $3::text),
        $9::text, $5::bigint, $6::bigint, $7::timestamptz, $8::timestamptz,
        (SELECT version_id FROM ingestion.dataset_versions c
         WHERE c.dataset_id = $1 AND c.is_current), true
      FROM (SELECT coalesce(max(version_no), 0) + 1 AS n FROM ingestion.dataset_versions l
            WHERE l.dataset_id = $1) AS last
      ON CONFLICT (dataset_id, content_hash) DO UPDATE SET run_id = excluded.run_id,
        status = excluded.status, manifest_path = excluded.manifest_path,
        manifest = excluded.manifest || jsonb_build_object('snapshot_id', v.snapshot_id),
        row_count = excluded.row_count, window_start = excluded.window_start,
        window_end = excluded.window_end, parent_version_id = excluded.parent_version_id,
        keeps_rows = true
        WHERE v.status = 'rejected'
      RETURNING version_id
      """,
      [
        ledger.dataset.id, ledger.id, hash, JSONValue.object(manifest).text, String(rows),
        String(bytes), window.start, window.end, isRejected ? "rejected" : "staged",
      ]
    )
    guard let id = version.string(0, 0) else { return nil }
    // The checks of an earlier look stay with their run.
    _ = try await connection.query(
      "UPDATE ingestion.quality_checks SET version_id = NULL WHERE version_id = $1",
      [id]
    )
    for check in checks {
      _ = try await connection.query(
        """
        INSERT INTO ingestion.quality_checks (run_id, version_id, dataset_id, check_name, status,
          severity, observed, expected, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        [
          ledger.id, id, ledger.dataset.id, check.name, check.status.rawValue, check.severity,
          String(check.observed), check.expected, JSONValue.object(check.details).text,
        ]
      )
    }
    return id
  }

  /// Notes again what a version with these contents has pulled, unless it was gone back from.
  func noteKnown(_ hash: String) async throws {
    _ = try await connection.query(
      """
      SELECT ingestion.advance_watermarks(v.version_id) FROM ingestion.dataset_versions v
      WHERE v.dataset_id = $1 AND v.content_hash = $2 AND v.status = 'published'
        AND v.version_id IN (SELECT l.version_id FROM ingestion.dataset_versions c,
          ingestion.version_lineage(c.version_id) l WHERE c.dataset_id = $1 AND c.is_current)
      """,
      [ledger.dataset.id, hash]
    )
  }

  /// Makes a staged version the current one and notes how far its partitions have been pulled.
  func publish(_ version: String) async throws {
    _ = try await connection.query("SELECT ingestion.publish_version($1)", [version])
    _ = try await connection.query("SELECT ingestion.advance_watermarks($1)", [version])
  }
}
