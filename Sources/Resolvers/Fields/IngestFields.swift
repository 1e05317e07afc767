package import Engine
import EventLoop
import JSON
import PostgresClient

extension NativeField {
  /// `ingest_market_data(…)`: bars of files or providers, or series of FRED.
  package static func ingestMarketData(_ settings: ProviderSettings) -> NativeField {
    NativeField(
      "ingest_market_data",
      of: [.mutation],
      description: "bring daily bars or economic series of a provider into the database",
      arguments: [
        .required("provider", "String", "csv, lean, dbn, alpaca, polygon or fred"),
        .required("symbols", "String", isList: true, "of fred the ids of series"),
        .optional("from", "date"), .optional("to", "date"),
        .optional(
          "mode",
          "String",
          default: "daily",
          "daily goes on where the last run ended, backfill takes the whole window"
        ),
        .optional("adjusted", "Boolean", default: false, "for splits and dividends"),
        .optional("manifest", "jsonb", "of csv: the files with their hashes"),
      ] + JobLaunch.arguments,
      returns: .row(of: Platform.job),
      body: .call { call in try await startIngest(call, settings) }
    )
  }

  private static func startIngest(
    _ call: NativeCall,
    _ settings: ProviderSettings
  ) async throws -> NativeResult {
    var spec = JSONObject()
    for name in ["provider", "symbols", "from", "to", "mode", "adjusted", "manifest"] {
      if let value = call.arguments[name] { spec.append(name, value) }
    }
    let checked: MarketSpec
    do {
      checked = try MarketSpec(spec)
      try NetworkBars.check(checked.provider, settings)
      if checked.provider.isOfFiles {
        let request = checked
        try await call.pool.loop.offload { () throws(ProviderDefect) in
          do {
            try FileBars.check(request, settings)
          } catch {
            throw error as? ProviderDefect ?? ProviderDefect("\(error)")
          }
        }
      }
    } catch let error as StrategyDefect {
      throw call.failure(error.description)
    } catch let error as ProviderDefect {
      throw call.failure(error.description)
    }
    if checked.provider != .fred { try await SymbolCheck.areKnown(checked.symbols, call) }
    if checked.mode == .daily, checked.from == nil, !checked.provider.isOfFiles {
      try await SymbolCheck.havePulled(checked, call)
    }
    return try await JobLaunch.start(
      call,
      kind: "ingest",
      specRef: "\(checked.provider.rawValue) \(checked.mode.rawValue)",
      spec: JSONObject(dictionaryLiteral: ("task", "market_data")).merging(spec)
    )
  }

  /// `ingest_broker(…)`: what a broker says of an account.
  package static func ingestBroker(_ settings: ProviderSettings) -> NativeField {
    NativeField(
      "ingest_broker",
      of: [.mutation],
      description: "bring accounts, positions and orders of a broker into the database",
      arguments: [
        .required("provider", "String", "alpaca or tradier"),
        .optional("account", "String", "of tradier; by default TRADIER_ACCOUNT_ID"),
        .optional("mode", "String", default: "paper", "paper (at tradier: sandbox) or live"),
      ] + JobLaunch.arguments,
      returns: .row(of: Platform.job),
      body: .call { call in
        var spec: JSONObject = ["task": "broker"]
        for name in ["provider", "account", "mode"] {
          if let value = call.arguments[name] { spec.append(name, value) }
        }
        let checked: BrokerSpec
        do {
          checked = try BrokerSpec(spec, settings)
        } catch let error as StrategyDefect {
          throw call.failure(error.description)
        } catch let error as ProviderDefect {
          throw call.failure(error.description)
        }
        return try await JobLaunch.start(
          call,
          kind: "ingest",
          specRef: "\(checked.provider.rawValue) \(checked.environment)",
          spec: spec
        )
      }
    )
  }

  /// `lineage(snapshot)`: the version, and by relationships its run, job, checks and parents.
  package static let lineage = NativeField(
    "lineage",
    of: [.query],
    description: "a version of a dataset by its snapshot, to follow to what it was made of",
    arguments: [.required("snapshot", "String")],
    returns: .row(of: Platform.datasetVersion),
    body: .lookUp(["snapshot": "snapshot_id"])
  )

  package static let rollbackDataset = NativeField(
    "rollback_dataset",
    of: [.mutation],
    description: "make another published version of a dataset the current one, with its rows",
    arguments: [.required("dataset", "String"), .required("snapshot", "String")],
    returns: .row(of: Platform.datasetVersion),
    body: .call { call in
      let (dataset, snapshot) = (call.text("dataset") ?? "", call.text("snapshot") ?? "")
      let caller = Caller(call)
      return try await call.pool.withTransaction { connection in
        let found = try await connection.query(
          """
          SELECT version_id, status FROM ingestion.dataset_versions
          WHERE dataset_id = $1 AND snapshot_id = $2
          """,
          [dataset, snapshot]
        )
        guard let version = found.string(0, 0) else {
          throw call.failure(
            "the dataset '\(dataset)' has no snapshot '\(snapshot)'",
            at: "snapshot"
          )
        }
        guard found.string(0, 1) == "published" else {
          throw call.failure("the snapshot '\(snapshot)' was never published", at: "snapshot")
        }
        let before = try await connection.query(
          """
          SELECT snapshot_id FROM ingestion.dataset_versions WHERE dataset_id = $1 AND is_current
          """,
          [dataset]
        )
        _ = try await connection.query(
          """
          INSERT INTO control.audit_event (actor_id, action, target, payload)
          SELECT $1, 'dataset.rollback', $2, jsonb_build_object('from', $3::text, 'to', $4::text,
            'rows_removed', g.removed, 'rows_restored', g.restored)
          FROM ingestion.go_to_version($5) g
          """,
          [caller.actor, "dataset:\(dataset)", before.string(0, 0), snapshot, version]
        )
        return .row([version])
      }
    }
  )
}

extension SymbolCheck {
  static func areKnown(_ symbols: [String], _ call: NativeCall) async throws {
    if let missing = try await missing(unknown, Parameters(list(symbols)), call) {
      throw call.failure(
        "unknown symbols: \(missing) (market_data.symbols lists those that are known)",
        at: "symbols"
      )
    }
  }

  /// Refuses to go on where nothing has been pulled yet.
  static func havePulled(_ spec: MarketSpec, _ call: NativeCall) async throws {
    let parameters = Parameters(list(spec.symbols), spec.provider.dataset)
    if let missing = try await missing(neverPulled, parameters, call) {
      throw call.failure(
        "nothing of \(missing) has been pulled yet, so there is no "
          + "day to go on after: give the day to begin at",
        at: "from"
      )
    }
  }

  /// An array literal of symbols.
  private static func list(_ symbols: [String]) -> String {
    "{" + symbols.map { "\"\($0.escapedForArray)\"" }.joined(separator: ",") + "}"
  }

  /// The symbols that a query finds to be missing, the first ten of them by name; nil where none is.
  private static func missing(
    _ query: PreparedQuery,
    _ parameters: Parameters,
    _ call: NativeCall
  ) async throws -> String? {
    let rows = try await call.pool.execute(QueryBatch(query, parameters), access: .write)[0]
    guard rows.rowCount > 0 else { return nil }
    let shown = (0..<min(rows.rowCount, 10)).compactMap { rows.string($0, 0) }
    return shown.joined(separator: ", ") + (rows.rowCount > 10 ? ", …" : "")
  }

  private static let neverPulled = PreparedQuery(
    """
    SELECT given.name FROM unnest($1::text[]) WITH ORDINALITY AS given (name, n)
    WHERE NOT EXISTS (SELECT 1 FROM ingestion.watermarks w
      WHERE w.dataset_id = $2 AND w.partition_key = given.name)
    ORDER BY n
    """
  )

  private static let unknown = PreparedQuery(
    """
    SELECT symbol FROM unnest($1::text[]) WITH ORDINALITY AS given (symbol, n)
    WHERE NOT EXISTS (SELECT 1 FROM market_data.symbols s WHERE s.symbol = given.symbol)
    ORDER BY n
    """
  )
}

extension JSONObject {
  /// The members of both.
  func merging(_ other: JSONObject) -> JSONObject { JSONObject(members + other.members) }
}
