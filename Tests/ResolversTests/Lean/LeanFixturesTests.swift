import JSON
import Resolvers
import Testing
import TestSupport

/// LEAN's own results, and those laid out as `lean backtest` does.
struct LeanFixturesTests {
  @Test func readsAWholeFolder() throws {
    let path = "fixtures/lean/project/backtests/2026-02-06_14-30-00"
    guard SharedFolder.path("\(path)/config") != nil, let shared = SharedFolder.path else { return }
    let run = try LeanResultFolder(FilePath("\(shared)/\(path)")).read()
    #expect(run[.project] == "project")
    #expect(run[.externalID] == "1452098371")
    #expect(run[.engineVersion] == "2.5.0.0")
    #expect(run[.algorithmName] == "MACDTrendAlgorithm")
    #expect(run[.status] == "completed")
    #expect(run[.startDate] == "2004-01-01")
    #expect(run[.endDate] == "2015-01-01")
    #expect(run[.drawdown] == "0.34900")
    #expect(run[.totalFees] == "468.54")
    #expect(run[.winRate] == "0.57")
    #expect(run[.profitFactor] == "1.4625")
    #expect(run.equity.count == 4019)
    #expect(run.equity.last?.time.description == "2014-12-31 21:00:00+00")
    #expect(run.equity.last?.equity.description == "137751.04")
    #expect(run.orders.count == 84)
    #expect(run.trades.count == 42)
    #expect(run.trades.first?.profitLoss.description == "-4698.62")
    let fees = run.orders.compactMap(\.fee).reduce(ExactDecimal.zero, +)
    #expect(fees.description.hasPrefix("468.5"))
  }

  @Test(
    arguments: [
      ("lean_tests_backtest_result_pascal.json", "0.02200", 186, 1, "1", "completed"),
      ("lean_tests_cloud_backtest_read.json", "0.00", 0, 0, "0", "completed"),
      ("lean_tests_report_data.json", "0.31300", 3, 8, "7", "completed"),
    ]
  )
  func readsWhatLeansTestsHold(
    file: String,
    drawdown: String,
    points: Int,
    orders: Int,
    totalOrders: String,
    status: String
  ) throws {
    guard var bytes = SharedFolder.bytes("fixtures/lean/verbatim/\(file)") else { return }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    let run = try LeanResult(JSONValue(parsing: bytes.span)).run
    #expect(run[.drawdown] == drawdown)
    #expect(run.equity.count == points)
    #expect(run.orders.count == orders)
    #expect(run[.totalOrders] == totalOrders)
    #expect(run[.status] == status)
  }

  @Test func readsTheSamplesOwnFolders() throws {
    let folder = Repository.sampleData.appending("lean")
    let runs = try folder.entries().map { project in
      let backtests = folder.appending(project).appending("backtests")
      return try LeanResultFolder(backtests.appending(backtests.entries()[0])).read()
    }
    #expect(runs.map { $0[.project] } == ["sample-mean-reversion", "sample-momentum"])
    #expect(runs.map { $0[.sharpeRatio] } == ["0.518", "1.159"])
    #expect(runs.map(\.equity.count) == [523, 783])
    #expect(runs.map(\.orders.count) == [49, 25])
    #expect(runs.map(\.trades.count) == [24, 12])
  }
}
