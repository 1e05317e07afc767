import Testing

@testable import Engine

@Suite struct LeaseWatchTests {
  @Test func asksForLockedEventsOnceAfterAServerHasEnded() {
    var watch = LeaseWatch()
    #expect(watch.isDue(at: 0))
    var isNew = watch.note(.free(.nobody, holder: ""), at: 1_000)
    #expect(isNew)
    #expect(!watch.isDue(at: 1_499))
    #expect(watch.isDue(at: 1_500))
    #expect(watch.wantsLocked)
    watch.noteNothing()
    #expect(!watch.wantsLocked)
    isNew = watch.note(.taken, at: 1_500)
    #expect(isNew)
    #expect(watch.isTaken)
    #expect(!watch.wantsLocked)
    isNew = watch.note(.free(.ended, holder: "a"), at: 2_000)
    #expect(isNew)
    #expect(watch.wantsLocked)
    watch.noteNothing()
    isNew = watch.note(.free(.ended, holder: "a"), at: 2_500)
    #expect(!isNew)
    #expect(!watch.wantsLocked)
    isNew = watch.note(.free(.ended, holder: "b"), at: 3_000)
    #expect(isNew)
    #expect(watch.wantsLocked)
  }

  @Test func asksForNoneWhereTheLeaseWasLetGo() {
    var watch = LeaseWatch()
    var isNew = watch.note(.free(.rested, holder: "a"), at: 0)
    #expect(isNew)
    #expect(!watch.wantsLocked)
    watch.noteRest(of: "b")
    isNew = watch.note(.free(.itself, holder: "b"), at: 500)
    #expect(!isNew)
    #expect(!watch.wantsLocked)
  }
}
