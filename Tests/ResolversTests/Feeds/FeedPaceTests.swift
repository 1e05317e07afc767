import Testing

@testable import Resolvers

struct FeedPaceTests {
  @Test func withoutASpeedEverythingIsDueAtOnce() {
    var pace = FeedPace(speed: 0)
    #expect(!pace.isBounded)
    #expect([10, 5, .max].map { pace.due($0, now: 7) } == [7, 7, 7])
  }

  @Test func laterBinsAreDueAsFarBehindTheFirstAsTheSpeedSays() {
    var pace = FeedPace(speed: 4)
    #expect(pace.isBounded)
    // The first one is due when it is there, whatever its time.
    #expect(pace.due(1_000, now: 50) == 50)
    #expect(pace.due(1_400, now: 60) == 150)
    #expect(pace.due(1_402, now: 999) == 150)
    // What is before the first one has been due long since.
    #expect(pace.due(900, now: 70) == 70)
    #expect(pace.due(1_000, now: 80) == 80)
  }

  @Test func goesOnFromWhereItIsTold() {
    var pace = FeedPace(speed: 0.5)
    pace.begin(at: 100, clock: 1_000)
    #expect(pace.due(110, now: 0) == 1_020)
    pace.reset()
    #expect(pace.due(500, now: 2_000) == 2_000)
    #expect(pace.due(510, now: 2_000) == 2_020)
    pace.speed = 10
    #expect(pace.due(510, now: 2_000) == 2_001)
  }

  @Test func whatLiesBeyondCenturiesIsNeverDue() {
    var pace = FeedPace(speed: 1e-9)
    pace.begin(at: 0, clock: 5)
    // As exact as a floating-point number of that size.
    let due = pace.due(9_000_000_000, now: 5)
    #expect(due.distance(to: 9_000_000_000_000_000_005).magnitude < 4096)
    #expect(pace.due(10_000_000_001, now: 5) == .max)
    #expect(pace.due(.max, now: 5) == .max)
  }
}
