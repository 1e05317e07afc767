import JSON
import PostgresClient

/// The rows of feeds in `control.ingestion_live_session`.
struct FeedStore {
  /// How far a feed is.
  struct Progress {
    var status: FeedStatus
    var reason: String?
    var bins = 0
    var records = 0
    /// In nanoseconds since 1970; 0 before the first record.
    var time: UInt64 = 0
    var file: String?
  }

  /// After how many seconds without a word from its server a feed counts as gone.
  static let lifetime = 15
  static let live = "('starting', 'active', 'paused', 'stopping')"

  /// Marks the feeds of servers that have gone without saying so.
  static let sweep = """
    UPDATE control.ingestion_live_session SET status = 'failed', stopped_at = now(),
      reason = 'the server ' || coalesce(holder, '') || ' that it ran on has gone'
    WHERE feed IS NOT NULL AND status IN \(live)
      AND heartbeat_at < now() - interval '\(lifetime) seconds'
    """

  /// Adds the row of a feed that is about to start; nil where one of its name runs.
  static func add(
    _ spec: FeedSpec,
    workspace: String,
    actor: String,
    holder: String,
    _ connection: PostgresConnection
  ) async throws -> String? {
    _ = try await connection.query(sweep)
    let rows = try await connection.query(
      """
      INSERT INTO control.ingestion_live_session
        (workspace_id, feed, symbol, config, created_by, holder, heartbeat_at)
      SELECT $1::uuid, $2, (SELECT s.symbol FROM market_data.symbols s WHERE s.symbol = $3),
        $4::jsonb, $5, $6, now()
      ON CONFLICT (feed) WHERE status IN \(live) DO NOTHING
      RETURNING session_id
      """,
      [
        workspace, spec.name, spec.instrument, JSONValue.object(spec.json).text, actor, holder,
      ]
    )
    return rows.rowCount == 1 ? rows.string(0, 0) : nil
  }

  /// Writes down how far a feed is.
  static func save(_ progress: Progress, of session: String, _ pool: PostgresPool) async throws {
    let checkpoint: JSONObject = [
      "sequence_id": .number(JSONNumber(progress.bins)),
      "ts_event_ns": .string(String(progress.time)),
      "records": .number(JSONNumber(progress.records)),
      "file": progress.file.map { .string($0) } ?? .null,
    ]
    var parameters = Parameters()
    parameters.append(text: session)
    parameters.append(text: progress.status.rawValue)
    if let reason = progress.reason {
      parameters.append(text: reason)
    } else {
      parameters.appendNull()
    }
    parameters.append(text: JSONValue.object(checkpoint).text)
    _ = try await pool.execute(
      QueryBatch(
        PreparedQuery(
          """
          UPDATE control.ingestion_live_session SET status = $2, reason = $3,
            checkpoint = $4::jsonb || jsonb_build_object('updated_at', now()),
            heartbeat_at = now(),
            stopped_at = CASE WHEN $2 IN ('stopped', 'failed') THEN now() END
          WHERE session_id = $1::uuid
          """
        ),
        parameters
      ),
      access: .write
    )
  }
}

/// What a feed does at the moment, in the words of its row.
package enum FeedStatus: String, Sendable {
  case starting, active, paused, stopping, stopped, failed
}
