import PostgresClient
import Resolvers
import Testing
import TestSupport

struct BarStoreTests {
  @Test func datesBarsAtMidnightOfTheirExchangeAndReplacesThem() async throws {
    try await withPlatform { database, pool in
      try database.execute("INSERT INTO market_data.symbols (symbol) VALUES ('A')")
      let text = """
        symbol,date,open,high,low,close,volume
        A,2000-01-03,1.123456789,2,1,2,10
        A,2000-07-03,1,2,1,2,20
        """
      let file = try DailyBarFile(Array(text.utf8))
      for close in ["2", "1.5"] {
        var bars = file.bars
        bars[1].close = try #require(ExactDecimal(close))
        let written = try await pool.withTransaction { [bars] in
          try await BarStore($0).add(bars, source: "test", run: nil)
        }
        #expect(written == 2)
      }
      #expect(
        try database.execute(
          """
          SELECT ts AT TIME ZONE 'UTC', open, close, volume, tableoid::regclass
          FROM market_data.ohlcv ORDER BY ts
          """
        ) == [
          [
            "2000-01-03 05:00:00", "1.123456789", "2.000000000", "10.000000",
            "market_data.ohlcv_2000s",
          ],
          [
            "2000-07-03 04:00:00", "1.000000000", "1.500000000", "20.000000",
            "market_data.ohlcv_2000s",
          ],
        ]
      )
      #expect(
        try database.execute("SELECT first_date, last_date FROM market_data.symbols")
          == [["2000-01-03", "2000-07-03"]]
      )
    }
  }
}
