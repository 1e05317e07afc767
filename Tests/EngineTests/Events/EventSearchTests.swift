import PostgresClient
import Testing

@testable import Engine

@Suite struct EventSearchTests {
  /// Searches at a time and finds nothing; says whether it looked for what is to be tried again.
  private func turn(_ search: inout EventSearch, at now: UInt64) -> Bool {
    let batch = search.begin(now: now, room: 10)
    // 7 was given out by a transaction before 20, and all have ended.
    search.end(now: now, room: 10, oldest: 30, own: 20, lastOrder: 7, found: [])
    return batch.count == 3
  }

  @Test func looksForRetriesEachSecondOrWhenOneIsDue() {
    var search = EventSearch()
    #expect(turn(&search, at: 5_000))
    #expect(!turn(&search, at: 5_999))
    #expect(turn(&search, at: 6_000))
    search.expectRetry(now: 6_010, afterSeconds: 0)
    #expect(turn(&search, at: 6_010))
    search.expectRetry(now: 6_020, afterSeconds: 3_600)
    #expect(!turn(&search, at: 7_009))
    #expect(turn(&search, at: 7_010))
  }

  @Test func risesAboveWhatHasBeenFound() {
    var search = EventSearch()
    _ = turn(&search, at: 0)
    #expect(search.floorPlace == 0)
    _ = turn(&search, at: 5)
    #expect(search.floorPlace == 7)
  }
}
