package import Engine
import EventLoop
import JSON
import PostgresClient

extension NativeField {
  /// `backtest(…)`: one run, or where parameters are lists a sweep over all combinations.
  package static func backtest(_ settings: ProviderSettings) -> NativeField {
    NativeField(
      "backtest",
      of: [.mutation],
      description: "run a strategy over daily bars; parameters that are lists make a sweep",
      arguments: [
        .required("strategy", "String", "a strategy of the engine, or a LEAN project"),
        .required("symbols", "String", isList: true),
        .optional("from", "date"), .optional("to", "date"),
        .optional("parameters", "jsonb"),
        .optional("cash", "numeric", default: 100_000),
        .optional("commission", "numeric", default: 0, "a fraction of the traded value"),
        .optional("slippage", "numeric", default: 0, "a fraction of the price"),
        .optional("engine", "String", default: "builtin", "builtin or lean"),
      ] + JobLaunch.arguments,
      returns: .row(of: Platform.job),
      body: .call { call in
        switch call.text("engine") ?? "builtin" {
        case "builtin": return try await startBuiltin(call)
        case "lean": return try await startLean(call, settings)
        case let other:
          throw call.failure("there is no engine '\(other)'; there are builtin, lean", at: "engine")
        }
      }
    )
  }

  /// The strategy is a project's name; symbols and parameters are the project's own.
  private static func startLean(
    _ call: NativeCall,
    _ settings: ProviderSettings
  ) async throws -> NativeResult {
    let name = call.text("strategy") ?? ""
    do {
      _ = try await call.pool.loop.offload { () throws(ProviderDefect) in
        try LeanProject.folder(name, settings)
      }
    } catch {
      throw call.failure(error.description, at: "strategy")
    }
    var spec: JSONObject = ["engine": "lean", "strategy": .string(name)]
    if let seconds = call.int("timeout_seconds") {
      spec.append("timeout_seconds", .number(JSONNumber(seconds)))
    }
    return try await JobLaunch.start(call, kind: "backtest", specRef: "lean \(name)", spec: spec)
  }

  private static func startBuiltin(_ call: NativeCall) async throws -> NativeResult {
    var spec = JSONObject()
    for name in ["strategy", "symbols", "from", "to", "parameters"] {
      if let value = call.arguments[name] { spec.append(name, value) }
    }
    // In their digits, whichever way they came.
    for name in ["cash", "commission", "slippage"] {
      if let text = call.text(name) { spec.append(name, .string(text)) }
    }
    let checked: BacktestSpec
    do {
      checked = try BacktestSpec(spec)
    } catch {
      throw call.failure(error.description)
    }
    try await SymbolCheck.hasBars(checked, call)
    return try await JobLaunch.start(
      call,
      kind: "backtest",
      specRef: checked.strategy,
      spec: spec
    )
  }
}

/// Refuses symbols that nothing is known of, before there is a job.
enum SymbolCheck {
  static func hasBars(_ spec: BacktestSpec, _ call: NativeCall) async throws {
    let symbols =
      "{" + spec.symbols.map { "\"\($0.escapedForArray)\"" }.joined(separator: ",") + "}"
    let rows = try await call.pool.execute(
      QueryBatch(
        query,
        Parameters(symbols, spec.from?.description, spec.to?.description)
      ),
      access: .write
    )[0]
    let missing = (0..<rows.rowCount).compactMap { rows.string($0, 0) }
    guard missing.isEmpty else {
      throw call.failure(
        "there are no daily bars of \(missing.joined(separator: ", ")) in the window",
        at: "symbols"
      )
    }
  }

  private static let query = PreparedQuery(
    """
    SELECT symbol FROM unnest($1::text[]) WITH ORDINALITY AS given (symbol, n)
    WHERE NOT EXISTS (SELECT 1 FROM market_data.ohlcv o
      WHERE o.symbol = given.symbol AND o.timeframe = '1d'
        AND ($2::date IS NULL OR o.ts >= $2::date) AND ($3::date IS NULL OR o.ts < $3::date + 2))
    ORDER BY n
    """
  )
}
