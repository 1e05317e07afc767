import JSON
import TestSupport
import Testing

@testable import Resolvers

struct MarketFileTests {
  private func read(
    _ text: String,
    _ form: BarFile.Form = .named,
    window: ClosedRange<Int> = -100_000...1_000_000
  ) throws -> StagedBars {
    try BarFile.read(Array(text.utf8), form, symbol: "A", window: window)
  }

  @Test func readsColumnsByTheirNamesAndKeepsEveryDigit() throws {
    let bars = try read(
      "\u{FEFF}Symbol,DATE,volume,close,low,high,open\r\nB,2020-01-02,1,1,1,1,1\r\n"
        + "A,2020-01-02,12.5,1.123456789,1,\"2\",1.5\r\n\r\nA,1/3/2020,7,3,3,3,3"
    )
    #expect(bars.days == [18_263, 18_264])
    #expect(bars.close == [1_123_456_789, 3_000_000_000])
    #expect(bars.volume == [12_500_000_000, 7_000_000_000])
    #expect(bars.rejections.isEmpty)
  }

  @Test func readsLeansOwn() throws {
    let bars = try read("20200102 00:00,15000,20000,10000,11234,12\n", .lean)
    #expect((bars.days, bars.open, bars.close) == ([18_263], [1_500_000_000], [1_123_400_000]))
  }

  @Test func tellsLinesThatAreNoBars() throws {
    let bars = try read(
      "date,open,high,low,close,volume\nx,1,1,1,1,1\n2020-01-02,1,1,1\n2020-01-02,1,1,1,one,1\n"
        + "2020-01-02,1e3,1,1,1,1\n2020-01-02,99999999999999999999,1,1,1,1\n"
    )
    #expect(bars.rejections.map(\.line) == [2, 3, 4, 5, 6])
    #expect(bars.count == 0)
    #expect(throws: JobFailure.self) { try read("day,open\n") }
    #expect(throws: JobFailure.self) { try read("") }
  }

  @Test func keepsToTheWindow() throws {
    let text = "date,open,high,low,close,volume\n2020-01-02,1,1,1,1,1\n2020-01-03,1,1,1,1,1\n"
    #expect(try read(text, window: 18_264...18_264).days == [18_264])
  }

  @Test(
    arguments: [
      ("0", 0), ("1", 1_000_000_000), ("-1.5", -1_500_000_000), ("0.000000001", 1),
      ("1.1000000000000", 1_100_000_000), (".5", 500_000_000), ("5.", 5_000_000_000),
      ("9223372036", 9_223_372_036_000_000_000), ("9223372037", nil), ("0.0000000001", nil),
      ("", nil), (".", nil), ("1.2.3", nil), ("1e3", nil), ("--1", nil),
    ] as [(String, Int64?)]
  )
  func parses(text: String, value: Int64?) {
    #expect(FixedDecimal.parse(text) == value)
  }

  @Test(arguments: [0, 1, -1_500_000_000, 1_123_456_789, 9_223_372_036_000_000_000] as [Int64])
  func writesWhatItReads(value: Int64) {
    var bytes: [UInt8] = []
    FixedDecimal.append(value, to: &bytes)
    #expect(FixedDecimal.parse(String(decoding: bytes, as: UTF8.self)) == value)
  }

  /// What the exchanges in New York have published.
  @Test(
    arguments: zip(
      2010...2024,
      [252, 252, 250, 252, 252, 252, 252, 251, 251, 252, 253, 252, 251, 250, 252]
    )
  )
  func countsTheTradingDaysOfAYear(year: Int, days: Int) throws {
    let first = try #require(CivilDate(year: year, month: 1, day: 1)).daysSince1970
    let last = try #require(CivilDate(year: year, month: 12, day: 31)).daysSince1970
    #expect(ExchangeCalendar(.newYork).openDays(first...last) == days)
  }

  @Test(arguments: [false, true])
  func unpacksWhatIsStoredAndRefusesWhatIsBroken(isLarge: Bool) throws {
    let archive = ZipFixture.stored(
      "a.csv",
      Array("20200102 00:00,1,1,1,1,1\n".utf8),
      isLarge: isLarge
    )
    #expect(try ZipArchive.first(in: archive) == Array("20200102 00:00,1,1,1,1,1\n".utf8))
    for count in 0..<archive.count {
      #expect(throws: ZipArchive.Failure.self) {
        try ZipArchive.first(in: Array(archive[..<count]))
      }
    }
    for place in archive.indices {
      var broken = archive
      broken[place] ^= 0xFF
      // Whatever comes of it, it ends.
      _ = try? ZipArchive.first(in: broken)
    }
  }

  @Test(
    arguments: [
      (["provider": "csv", "symbols": []], "no symbols are given"),
      (["provider": "csv", "symbols": ["a/b"]], "'a/b' can be no file's name"),
      (["provider": "csv", "symbols": ["A"], "from": "x"], "from is no date: \"x\""),
      (
        ["provider": "lean", "symbols": ["A"], "manifest": ["files": []]],
        "the manifest has to have a list 'files'"
      ),
    ] as [(JSONObject, String)]
  )
  func refuses(arguments: JSONObject, message: String) {
    let defect = #expect(throws: StrategyDefect.self) { try MarketSpec(arguments) }
    #expect(defect?.description == message)
  }
}
