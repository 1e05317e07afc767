import EventLoop
import JSON
import PostgresClient

/// Brings bars or series of a provider into the database: extract, stage, validate, publish, record.
struct MarketIngestion {
  let context: JobContext
  let spec: MarketSpec
  let settings: ProviderSettings
  let client: ProviderSession

  /// What a run found, before it is looked at.
  private struct Extract {
    var bars: [StagedBars]
    /// What the contents are known by.
    var sources: [JSONValue]
    var hash: String
    var bytes: Int
  }

  static func run(
    _ context: JobContext,
    _ settings: ProviderSettings,
    _ client: ProviderClient
  ) async throws -> JSONObject {
    let spec: MarketSpec
    do {
      spec = try MarketSpec(context.spec)
    } catch {
      throw JobFailure("bad-spec", error.description, retries: false)
    }
    let ingestion = MarketIngestion(
      context: context,
      spec: spec,
      settings: settings,
      client: ProviderSession(client: client)
    )
    do {
      return spec.provider.isOfFiles
        ? try await ingestion.ingestFiles() : try await ingestion.ingestFromNetwork()
    } catch let defect as ProviderDefect {
      throw JobFailure("provider", defect.description, retries: false)
    }
  }

  static let unchanged: JSONObject = ["unchanged": true, "rows_written": 0]

  var dataset: Ingestion.Dataset {
    let isSeries = spec.provider == .fred
    return Ingestion.Dataset(
      id: spec.provider.dataset,
      name: isSeries ? "Series of FRED" : "Daily bars of \(spec.provider.rawValue)",
      tier: isSeries ? "silver" : "silver",
      kind: isSeries ? "economic" : "ohlcv",
      provider: spec.provider.rawValue,
      description: isSeries ? "Observations by vintage" : "One bar a day, dated by the exchange"
    )
  }

  static func text(_ day: Int?) -> String? {
    day.map { CivilDate(daysSince1970: $0).description }
  }

  static func span(_ from: String?, _ to: String?) -> JSONValue {
    ["from": from.map { .string($0) } ?? .null, "to": to.map { .string($0) } ?? .null]
  }

  private func start(from: Int?, to: Int?, _ symbols: [String]) async throws -> RunLedger {
    try await RunLedger.start(
      context,
      dataset,
      pipeline: "ingest_market_data",
      window: (Self.text(from), Self.text(to)),
      params: [
        "mode": .string(spec.mode.rawValue), "symbols": .array(symbols.map { .string($0) }),
      ]
    )
  }

  // MARK: - Files

  private func ingestFiles() async throws -> JSONObject {
    let files = FileBars(settings: settings, loop: context.loop)
    let sources = try await files.read(spec)
    let named = sources.map { source -> JSONValue in
      var entry: JSONObject = [
        "symbol": .string(source.symbol), "path": .string(source.name),
        "sha256": .string(source.sha256), "bytes": .number(JSONNumber(source.size)),
      ]
      if let lean = source.lean {
        entry.append("files", lean.manifest)
        entry.append("absent", .array(lean.absent.map { .string($0) }))
      }
      return .object(entry)
    }
    // The same files for the same window are the same contents: nothing has to be read in them.
    let hash = hash(of: named, from: spec.from, to: spec.to)
    guard try await !VersionStore.isKnown(dataset.id, hash, context.pool) else {
      return Self.unchanged
    }
    let ledger = try await start(from: spec.from, to: spec.to, spec.symbols)
    return try await following(ledger) {
      try await context.progress(10, of: 100, "read \(sources.count) files")
      let bars = try await files.parse(sources, spec)
      return try await publish(
        Extract(
          bars: bars,
          sources: named,
          hash: hash,
          bytes: sources.reduce(0) { $0 + $1.size }
        ),
        ledger,
        coveredFrom: spec.from,
        coveredTo: spec.to
      )
    }
  }

  func hash(of sources: [JSONValue], from: Int?, to: Int?) -> String {
    let contents: JSONValue = [
      "provider": .string(spec.provider.rawValue), "sources": .array(sources),
      "from": Self.text(from).map { .string($0) } ?? .null,
      "to": Self.text(to).map { .string($0) } ?? .null, "adjusted": .bool(spec.isAdjusted),
    ]
    return SHA256Digest(of: contents.serialized).description
  }

  /// Writes down how a run ends that does not succeed.
  private func following(
    _ ledger: RunLedger,
    _ body: () async throws -> JSONObject
  ) async throws -> JSONObject {
    do {
      return try await body()
    } catch {
      let failure =
        error is CancellationError
        ? JobFailure("cancelled", "the run was given up", retries: true) : JobFailure(error)
      await finishFailed(ledger, failure)
      throw error
    }
  }

  private func finishFailed(_ ledger: RunLedger, _ failure: JobFailure) async {
    let requests = client.requestCount
    // In a task of its own: this one may have been cancelled, and could ask nothing.
    let task = context.loop.spawn { await ledger.fail(failure, requests: requests) }
    await task.value
  }

  // MARK: - Providers

  /// How far a symbol has been pulled.
  private struct Watermark {
    var from: Int?
    var to: Int
  }

  private func ingestFromNetwork() async throws -> JSONObject {
    // Of today there may be more to come.
    let today = UnixClock.today.daysSince1970
    let last = min(spec.to ?? today - 1, today)
    let watermarks = try await watermarks()
    var windows: [String: ClosedRange<Int>] = [:]
    for symbol in spec.symbols {
      let mark = watermarks[symbol]
      switch spec.mode {
      case .daily:
        guard let first = mark.map({ $0.to + 1 }) ?? spec.from else {
          throw JobFailure(
            "bad-spec",
            "\(symbol) has not been pulled yet: its first run wants a day to begin at, from",
            retries: false
          )
        }
        if first <= last { windows[symbol] = first...last }
      case .backfill:
        let first = spec.from ?? last
        let isCovered = mark.map { ($0.from ?? .max) <= first && $0.to >= last } ?? false
        if !isCovered, first <= last { windows[symbol] = first...last }
      }
    }
    guard let first = windows.values.map(\.lowerBound).min() else { return Self.unchanged }
    let symbols = spec.symbols.filter { windows[$0] != nil }
    let ledger = try await start(from: first, to: last, symbols)
    let covered = min(last, today - 1)
    return try await following(ledger) {
      if spec.provider == .fred {
        return try await publishSeries(symbols, windows, ledger, covered)
      }
      let network = NetworkBars(client: client, settings: settings)
      var bars: [StagedBars] = []
      // Those that want the same days are asked for together.
      let groups = Dictionary(grouping: symbols) { windows[$0] ?? 0...0 }
      for (window, group) in groups.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
        for start in stride(from: 0, to: group.count, by: 100) {
          let part = Array(group[start..<min(start + 100, group.count)])
          bars += try await network.bars(
            spec.provider,
            part,
            window,
            isAdjusted: spec.isAdjusted
          )
          try await context.progress(
            bars.count * 60 / symbols.count,
            of: 100,
            "asked for \(bars.count) of \(symbols.count) symbols"
          )
        }
      }
      let sources = bars.map { series -> JSONValue in
        [
          "symbol": .string(series.symbol), "sha256": .string(series.digest),
          "bars": .number(JSONNumber(series.count)),
          "from": Self.text(windows[series.symbol]?.lowerBound).map { .string($0) } ?? .null,
        ]
      }
      return try await publish(
        Extract(
          bars: bars,
          sources: sources,
          hash: hash(of: sources, from: first, to: last),
          bytes: 0
        ),
        ledger,
        coveredFrom: first,
        coveredTo: covered
      )
    }
  }

  private func watermarks() async throws -> [String: Watermark] {
    let rows = try await context.pool.execute(
      QueryBatch(
        PreparedQuery(
          """
          SELECT partition_key, (watermark_at AT TIME ZONE 'UTC')::date - date '1970-01-01',
            cursor_token::date - date '1970-01-01'
          FROM ingestion.watermarks WHERE dataset_id = $1
          """
        ),
        Parameters(dataset.id)
      ),
      access: .write
    )[0]
    var marks: [String: Watermark] = [:]
    for row in 0..<rows.rowCount {
      guard let key = rows.string(row, 0), let to = rows.string(row, 1).flatMap({ Int($0) }) else {
        continue
      }
      marks[key] = Watermark(from: rows.string(row, 2).flatMap { Int($0) }, to: to)
    }
    return marks
  }

  // MARK: - Bars

  private func publish(
    _ extract: Extract,
    _ ledger: RunLedger,
    coveredFrom: Int?,
    coveredTo: Int?
  ) async throws -> JSONObject {
    var bars = extract.bars
    try await ledger.enter("validate", "looking at \(bars.reduce(0) { $0 + $1.count }) bars")
    let symbols = try await listings()
    let (staged, newest) = (bars, spec.to)
    let calendars = symbols.mapValues(\.calendar)
    let looked = await context.loop.offload { () -> ([StagedBars], [QualityCheck]) in
      var bars = staged
      let checks = QualityChecks.run(&bars, calendars, newest: newest)
      return (bars, checks)
    }
    bars = looked.0
    let checks = looked.1
    let count = bars.reduce(0) { $0 + $1.count }
    let rejected = bars.reduce(0) { $0 + $1.rejections.count }
    let days = bars.flatMap { [$0.days.first, $0.days.last].compactMap { $0 } }
    let window = (
      start: Self.text(days.min().map { Int($0) }), end: Self.text(days.max().map { Int($0) })
    )
    let manifest: JSONObject = [
      "provider": .string(spec.provider.rawValue), "sources": .array(extract.sources),
      "rows": .number(JSONNumber(count)), "adjusted": .bool(spec.isAdjusted),
      "window": Self.span(window.start, window.end),
      "covered": Self.span(
        Self.text(coveredFrom) ?? window.start,
        Self.text(coveredTo) ?? window.end
      ),
    ]
    let blocking = checks.filter(\.blocks)
    guard blocking.isEmpty else {
      // What was rejected is kept with its checks; no bar of it is.
      try await context.withTransaction { connection in
        let store = VersionStore(connection: connection, ledger: ledger)
        try await store.lock()
        _ = try await store.add(
          hash: extract.hash,
          manifest: manifest,
          rows: count,
          bytes: extract.bytes,
          window: window,
          checks: checks
        )
      }
      let names = blocking.map { "\($0.name) (\($0.observed))" }.joined(separator: ", ")
      throw JobFailure("quality", "the data were not published: \(names)", retries: false)
    }
    try await ledger.enter("publish", "publishing \(count) bars")
    try await context.progress(80, of: 100, "publishing \(count) bars")
    let requests = client.requestCount
    let written = try await context.withTransaction { connection -> Int? in
      let store = VersionStore(connection: connection, ledger: ledger)
      try await store.lock()
      let version = try await store.add(
        hash: extract.hash,
        manifest: manifest,
        rows: count,
        bytes: extract.bytes,
        window: window,
        checks: checks
      )
      var written = 0
      if let version {
        let writer = BarWriter(
          connection: connection,
          source: spec.provider.rawValue,
          isAdjusted: spec.isAdjusted,
          run: ledger.id,
          version: version,
          zones: symbols.mapValues(\.zone)
        )
        written = try await writer.write(bars)
        try await store.publish(version)
        try await note(bars, connection)
      } else {
        try await store.noteKnown(extract.hash)
      }
      try await ledger.succeed(
        connection,
        read: count + rejected,
        written: written,
        rejected: rejected,
        requests: requests
      )
      return version == nil ? nil : written
    }
    guard let written else { return Self.unchanged }
    return [
      "rows_read": .number(JSONNumber(count)), "rows_written": .number(JSONNumber(written)),
      "warnings": .array(checks.filter { $0.status == .warn }.map { .string($0.name) }),
    ]
  }
}

extension StagedBars {
  /// Of all that is in them.
  fileprivate var digest: String {
    var bytes: [UInt8] = []
    for index in days.indices {
      bytes += String(days[index]).utf8
      for value in [open[index], high[index], low[index], close[index], volume[index]] {
        bytes.append(UInt8(ascii: ","))
        FixedDecimal.append(value, to: &bytes)
      }
    }
    return SHA256Digest(of: bytes).description
  }
}
