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

  /// Adds a version with its checks: published, or rejected where a check forbids it.
  ///
  /// Nil where the dataset has the same contents already.
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
         row_count, byte_size, window_start, window_end, parent_version_id)
      SELECT $1::text, $2::uuid, n, $1::text || '@' || n, $3::text,
        'run:' || $2::uuid || '/manifest.json',
        $4::jsonb || jsonb_build_object('snapshot_id', $1::text || '@' || n,
          'content_hash', $3::text),
        $9::text, $5::bigint, $6::bigint, $7::timestamptz, $8::timestamptz,
        (SELECT version_id FROM ingestion.dataset_versions c
         WHERE c.dataset_id = $1 AND c.is_current)
      FROM (SELECT coalesce(max(version_no), 0) + 1 AS n FROM ingestion.dataset_versions l
            WHERE l.dataset_id = $1) AS last
      ON CONFLICT (dataset_id, content_hash) DO UPDATE SET run_id = excluded.run_id
        WHERE v.status = 'rejected'
      RETURNING version_id
      """,
      [
        ledger.dataset.id, ledger.id, hash, JSONValue.object(manifest).text, String(rows),
        String(bytes), window.start, window.end, isRejected ? "rejected" : "staged",
      ]
    )
    guard let id = version.string(0, 0) else { return nil }
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
    if !isRejected {
      _ = try await connection.query("SELECT ingestion.publish_version($1)", [id])
    }
    return id
  }

  /// Notes how far partitions have been pulled, and from where.
  func advance(_ partitions: [String], from: String?, to: String) async throws {
    let names = "{" + partitions.map { "\"\($0.escapedForArray)\"" }.joined(separator: ",") + "}"
    _ = try await connection.query(
      """
      INSERT INTO ingestion.watermarks AS w
        (dataset_id, partition_key, watermark_at, cursor_token, run_id)
      SELECT $1, p, $2::timestamptz, $3, $4::uuid FROM unnest($5::text[]) AS p
      ON CONFLICT (dataset_id, partition_key) DO UPDATE SET
        watermark_at = greatest(w.watermark_at, excluded.watermark_at),
        cursor_token = least(w.cursor_token, excluded.cursor_token),
        run_id = excluded.run_id, updated_at = now()
      """,
      [ledger.dataset.id, to, from, ledger.id, names]
    )
  }
}
