import JSON
import PostgresClient

/// Makes immutable serving versions of backtests and points aliases at them, in the caller's
/// transaction.
struct Promotion {
  /// What came of it.
  struct Outcome {
    var servingID: String
    var isReused: Bool
    var activation: String
  }

  /// Why something cannot be promoted or activated.
  struct Refusal: Error, CustomStringConvertible {
    var argument: String
    var description: String

    init(_ argument: String, _ description: String) {
      self.argument = argument
      self.description = description
    }
  }

  let connection: PostgresConnection
  let workspace: String
  let actor: String

  /// The run as the version keeps it: all that decides what is served.
  private struct Source {
    var project: String
    var configHash: String
    var snapshot: JSONValue
  }

  func promote(
    run: String,
    alias: String,
    description: String,
    session: String? = nil
  ) async throws -> Outcome {
    try Self.check(alias: alias)
    let source = try await preflight(run)
    let experiment = Self.slug(source.project)
    let compact = run.lowercased().filter { $0 != "-" }
    let id = "srv_\(experiment)_\(compact.prefix(8))_\(source.configHash.prefix(8))"
    let spec: JSONValue = [
      "serving_id": .string(id), "description": .string(description),
      "runtime_snapshot": source.snapshot,
      "source": [
        "run_id": .string(run), "experiment_name": .string(source.project),
        "config_hash": .string(source.configHash), "serving_spec_name": .string(alias),
      ],
    ]
    let rows = try await connection.query(
      """
      SELECT serving_id, reused, activation_id
      FROM control.promote($1::uuid, $2, $3, $4::jsonb, $5, $6, $7, $8, $9::uuid, $10::uuid)
      """,
      [
        workspace, alias, id, spec.text, run, source.project, source.configHash, actor, run,
        session,
      ]
    )
    return Outcome(
      servingID: rows.string(0, 0) ?? id,
      isReused: rows.string(0, 1) == "t",
      activation: rows.string(0, 2) ?? ""
    )
  }

  /// What has to hold of a run before it is served; the run stays as it is until the end.
  private func preflight(_ run: String) async throws -> Source {
    let rows = try await connection.query(
      """
      SELECT r.status, r.project, r.config_hash, r.total_trades, r.metric_convention,
        encode(sha256(convert_to(jsonb_build_object('engine', r.engine, 'project', r.project,
          'parameters', r.parameters, 'symbols', r.symbols, 'commit', r.source_commit)::text,
          'UTF8')), 'hex'),
        jsonb_build_object('engine', r.engine, 'engine_version', r.engine_version,
          'project', r.project, 'parameters', r.parameters, 'symbols', r.symbols,
          'start_date', r.start_date, 'end_date', r.end_date, 'source_path', r.source_path,
          'source_commit', r.source_commit, 'dataset_version_id', r.dataset_version_id,
          'metrics', jsonb_build_object('convention', r.metric_convention,
            'sharpe_ratio', r.sharpe_ratio, 'drawdown', r.drawdown,
            'compounding_annual_return', r.compounding_annual_return,
            'total_trades', r.total_trades)),
        v.status
      FROM backtests.run_summary r
      LEFT JOIN ingestion.dataset_versions v ON v.version_id = r.dataset_version_id
      WHERE r.run_id = $1 FOR SHARE OF r
      """,
      [run]
    )
    guard let status = rows.string(0, 0), rows.rowCount == 1 else {
      throw Refusal("run_id", "there is no backtest \(run)")
    }
    guard status == "completed" else {
      throw Refusal("run_id", "the backtest is \(status); only a completed one can be promoted")
    }
    guard rows.string(0, 7) != "rejected" else {
      throw Refusal("run_id", "the data of the backtest were rejected")
    }
    let snapshot = rows.string(0, 6).flatMap { try? JSONValue(parsing: $0) } ?? .null
    return Source(
      project: rows.string(0, 1) ?? "",
      configHash: rows.string(0, 2) ?? rows.string(0, 5) ?? "",
      snapshot: snapshot
    )
  }

  /// Points an alias at a version that is there, such as the one before: a rollback.
  func activate(alias: String, serving: String) async throws -> String {
    try Self.check(alias: alias)
    let known = try await connection.query(
      "SELECT 1 FROM control.serving_version WHERE serving_id = $1",
      [serving]
    )
    guard known.rowCount == 1 else {
      throw Refusal("serving_id", "there is no serving version '\(serving)'")
    }
    let rows = try await connection.query(
      "SELECT activation_id FROM control.activate_alias($1::uuid, $2, $3, $4)",
      [workspace, alias, serving, actor]
    )
    return rows.string(0, 0) ?? ""
  }

  private static func check(alias: String) throws {
    let isName = alias.utf8.enumerated().allSatisfy { index, byte in
      (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
        || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
        || (byte == UInt8(ascii: "_") && index > 0)
    }
    guard !alias.isEmpty, alias.utf8.count <= 100, isName else {
      throw Refusal("alias", "an alias is lower-case letters, digits and '_', and not '\(alias)'")
    }
  }

  /// A name as it can stand in the id of a version.
  private static func slug(_ name: String) -> String {
    var slug = ""
    for character in name.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        slug.append(character)
      } else if !slug.isEmpty, !slug.hasSuffix("_") {
        slug.append("_")
      }
    }
    while slug.hasSuffix("_") { slug.removeLast() }
    return slug.isEmpty ? "run" : String(slug.prefix(60))
  }
}
