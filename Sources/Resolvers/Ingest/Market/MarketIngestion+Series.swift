import JSON
import PostgresClient

// Series of FRED, which have observations in the place of bars.
extension MarketIngestion {
  func publishSeries(
    _ names: [String],
    _ windows: [String: ClosedRange<Int>],
    _ ledger: RunLedger,
    _ covered: Int
  ) async throws -> JSONObject {
    let fred = FREDSeries(client: client, settings: settings)
    var rows = CopyText()
    var sources: [JSONValue] = []
    for name in names {
      let window = windows[name]
      let observations = try await fred.observations(
        name,
        from: window?.lowerBound,
        to: window?.upperBound
      )
      var own = CopyText()
      for observation in observations {
        for field in [
          name, observation.day, observation.realtimeStart, observation.realtimeEnd,
          observation.value, ledger.id,
        ] { rows.append(field) }
        rows.endRow()
        own.append(observation.day)
        own.append(observation.value)
        own.endRow()
      }
      sources.append(
        [
          "series": .string(name), "observations": .number(JSONNumber(observations.count)),
          "sha256": .string(SHA256Digest(of: own.bytes).description),
          "from": Self.text(window?.lowerBound).map { .string($0) } ?? .null,
        ]
      )
      try await context.progress(sources.count * 80 / names.count, of: 100, "asked for \(name)")
    }
    let (text, count) = (rows, rows.rowCount)
    let (read, requests) = (sources, client.requestCount)
    let first = names.compactMap { windows[$0]?.lowerBound }.min()
    let checks = [
      QualityCheck(
        name: "not_empty",
        status: count == 0 ? .warn : .pass,
        severity: "warning",
        observed: count,
        expected: "observations"
      )
    ]
    let written = try await context.withTransaction { connection -> Int? in
      let store = VersionStore(connection: connection, ledger: ledger)
      try await store.lock()
      let version = try await store.add(
        hash: hash(of: read, from: first, to: covered),
        manifest: [
          "provider": "fred", "sources": .array(read), "rows": .number(JSONNumber(count)),
          "covered": Self.span(Self.text(first), Self.text(covered)),
        ],
        rows: count,
        bytes: 0,
        window: (Self.text(first), Self.text(covered)),
        checks: checks
      )
      var written: Int?
      if let version {
        written = try await write(text, of: names, as: version, connection)
        try await store.publish(version)
      } else {
        try await store.noteKnown(hash(of: read, from: first, to: covered))
      }
      try await ledger.succeed(
        connection,
        read: count,
        written: written ?? 0,
        requests: requests
      )
      return written
    }
    guard let written else { return Self.unchanged }
    return [
      "rows_read": .number(JSONNumber(count)), "rows_written": .number(JSONNumber(written)),
    ]
  }

  /// Adds observations and replaces those that differ, which are kept; returns how many.
  private func write(
    _ text: CopyText,
    of names: [String],
    as version: String,
    _ connection: PostgresConnection
  ) async throws -> Int {
    for name in names {
      _ = try await connection.query(
        """
        INSERT INTO economic_data.indicators (series_id, title) VALUES ($1, $1)
        ON CONFLICT (series_id) DO NOTHING
        """,
        [name]
      )
    }
    _ = try await connection.simpleQuery(
      """
      DROP TABLE IF EXISTS pg_temp.staged_observations;
      CREATE TEMP TABLE staged_observations ON COMMIT DROP AS
        SELECT series_id, obs_date, realtime_start, realtime_end, value, run_id
        FROM economic_data.observations WITH NO DATA
      """
    )
    try await connection.copy(text, "COPY pg_temp.staged_observations FROM STDIN")
    _ = try await connection.query(
      """
      INSERT INTO economic_data.observations_kept
      SELECT o.*, $1::uuid, false FROM economic_data.observations o
      JOIN (SELECT DISTINCT ON (series_id, obs_date, realtime_start) *
            FROM pg_temp.staged_observations ORDER BY series_id, obs_date, realtime_start) s
        USING (series_id, obs_date, realtime_start)
      WHERE (o.value, o.realtime_end) IS DISTINCT FROM (s.value, s.realtime_end)
      """,
      [version]
    )
    let written = try await connection.query(
      """
      INSERT INTO economic_data.observations AS o
        (series_id, obs_date, realtime_start, realtime_end, value, run_id)
      SELECT DISTINCT ON (series_id, obs_date, realtime_start) *
      FROM pg_temp.staged_observations ORDER BY series_id, obs_date, realtime_start
      ON CONFLICT (series_id, obs_date, realtime_start) DO UPDATE
      SET value = excluded.value, realtime_end = excluded.realtime_end, run_id = excluded.run_id
      WHERE (o.value, o.realtime_end) IS DISTINCT FROM (excluded.value, excluded.realtime_end)
      """
    )
    return written.affectedRows
  }
}
