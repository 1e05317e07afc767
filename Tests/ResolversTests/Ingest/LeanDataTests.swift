import JSON
import TestSupport
import Testing

@testable import Resolvers

/// Bars of LEAN's folder of data: files by the names of a symbol, prices by its factors.
struct LeanDataTests {
  private static let price: Int64 = 1_000_000_000

  private func factors(_ text: String) throws(JobFailure) -> LeanFactors {
    try LeanFactors(Array(text.utf8), name: "f.csv")
  }

  @Test func theFirstLineOnOrAfterABarIsTheBars() throws {
    let factors = try factors(
      "19700110,0.5,0.25,100\n19700120,0.8613657,1\n20501231,1,1\n"
    )
    #expect(
      [0, 9, 10, 19, 20].map { factors.adjusted(Self.price, on: $0) } == [
        125_000_000, 125_000_000, 861_365_700, 861_365_700, 1_000_000_000,
      ]
    )
    // Behind the last line nothing is known, and nothing is changed.
    #expect(factors.adjusted(7, on: 1_000_000) == 7)
  }

  @Test(
    arguments: [
      (1, "0.5", 1), (1, "0.499999999", 0), (3, "0.5", 2), (-3, "0.5", -2),
      (9_223_372_036_854_775_807, "1", 9_223_372_036_854_775_807),
      (9_223_372_036_854_775_807, "1.1", nil), (1_234_567_890, "0.00892857", 11_022_926),
    ] as [(Int64, String, Int64?)]
  )
  func roundsToTheNinthPlace(price: Int64, factor: String, adjusted: Int64?) throws {
    #expect(try factors("20501231,\(factor),1").adjusted(price, on: 0) == adjusted)
    #expect(try factors("20501231,1,\(factor)").adjusted(price, on: 0) == adjusted)
  }

  @Test(
    arguments: [
      ("", "f.csv holds no factors"), ("20200101,1\n", "line 1 of f.csv holds no factors"),
      ("20200101,1,1\n\n2020,1,1\n", "line 3 of f.csv holds no factors"),
      ("20200101,x,1", "line 1 of f.csv holds no factors"),
      ("20200101,0,1", "line 1 of f.csv holds no factors"),
      ("20200101,1,-1", "line 1 of f.csv holds no factors"),
      ("20201301,1,1", "line 1 of f.csv holds no factors"),
    ]
  )
  func refusesFactorsThatAreNone(text: String, message: String) {
    #expect(throws: JobFailure("bad-file", message, retries: false)) { try factors(text) }
  }

  @Test func namesGoFromDayToDay() throws {
    let names = try LeanNames(
      Array("19700110,ABC,Q\r\n19700120,abc\r\n19700130,xyz\r\n20501231,now\r\n".utf8),
      name: "m.csv"
    )
    #expect(
      names.spans == [
        .init(name: "abc", days: -1_000_000...19), .init(name: "xyz", days: 20...29),
        .init(name: "now", days: 30...1_000_000),
      ]
    )
    #expect(LeanNames("SPY").spans == [.init(name: "spy", days: -1_000_000...1_000_000)])
  }

  @Test(arguments: ["", "19700110\n", "today,abc\n", "19700110,../abc\n", "19700110,a/b\n"])
  func refusesNamesThatAreNone(text: String) {
    #expect(throws: JobFailure.self) { try LeanNames(Array(text.utf8), name: "m.csv") }
  }

  /// A folder with files of `equity/usa`.
  private func folder(_ files: [String: [UInt8]]) throws -> FilePath {
    let folder = try FilePath.makeTemporary()
    for kind in ["daily", "map_files", "factor_files"] {
      var path = folder
      for part in ["equity", "usa", kind] {
        path = path.appending(part)
        if !path.exists { try path.makeDirectory() }
      }
    }
    for (name, bytes) in files {
      try folder.appending("equity").appending("usa").appending(name).write(bytes)
    }
    return folder
  }

  private func zip(_ text: String) -> [UInt8] { ZipFixture.stored("a.csv", Array(text.utf8)) }

  @Test func readsEachNamesFileForItsDays() throws {
    let folder = try folder([
      "map_files/new.csv": Array("19700105,gone\n19700110,old\n20501231,new\n".utf8),
      "factor_files/new.csv": Array("19700110,0.5,1\n20501231,1,1\n".utf8),
      // Somebody else has the old name afterwards, and somebody had the new one before.
      "daily/old.zip": zip(
        "19700108 00:00,10000,10000,10000,10000,1\n19700109 00:00,20000,20000,20000,20000,2\n"
          + "19700112 00:00,90000,90000,90000,90000,9\n"
      ),
      "daily/new.zip": zip(
        "19700107 00:00,80000,80000,80000,80000,8\n19700112 00:00,30000,30000,30000,30000,3\n"
      ),
    ])
    defer { try? folder.remove() }
    let all = -100_000...1_000_000
    let equity = try LeanEquity("NEW", in: folder, window: all, isAdjusted: true)
    let bars = try equity.bars()
    #expect(bars.days == [7, 8, 11])
    #expect(bars.close == [500_000_000, 1_000_000_000, 3_000_000_000])
    #expect(equity.absent == ["gone.zip"])
    #expect(
      equity.files.map(\.path) == [
        "map_files/new.csv", "daily/old.zip", "daily/new.zip", "factor_files/new.csv",
      ]
    )
    // Bars as they were traded are others, and so is their hash; of a window, only its files.
    let raw = try LeanEquity("NEW", in: folder, window: all, isAdjusted: false)
    #expect(try raw.bars().close == [1_000_000_000, 2_000_000_000, 3_000_000_000])
    #expect(raw.sha256 != equity.sha256)
    let late = try LeanEquity("NEW", in: folder, window: 10...20, isAdjusted: false)
    #expect(late.files.map(\.path) == ["map_files/new.csv", "daily/new.zip"])
    #expect(try late.bars().days == [11])
  }

  @Test func saysWhichFileIsWrongOrNotThere() throws {
    let folder = try folder([
      "daily/a.zip": Array("no zip".utf8),
      "factor_files/b.csv": Array("20501231,1,1".utf8),
    ])
    defer { try? folder.remove() }
    #expect(throws: JobFailure("bad-file", "a.zip: no zip archive", retries: false)) {
      try LeanEquity("A", in: folder, window: 0...1, isAdjusted: false).bars()
    }
    try LeanEquity.check("A", in: folder, isAdjusted: false)
    #expect(throws: ProviderDefect.self) {
      try LeanEquity.check("A", in: folder, isAdjusted: true)
    }
    #expect(
      throws: ProviderDefect("there is no file b.zip of B in the folder of lean")
    ) { try LeanEquity.check("B", in: folder, isAdjusted: true) }
  }
}
