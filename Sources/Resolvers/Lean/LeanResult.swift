package import JSON

/// A backtest result of LEAN's: the file `N.json`, a summary of it, or the cloud API's answer.
package struct LeanResult: Sendable {
  /// Why a text is no result.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
      self.description = description
    }
  }

  package private(set) var run = BacktestRun()

  /// - Parameter orderEvents: what stands beside it as `N-order-events.json`, which alone has the fees.
  package init(_ json: JSONValue, orderEvents: JSONValue? = nil) throws(Failure) {
    guard let outer = json.object else { throw Failure("a LEAN result is a JSON object") }
    // The cloud's answer wraps it.
    let result = LeanObject(outer["backtest"]?.object ?? outer)
    let known = ["statistics", "totalPerformance", "charts", "state"]
    guard known.contains(where: { result[$0] != nil }) else {
      throw Failure("it has none of the members of a LEAN result")
    }
    let performance = result.object("totalPerformance")
    let configuration = result.object("algorithmConfiguration")
    let state = result.object("state")
    let parts = LeanStatistics(
      displayed: result.object("statistics").json,
      trades: performance.object("tradeStatistics"),
      portfolio: performance.object("portfolioStatistics")
    )
    run[.engine] = "lean"
    run.orders = LeanOrders(result["orders"], events: orderEvents).orders
    run.trades = LeanTrades(performance["closedTrades"]).trades
    run.equity = Self.equity(result.object("charts"))
    parts.fill(&run)
    fillDefaults()
    fillIdentity(result, configuration, state)
    fillStatus(result, state)
    fillDates(result, configuration, state)
    run.set(.statistics, parts.displayed)
    run.set(.runtimeStatistics, result.object("runtimeStatistics").json)
    run.set(.tradeStatistics, parts.trades.json)
    run.set(.portfolioStatistics, parts.portfolio.json)
    run.set(.rollingWindow, result.object("rollingWindow").json)
    run.set(.algorithmConfiguration, LeanSecrets.removed(from: configuration.json))
    run.set(.state, state.json)
  }

  // MARK: - What was run

  private mutating func fillIdentity(
    _ result: LeanObject,
    _ configuration: LeanObject,
    _ state: LeanObject
  ) {
    run.set(.algorithmName, configuration.text("name") ?? state.text("name"))
    run.set(.backtestName, result.text("name"))
    run.set(.externalID, result.text("backtestId"))
    run.set(.currency, configuration.text("accountCurrency"))
    let parameters = configuration["parameters"] ?? result["parameterSet"]
    run.set(.parameters, LeanSecrets.masked(parameters?.object ?? JSONObject()))
    let symbols = Set(run.orders.map(\.symbol) + run.trades.map(\.symbol))
    run[.symbols] = Self.arrayLiteral(symbols.sorted())
  }

  /// PostgreSQL's text for an array of texts.
  private static func arrayLiteral(_ texts: [String]) -> String {
    let quoted = texts.map { text in
      let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
      return "\"\(escaped)\""
    }
    return "{\(quoted.joined(separator: ","))}"
  }

  // MARK: - How it ended

  private mutating func fillStatus(_ result: LeanObject, _ state: LeanObject) {
    let error = state.text("runtimeError") ?? result.text("error")
    let written = (state.text("status") ?? result.text("status"))?.filter { $0 != "." }
    let status =
      switch written?.lowercased() {
      case "completed": "completed"
      case "runtimeerror", "runtime error", "deployerror", "invalid", "failed": "failed"
      case "stopped", "liquidated", "deleted", "aborted": "canceled"
      case "running", "initializing", "loggingin", "history", "in progress": "running"
      case "inqueue", "in queue": "queued"
      default: error == nil && !run.equity.isEmpty ? "completed" : "failed"
      }
    run[.status] = error == nil ? status : "failed"
    if run[.status] == "failed" {
      run[.errorMessage] = error ?? "LEAN ended with the status \(written ?? "none")"
    }
  }

  private mutating func fillDates(
    _ result: LeanObject,
    _ configuration: LeanObject,
    _ state: LeanObject
  ) {
    let start = configuration.time("startDate") ?? result.time("backtestStart")
    let end = configuration.time("endDate") ?? result.time("backtestEnd")
    run.set(.startDate, (start ?? run.equity.first?.time)?.date.description)
    run.set(.endDate, (end ?? run.equity.last?.time)?.date.description)
    run.set(.tradingDaysPerYear, configuration.number("tradingDaysPerYear"))
    run.set(.outOfSampleDays, configuration.number("outOfSampleDays"))
    run.set(.startedAt, state.time("startTime")?.description)
    let finished = state.time("endTime") ?? result.time("created")
    run.set(.finishedAt, finished?.description)
    run.set(.createdAt, finished?.description)
  }

  /// What older files do not say but show.
  private mutating func fillDefaults() {
    if run[.startEquity] == nil { run.set(.startEquity, run.equity.first?.equity) }
    if run[.endEquity] == nil { run.set(.endEquity, run.equity.last?.equity) }
    if run[.totalOrders] == nil && !run.orders.isEmpty {
      run[.totalOrders] = String(run.orders.count)
    }
    if run[.totalTrades] == nil && !run.trades.isEmpty {
      run[.totalTrades] = String(run.trades.count)
    }
  }

  // MARK: - The curve

  private static func equity(_ charts: LeanObject) -> [EquityPoint] {
    let benchmark = LeanSeries("Benchmark", "Benchmark", in: charts).values
    // "Return" was called "Daily Performance".
    let returns = LeanSeries("Strategy Equity", "Daily Performance", in: charts).values
      .merging(LeanSeries("Strategy Equity", "Return", in: charts).values) { $1 }
    let turnover = LeanSeries("Portfolio Turnover", "Portfolio Turnover", in: charts).values
    let exposure = LeanSeries.exposure(in: charts)
    return LeanSeries("Strategy Equity", "Equity", in: charts).points.compactMap { point in
      guard point.value.fits(precision: 20, scale: 4) else { return nil }
      return EquityPoint(
        time: point.time,
        equity: point.value,
        benchmark: benchmark[point.time].fitting(precision: 20, scale: 6),
        dailyReturn: (returns[point.time]?.percent).fitting(precision: 16, scale: 10),
        turnover: turnover[point.time].fitting(precision: 16, scale: 8),
        exposure: exposure[point.time].fitting(precision: 16, scale: 8)
      )
    }
  }
}

extension ExactDecimal? {
  /// The number, unless a column of this size has no room for it.
  func fitting(precision: Int, scale: Int) -> ExactDecimal? {
    self?.fits(precision: precision, scale: scale) == true ? self : nil
  }
}
