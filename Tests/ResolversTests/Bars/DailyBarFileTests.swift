import Resolvers
import Testing

struct DailyBarFileTests {
  @Test func readsBarsOfSeveralSymbols() throws {
    let text = """
      Ticker,Date,Open,High,Low,Close,Volume,Adj Close
      AAPL,2000-03-01,118.56,132.06,118.5,130.31,9616100,4.186662803811
      \r
      "MSFT",2013-03-01,27.72,27.98,27.52,27.95,34849700,24.68
      """
    let file = try DailyBarFile(Array(text.utf8))
    #expect(file.rejections == [])
    #expect(
      file.bars.map(line) == [
        "AAPL 2000-03-01 118.56 132.06 118.5 130.31 9616100",
        "MSFT 2013-03-01 27.72 27.98 27.52 27.95 34849700",
      ]
    )
  }

  @Test func readsAmericanDaysOfOneSymbol() throws {
    let text = "\u{FEFF}date,volume,open,high,low,close\r\n1/4/1999,877000000,1.5,2.500000,1,2\r\n"
    let file = try DailyBarFile(Array(text.utf8), symbol: "SPX")
    #expect(file.bars.map(line) == ["SPX 1999-01-04 1.5 2.500000 1 2 877000000"])
  }

  @Test func rejectsLinesThatAreNoBarsByNumberAndReason() throws {
    let text = """
      symbol,date,open,high,low,close,volume
      A,2000-01-03,1,2,1,2,10
      A,2000-02-30,1,2,1,2,10

      A,2000-01-04,1,2,1,2
      A,2000-01-05,1,x,1,2,10
      A,2000-01-06,1,1.5,1,2,10
      A,2000-01-07,1,2,1.5,2,10
      A,2000-01-10,0,2,0,2,10
      A,2000-01-11,1,2,1,2,-1
      A,2000-01-12,1,999999999999,1,2,1
      """
    let file = try DailyBarFile(Array(text.utf8))
    #expect(file.bars.count == 1)
    #expect(
      file.rejections == [
        .init(line: 3, reason: "no day"), .init(line: 5, reason: "a field is missing"),
        .init(line: 6, reason: "a field is no number"),
        .init(line: 7, reason: "the high is not the highest"),
        .init(line: 8, reason: "the low is not the lowest"),
        .init(line: 9, reason: "a price is not positive"),
        .init(line: 10, reason: "the volume is out of range"),
        .init(line: 11, reason: "a price is too big"),
      ]
    )
  }

  @Test(arguments: [("", "symbol"), ("ticker,open", "date"), ("symbol,date,open,low", "high")])
  func namesAColumnThatIsMissing(header: String, name: String) {
    #expect(throws: DailyBarFile.MissingColumn(name: name)) {
      try DailyBarFile(Array(header.utf8))
    }
  }

  @Test(
    arguments: [
      ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
      ("\"a,\"\"b\"\"\n\",c\r\n\r\nd,", [["a,\"b\"\n", "c"], ["d", ""]]),
      ("\"open", [["open"]]), ("", []), ("\n\n", []), (",", [["", ""]]),
    ] as [(String, [[String]])]
  )
  func cutsRowsIntoFields(text: String, expected: [[String]]) {
    #expect(Array(CSVRows(Array(text.utf8))) == expected)
  }

  private func line(_ bar: DailyBar) -> String {
    "\(bar.symbol) \(bar.day) \(bar.open) \(bar.high) \(bar.low) \(bar.close) \(bar.volume)"
  }
}
