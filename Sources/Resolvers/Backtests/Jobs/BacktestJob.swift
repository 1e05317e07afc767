import EventLoop
import JSON
import PostgresClient

/// Runs backtests with the engine that is built in.
package enum BacktestJob {
  /// Changes whenever the same request would come to other trades or figures.
  static let engineVersion = "2"
  /// How many equity points a sweep stores before it keeps only those of its best runs.
  private static let maximumPoints = 500_000
  private static let keptCurves = 10
  /// Runs that one of libuv's threads does in one go.
  private static let chunk = 25

  static func run(_ context: JobContext, _ settings: ProviderSettings) async throws -> JSONObject {
    let spec: BacktestSpec
    do {
      spec = try BacktestSpec(context.spec)
    } catch {
      throw JobFailure("bad-spec", error.description, retries: false)
    }
    guard let type = Strategies.named(spec.strategy) else {
      throw JobFailure("bad-spec", "there is no strategy \(spec.strategy)", retries: false)
    }
    let loader = BarLoader(pool: context.pool)
    let series = try await loader.load(spec)
    let startedAt = try await now(context)
    try await context.progress(0, of: 100, "read \(series.reduce(0) { $0 + $1.count }) bars")
    let rates = try await rates(settings, context)
    let panels = spec.isEachSymbol ? series.map { Panel([$0]) } : [Panel(series)]
    var runs: [SweepRun] = []
    for (index, panel) in panels.enumerated() {
      let rate = rates?.mean(from: spec.from?.daysSince1970, over: panel.days) ?? 0
      runs += try await sweep(spec, type, panel, rate, context) { done in
        let total = panels.count * spec.runs.count
        let finished = index * spec.runs.count + done
        try await context.progress(
          finished * 90 / total,
          of: 100,
          "ran \(finished) of \(total)"
        )
      }
    }
    chooseCurves(of: &runs, spec)
    try await store(runs, spec, loader, startedAt, context)
    return result(of: runs)
  }

  /// The rates that LEAN takes for those without risk, where its folder of data has them.
  private static func rates(
    _ settings: ProviderSettings,
    _ context: JobContext
  ) async throws -> LeanInterestRates? {
    guard let folder = settings.leanDataFolder else { return nil }
    return try await context.loop.offload { try LeanInterestRates(in: folder) }
  }

  private static func now(_ context: JobContext) async throws -> String {
    let rows = try await context.pool.execute(
      QueryBatch(sql: "SELECT clock_timestamp()"),
      access: .write
    )
    return rows[0].string(0, 0) ?? "now"
  }

  /// All combinations on one panel, several at once.
  private static func sweep(
    _ spec: BacktestSpec,
    _ type: any Strategy.Type,
    _ panel: Panel,
    _ riskFreeRate: Double,
    _ context: JobContext,
    _ tell: (Int) async throws -> Void
  ) async throws -> [SweepRun] {
    let chunks = stride(from: 0, to: spec.runs.count, by: chunk).map {
      Array(spec.runs[$0..<min($0 + chunk, spec.runs.count)])
    }
    var runs: [SweepRun] = []
    // As many at a time as libuv has threads.
    for first in stride(from: 0, to: chunks.count, by: 4) {
      try Task.checkCancellation()
      let group = Array(chunks[first..<min(first + 4, chunks.count)])
      runs += try await withThrowingTaskGroup(of: (Int, [SweepRun]).self) { tasks in
        for (index, values) in group.enumerated() {
          tasks.addTask {
            let made = await context.loop.offload { () -> [SweepRun] in
              let cache = IndicatorCache()
              return values.compactMap { values in
                guard let strategy = try? type.init(values) else { return nil }
                return SweepRun(
                  spec,
                  strategy,
                  values,
                  panel,
                  cache,
                  riskFreeRate: riskFreeRate
                )
              }
            }
            return (index, made)
          }
        }
        var parts: [(Int, [SweepRun])] = []
        for try await part in tasks { parts.append(part) }
        return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
      }
      if spec.runs.count > 1 { try await tell(runs.count) }
    }
    return runs
  }

  /// Large sweeps keep the curves of their best runs only.
  private static func chooseCurves(of runs: inout [SweepRun], _ spec: BacktestSpec) {
    let points = runs.reduce(0) { $0 + $1.outcome.equity.count }
    switch spec.equityChoice ?? (points <= maximumPoints ? .all : .best) {
    case .all: return
    case .none: for index in runs.indices { runs[index].keepsEquity = false }
    case .best:
      let best = Set(order(runs).prefix(keptCurves))
      for index in runs.indices { runs[index].keepsEquity = best.contains(index) }
    }
  }

  /// The places of runs, the best first: by Sharpe ratio, then by what was earned.
  private static func order(_ runs: [SweepRun]) -> [Int] {
    runs.indices.sorted { first, second in
      let (left, right) = (runs[first], runs[second])
      let ratios = (left.metrics.sharpe ?? -.infinity, right.metrics.sharpe ?? -.infinity)
      if ratios.0 != ratios.1 { return ratios.0 > ratios.1 }
      if left.endEquity != right.endEquity { return left.endEquity > right.endEquity }
      return first < second
    }
  }

  private static func store(
    _ runs: [SweepRun],
    _ spec: BacktestSpec,
    _ loader: BarLoader,
    _ startedAt: String,
    _ context: JobContext
  ) async throws {
    let version = try await loader.version(spec)
    try await context.withTransaction { connection in
      let definition = try await connection.query(
        """
        SELECT strategy_id FROM strategies.definitions
        WHERE name = $1 AND engine = 'builtin' ORDER BY version DESC LIMIT 1
        """,
        [spec.strategy]
      )
      var store = SweepStore(
        connection: connection,
        spec: spec,
        context: context,
        version: version
      )
      store.strategyID = definition.string(0, 0)
      try await store.add(runs, startedAt: startedAt)
    }
  }

  private static func result(of runs: [SweepRun]) -> JSONObject {
    var result: JSONObject = ["runs": .number(JSONNumber(runs.count))]
    guard let best = order(runs).first else { return result }
    result.append("best_run_id", .string(runs[best].id))
    if let sharpe = FixedPoint.text(runs[best].metrics.sharpe, places: 6) {
      result.append("best_sharpe_ratio", JSONNumber(sharpe).map { .number($0) } ?? .null)
    }
    return result
  }
}
