import JSON
import Resolvers
import Testing
import TestSupport

struct LeanResultTests {
  @Test func liftsStatisticsIntoColumnsAsFractions() throws {
    let run = try LeanResult(
      parse(
        """
        {"statistics": {"Total Orders": "85", "Drawdown": "34.900%", "Net Profit": "-1.5%",
          "Compounding Annual Return": "2.952%", "Total Fees": "$468.54", "Win Rate": "57%",
          "Sharpe Ratio": "0.029", "Probabilistic Sharpe Ratio": "0.005%", "Sortino Ratio": "",
          "Estimated Strategy Capacity": "$950000000.00", "Lowest Capacity Asset": "SPY R7",
          "Treynor Ratio": "79228162514264337593543950335", "Drawdown Recovery": "1931"},
         "totalPerformance": {"tradeStatistics": {"totalNumberOfTrades": 42, "profitFactor": "1.4625"},
          "portfolioStatistics": {"sortinoRatio": "0.022", "startEquity": "100000"}},
         "state": {"Status": "Completed", "EndTime": "2026-02-06 14:30:07"}}
        """
      )
    ).run
    let expected: [RunColumn: String] = [
      .engine: "lean", .status: "completed", .symbols: "{}", .parameters: "{}",
      .totalOrders: "85", .drawdown: "0.34900", .netProfit: "-0.015",
      .compoundingAnnualReturn: "0.02952", .totalFees: "468.54", .winRate: "0.57",
      .sharpeRatio: "0.029", .probabilisticSharpeRatio: "0.00005", .sortinoRatio: "0.022",
      .estimatedCapacity: "950000000.00", .lowestCapacityAsset: "SPY R7",
      .drawdownRecoveryDays: "1931", .totalTrades: "42", .profitFactor: "1.4625",
      .startEquity: "100000", .finishedAt: "2026-02-06 14:30:07+00",
      .createdAt: "2026-02-06 14:30:07+00",
    ]
    let raw: Set<RunColumn> = [
      .statistics, .runtimeStatistics, .tradeStatistics, .portfolioStatistics, .rollingWindow,
      .algorithmConfiguration, .state,
    ]
    #expect(run.summary.filter { !raw.contains($0.key) } == expected)
  }

  @Test(
    arguments: [
      (#"{"state": {"Status": "Completed"}}"#, "completed", nil),
      (#"{"state": {"Status": "RuntimeError", "RuntimeError": "boom"}}"#, "failed", "boom"),
      (#"{"State": {"Status": "Completed", "RuntimeError": "late"}}"#, "failed", "late"),
      (#"{"state": {"Status": "Stopped"}}"#, "canceled", nil),
      (#"{"state": {"Status": "InQueue"}}"#, "queued", nil),
      (#"{"backtest": {"status": "Completed.", "statistics": {}}}"#, "completed", nil),
      (#"{"statistics": {}}"#, "failed", "LEAN ended with the status none"),
    ] as [(String, String, String?)]
  )
  func knowsHowARunEnded(text: String, status: String, message: String?) throws {
    let run = try LeanResult(parse(text)).run
    #expect(run[.status] == status)
    #expect(run[.errorMessage] == message)
  }

  @Test func readsEveryFormOfAPoint() throws {
    let run = try LeanResult(
      parse(
        """
        {"Charts": {"Strategy Equity": {"Name": "Strategy Equity", "Series": {
            "Equity": {"Values": [[1381204800, 1, 2, 0.5, 100000.25], {"x": 1381118400, "y": 1E5},
              [1381291200, null], [1381118400, 99999], {"x": 1381300000}, [1381377600, 3.5]]},
            "Daily Performance": {"Values": [{"x": 1381204800, "y": -0.02128589}]}}},
          "Benchmark": {"Series": {"Benchmark": {"Values": [[1381204800, 144.7558]]}}},
          "Exposure": {"Series": {"Equity - Long Ratio": {"Values": [[1381204800, 0.9]]},
            "Equity - Short Ratio": {"Values": [[1381204800, -0.25]]}}}}}
        """
      )
    ).run
    #expect(
      run.equity.map {
        [
          $0.time.description, $0.equity.description, $0.benchmark?.description,
          $0.dailyReturn?.description, $0.exposure?.description,
        ]
      } == [
        ["2013-10-07 04:00:00+00", "99999", nil, nil, nil],
        ["2013-10-08 04:00:00+00", "100000.25", "144.7558", "-0.0002128589", "1.15"],
        ["2013-10-10 04:00:00+00", "3.5", nil, nil, nil],
      ]
    )
    #expect(run[.startDate] == "2013-10-07")
    #expect(run[.endDate] == "2013-10-10")
    #expect(run[.startEquity] == "99999")
  }

  @Test func readsOrdersWithTheFeesOfTheirEvents() throws {
    let run = try LeanResult(
      parse(
        """
        {"statistics": {}, "orders": {
          "2": {"Type": 3, "Id": 2, "Symbol": {"Value": "IBM", "ID": "IBM R7"}, "Price": 10.50,
            "Quantity": -3.0, "Status": 5, "Tag": "stop", "Time": "2013-10-08T20:00:00Z"},
          "1": {"id": 1, "type": "MarketOnOpen", "symbol": "SPY", "quantity": 5, "status": 3,
            "direction": 0, "price": 100, "createdTime": 1381262400.5},
          "3": {"id": 3, "symbol": "SPY", "type": 99}, "4": null}}
        """
      ),
      orderEvents: parse(
        """
        [{"orderId": 1, "orderFeeAmount": 0.1}, {"orderId": 1, "orderFeeAmount": "0.2"}, {}]
        """
      )
    ).run
    #expect(
      run.orders.map {
        [
          String($0.number), $0.symbol, $0.type, $0.direction, $0.quantity.description,
          $0.price?.description, $0.status, $0.fee?.description, $0.tag, $0.createdAt?.description,
        ]
      } == [
        [
          "1", "SPY", "market_on_open", "buy", "5", "100", "filled", "0.3", nil,
          "2013-10-08 20:00:00.5+00",
        ],
        [
          "2", "IBM", "stop_limit", "sell", "-3.0", "10.50", "canceled", nil, "stop",
          "2013-10-08 20:00:00+00",
        ],
      ]
    )
    #expect(run[.symbols] == #"{"IBM","SPY"}"#)
    #expect(run[.totalOrders] == "2")
  }

  @Test func keepsCredentialsOutOfWhatIsStored() throws {
    let run = try LeanResult(
      parse(
        """
        {"statistics": {}, "AlgorithmConfiguration": {"Parameters":
          {"intrinio-password": "hunter2", "api_key": "", "iex-api-key": "k", "ema-fast": "10"}}}
        """
      )
    ).run
    let masked =
      #"{"intrinio-password":"***","api_key":"","iex-api-key":"***","ema-fast":"10"}"#
    #expect(run[.parameters] == masked)
    #expect(run[.algorithmConfiguration] == #"{"Parameters":\#(masked)}"#)
  }

  @Test(arguments: ["[]", "{}", #"{"backtest": {}}"#, #"{"message": "no"}"#])
  func refusesWhatIsNoResult(text: String) {
    #expect(throws: LeanResult.Failure.self) { try LeanResult(parse(text)) }
  }

  private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }
}
