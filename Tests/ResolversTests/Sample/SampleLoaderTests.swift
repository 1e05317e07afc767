import Glibc
import Resolvers
import Testing
import TestSupport

struct SampleLoaderTests {
  @Test func loadsTheDocumentsOnceAndDoesWithoutTheBars() async throws {
    try await withPlatform { database, pool in
      let cache = try FilePath.makeTemporary()
      defer { try? cache.remove() }
      // As after a download that failed a moment ago.
      try cache.appending("failed").write(Array("\(time(nil)) no network\n".utf8))
      let loader = SampleLoader(documents: Repository.sampleData, cache: cache, pool: pool)
      var events: [String] = []
      try await loader.load(isExplicit: false) { events.append("\($0)") }
      let unavailable =
        "the sample bars are not loaded: the download failed within the last hour"
      #expect(
        events == [
          "loaded 1418 rows of sample.backtests", "loaded 21 rows of sample.brokerage",
          unavailable,
        ]
      )
      let before = try counts(database)
      events = []
      try await loader.load(isExplicit: false) { events.append("\($0)") }
      #expect(events == [unavailable])
      #expect(try counts(database) == before)
      #expect(
        try database.execute(
          """
          SELECT algorithm_name, sharpe_ratio, drawdown, round(calmar_ratio, 3),
            (SELECT count(*) FROM backtests.equity_points e WHERE e.run_id = r.run_id)
          FROM backtests.run_summary r ORDER BY sharpe_ratio DESC NULLS LAST
          """
        ) == [
          ["SampleMomentumAlgorithm", "1.159000", "0.26200000", "0.812", "783"],
          ["SampleMeanReversionAlgorithm", "0.518000", "0.07000000", "0.453", "523"],
        ]
      )
      #expect(
        try database.execute(
          """
          SELECT a.external_id, p.symbol, p.qty::float8, round(p.avg_entry_price, 3), p.instrument
          FROM brokerage.positions p JOIN brokerage.accounts a USING (account_id)
          ORDER BY a.external_id, p.symbol
          """
        ) == [
          ["3f0e6c52-6a54-4a7e-9c1d-5a3d1f0b7a01", "AAPL", "120", "238.415", "AAPL"],
          ["3f0e6c52-6a54-4a7e-9c1d-5a3d1f0b7a01", "IBM", "-26", "301.500", "IBM"],
          ["3f0e6c52-6a54-4a7e-9c1d-5a3d1f0b7a01", "MSFT", "86.25", "441.020", "MSFT"],
          ["VA9SAMPLE1", "AAPL260320C00260000", "2", "10.050", nil],
          ["VA9SAMPLE1", "MSFT", "50", "441.000", "MSFT"],
          ["VA9SAMPLE2", "IBM", "30", "310.833", "IBM"],
        ]
      )
      #expect(
        try database.execute(
          "SELECT count(*) FROM brokerage.orders WHERE parent_order_id IS NOT NULL"
        ) == [["1"]]
      )
      #expect(
        try database.execute(
          """
          SELECT dataset_id, status, version_no, is_current, row_count
          FROM ingestion.dataset_versions ORDER BY 1
          """
        ) == [
          ["sample.backtests", "published", "1", "t", "1418"],
          ["sample.brokerage", "published", "1", "t", "21"],
        ]
      )
    }
  }

  @Test func loadsOnceWhenTwoServersStartAtOnce() async throws {
    try await withPlatform { database, pool in
      let cache = try FilePath.makeTemporary()
      defer { try? cache.remove() }
      try cache.appending("failed").write(Array("\(time(nil)) no network\n".utf8))
      let loader = SampleLoader(documents: Repository.sampleData, cache: cache, pool: pool)
      try await withThrowingTaskGroup { group in
        for _ in 0..<3 {
          group.addTask { try await loader.load(isExplicit: false) { _ in } }
        }
        try await group.waitForAll()
      }
      #expect(try database.execute("SELECT count(*) FROM backtests.run_summary") == [["2"]])
      #expect(try database.execute("SELECT count(*) FROM ingestion.runs") == [["2"]])
    }
  }

  @Test func fetchesTheBarsAndLoadsEveryLine() async throws {
    try await withPlatform { database, pool in
      let cache = try FilePath.makeTemporary()
      defer { try? cache.remove() }
      let loader = SampleLoader(documents: Repository.sampleData, cache: cache, pool: pool)
      var events: [SampleLoader.Event] = []
      try await loader.load(isExplicit: true) { events.append($0) }
      if case .unavailable(let reason) = events.last {
        print("skipped: the bars cannot be fetched here, because \(reason)")
        return
      }
      #expect(
        Array(events.suffix(2)) == [
          .loaded(dataset: "sample.stocks_daily", rows: 12_154),
          .loaded(dataset: "sample.sp500_daily", rows: 5031),
        ]
      )
      #expect(
        try database.execute(
          """
          SELECT symbol, count(*), min(ts)::date, max(close)::float8, first_date, last_date
          FROM market_data.ohlcv JOIN market_data.symbols USING (symbol)
          GROUP BY symbol, first_date, last_date ORDER BY symbol
          """
        ) == [
          ["AAPL", "3270", "2000-03-01", "702.1", "2000-03-01", "2013-03-01"],
          ["FB", "196", "2012-05-18", "38.2318", "2012-05-18", "2013-03-01"],
          ["GOOG", "2148", "2004-08-19", "806.85", "2004-08-19", "2013-03-01"],
          ["IBM", "3270", "2000-03-01", "211", "2000-03-01", "2013-03-01"],
          ["MSFT", "3270", "2000-03-01", "111.87", "2000-03-01", "2013-03-01"],
          ["SPX", "5031", "1999-01-04", "2930.75", "1999-01-04", "2018-12-31"],
        ]
      )
      events = []
      try await loader.load(isExplicit: false) { events.append($0) }
      #expect(events == [])
      #expect(try cache.entries() == ["sp500.csv.gz", "stocks.csv.gz"])
    }
  }

  private func counts(_ database: TestDatabase) throws -> [[String?]] {
    try database.execute(
      """
      SELECT (SELECT count(*) FROM backtests.equity_points), (SELECT count(*) FROM ingestion.runs),
        (SELECT count(*) FROM brokerage.orders), (SELECT count(*) FROM brokerage.account_snapshots),
        (SELECT max(updated_at) FROM brokerage.accounts)
      """
    )
  }
}
