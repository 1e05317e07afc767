import Testing

@testable import Engine

@Suite struct DatabaseSnapshotTests {
  @Test(
    arguments: [
      ("100:100:", 99, true), ("100:100:", 100, false), ("100:105:101,103", 100, true),
      ("100:105:101,103", 101, false), ("100:105:101,103", 102, true),
      ("100:105:101,103", 105, false),
      // The numbers of transactions begin anew after 2³².
      ("4294967300:4294967310:4294967305", 9, false),
      ("4294967300:4294967310:4294967305", 8, true),
      ("4294967300:4294967310:4294967305", UInt32.max, true),
      ("4294967290:4294967295:", 2, false),
    ] as [(String, UInt32, Bool)]
  )
  func tellsWhatItSaw(_ text: String, _ transaction: UInt32, _ isSeen: Bool) throws {
    let snapshot = try #require(DatabaseSnapshot(text.utf8))
    #expect(snapshot.sees(transaction) == isSeen)
  }

  @Test(arguments: ["", "1:2", "1:x:", "1:2:3:4"])
  func refusesWhatIsNoSnapshot(_ text: String) {
    #expect(DatabaseSnapshot(text.utf8) == nil)
  }

  @Test func remembersWhatWasNotSeen() throws {
    var told = ToldTransactions()
    told.add(101)
    told.add(102)
    let early = try #require(DatabaseSnapshot("101:103:101".utf8))
    #expect(told.areSeen(by: early) == false)
    let late = try #require(DatabaseSnapshot("103:103:".utf8))
    #expect(told.areSeen(by: late) == true)
    // Of no transaction in particular.
    told.add(0)
    #expect(told.areSeen(by: early) == true)
  }
}
