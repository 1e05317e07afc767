import Testing

@testable import Resolvers

struct RequestBudgetTests {
  @Test func aMinutesRequestsGoAtOnceAndTheNextInTheirPace() {
    let budget = RequestBudget(perMinute: 60)
    let start = ContinuousClock.now + .seconds(1)
    for _ in 0..<60 { #expect(budget.take(now: start) == .zero) }
    #expect(budget.take(now: start) == .seconds(1))
    // What waits takes nothing; a second fills in one more.
    #expect(budget.take(now: start + .milliseconds(250)) == .milliseconds(750))
    #expect(budget.take(now: start + .seconds(1)) == .zero)
    #expect(budget.take(now: start + .seconds(1)) == .seconds(1))
  }

  @Test func anHoursRestIsNoMoreThanAMinutesRequests() {
    let budget = RequestBudget(perMinute: 2)
    let later = ContinuousClock.now + .seconds(3600)
    #expect((0..<3).map { _ in budget.take(now: later) } == [.zero, .zero, .seconds(30)])
  }

  @Test func nobodyAsksBeforeTheTimeThatAnAnswerTold() {
    let budget = RequestBudget(perMinute: 60)
    let start = ContinuousClock.now + .seconds(1)
    budget.pause(until: start + .seconds(20))
    budget.pause(until: start + .seconds(10))
    #expect(budget.take(now: start) == .seconds(20))
    #expect(budget.take(now: start + .seconds(20)) == .zero)
  }
}
