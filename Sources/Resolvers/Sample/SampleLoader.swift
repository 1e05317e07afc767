import EventLoop
import JSON
package import PostgresClient

/// Loads the sample data: made-up documents of a folder, and real bars that are fetched once.
///
/// Each dataset is one transaction, and a version that is there is not loaded again.
package struct SampleLoader: Sendable {
  /// What happens while it loads.
  package enum Event: Hashable, Sendable, CustomStringConvertible {
    case loaded(dataset: String, rows: Int)
    /// Without it the rest is loaded all the same.
    case unavailable(reason: String)

    package var description: String {
      switch self {
      case .loaded(let dataset, let rows): "loaded \(rows) rows of \(dataset)"
      case .unavailable(let reason): "the sample bars are not loaded: \(reason)"
      }
    }
  }

  private let documents: FilePath
  private let cache: SampleCache
  private let pool: PostgresPool

  /// - Parameter documents: the folder with `sample.json`.
  package init(documents: FilePath, cache: FilePath, pool: PostgresPool) {
    self.documents = documents
    self.cache = SampleCache(folder: cache)
    self.pool = pool
  }

  /// - Parameter isExplicit: tries again a download that failed within the last hour.
  package func load(isExplicit: Bool, report: (Event) -> Void) async throws {
    let documents = documents
    let manifest = try await offload { try SampleManifest(documents) }
    try await inTransaction { try await SampleSymbols(connection: $0).add() }
    try await loadBacktests(manifest, report)
    try await loadAccounts(manifest, report)
    try await loadBars(isExplicit: isExplicit, report)
  }

  /// Files and programs block.
  private func offload<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws
    -> Value
  {
    try await pool.loop.offload { Result { try work() } }.get()
  }

  private func inTransaction<Value>(_ body: (PostgresConnection) async throws -> Value) async throws
    -> Value
  {
    try await pool.withTransaction { connection in
      // A load may take longer than a request, and wait for another server's.
      _ = try await connection.simpleQuery(
        "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"
      )
      return try await body(connection)
    }
  }

  // MARK: - Documents

  private func loadBacktests(_ manifest: SampleManifest, _ report: (Event) -> Void) async throws {
    let runs = try await offload { try manifest.backtests.map { try LeanResultFolder($0).read() } }
    let dataset = Ingestion.Dataset(
      id: "sample.backtests",
      name: "Backtests",
      tier: "gold",
      kind: "backtest",
      provider: "made-up",
      description: "LEAN result folders of the sample; made up"
    )
    let hashes = runs.compactMap { $0[.resultSHA256] }
    let ingestion = ingestion(dataset, "sample.lean", hashes, manifest)
    try await load(ingestion, report) { connection, id in
      var written = 0
      for run in runs {
        written += try await BacktestStore(connection).add(run, ingestionRun: id)
      }
      _ = try await connection.simpleQuery(
        "REFRESH MATERIALIZED VIEW backtests.strategy_scorecard"
      )
      return Ingestion.Outcome(rowsRead: written, rowsWritten: written)
    }
  }

  private func loadAccounts(_ manifest: SampleManifest, _ report: (Event) -> Void) async throws {
    let accounts = manifest.accounts
    let (snapshots, hashes) = try await offload {
      (
        try accounts.map { try $0.snapshot() },
        try accounts.flatMap(\.files).map { SHA256Digest(of: try $0.contents()).description }
      )
    }
    let dataset = Ingestion.Dataset(
      id: "sample.brokerage",
      name: "Broker accounts",
      tier: "silver",
      kind: "brokerage",
      provider: "made-up",
      description: "Answers of Alpaca and Tradier of the sample; made up"
    )
    let ingestion = ingestion(dataset, "sample.brokers", hashes, manifest)
    try await load(ingestion, report) { connection, id in
      var written = 0
      for (account, snapshot) in zip(accounts, snapshots) {
        written += try await BrokerStore(connection)
          .save(snapshot, environment: account.environment, asOf: account.asOf, run: id)
      }
      _ = try await connection.simpleQuery(
        "REFRESH MATERIALIZED VIEW brokerage.provider_scorecard"
      )
      return Ingestion.Outcome(rowsRead: written, rowsWritten: written)
    }
  }

  private func ingestion(
    _ dataset: Ingestion.Dataset,
    _ pipeline: String,
    _ hashes: [String],
    _ manifest: SampleManifest
  ) -> Ingestion {
    let files = hashes.map { JSONValue.string($0) }
    return Ingestion(
      dataset: dataset,
      pipeline: pipeline,
      contentHash: SHA256Digest(of: Array(hashes.joined(separator: "\n").utf8)).description,
      byteSize: 0,
      manifestPath: manifest.file.lastComponent,
      manifest: JSONObject([JSONObject.Member(key: "sha256", value: .array(files))])
    )
  }

  // MARK: - Bars

  private func loadBars(isExplicit: Bool, _ report: (Event) -> Void) async throws {
    for bars in SampleBars.all where try await !isLoaded(bars) {
      let cache = cache
      let packed: [UInt8]
      do {
        packed = try await offload { try cache.contents(of: bars, isExplicit: isExplicit) }
      } catch {
        // One line, however many files there are.
        return report(.unavailable(reason: "\(error)"))
      }
      let file = try await offload { try DailyBarFile(Gzip.unpack(packed), symbol: bars.symbol) }
      try await load(ingestion(bars, packed.count), report) { connection, id in
        try await store(file, bars, connection, id)
      }
    }
  }

  private func isLoaded(_ bars: SampleBars) async throws -> Bool {
    try await pool.withConnection { connection in
      try await connection.query(
        "SELECT 1 FROM ingestion.dataset_versions WHERE dataset_id = $1 AND content_hash = $2",
        [bars.dataset.id, bars.sha256]
      ).rowCount > 0
    }
  }

  private func ingestion(_ bars: SampleBars, _ byteSize: Int) -> Ingestion {
    Ingestion(
      dataset: bars.dataset,
      pipeline: "sample.bars",
      contentHash: bars.sha256,
      byteSize: byteSize,
      manifestPath: bars.member,
      manifest: bars.manifest
    )
  }

  private func store(
    _ file: DailyBarFile,
    _ bars: SampleBars,
    _ connection: PostgresConnection,
    _ id: String
  ) async throws -> Ingestion.Outcome {
    let source = "\(bars.package) \(bars.version)"
    let written = try await BarStore(connection).add(file.bars, source: source, run: id)
    var outcome = Ingestion.Outcome(
      rowsRead: file.bars.count + file.rejections.count,
      rowsWritten: written,
      rowsRejected: file.rejections.count
    )
    let days = file.bars.map(\.day)
    if let first = days.min(), let last = days.max() {
      outcome.window = ("\(first) 00:00:00+00", "\(last) 00:00:00+00")
    }
    outcome.checks = [
      ("bars are sound", file.rejections.isEmpty, "0 rejected lines", file.rejections.count),
      ("every bar is written", written == file.bars.count, "\(file.bars.count)", written),
    ]
    return outcome
  }

  private func load(
    _ ingestion: Ingestion,
    _ report: (Event) -> Void,
    _ work: (PostgresConnection, _ runID: String) async throws -> Ingestion.Outcome
  ) async throws {
    let outcome = try await inTransaction { connection in
      try await ingestion.run(connection) { try await work(connection, $0) }
    }
    guard let outcome else { return }
    report(.loaded(dataset: ingestion.dataset.id, rows: outcome.rowsWritten))
  }
}
