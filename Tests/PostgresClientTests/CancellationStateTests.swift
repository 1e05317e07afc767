import Testing

@testable import PostgresClient

struct CancellationStateTests {
  private final class Stub {}

  @Test func lastsUntilItHasArrivedAndTheRequestIsAnswered() {
    let first = Stub()
    let second = Stub()
    var cancellation = Cancellation()
    #expect(cancellation.deadline == nil && !cancellation.isOnTheWay)
    cancellation.sent(for: first, deadline: 5)
    #expect(cancellation.deadline == 5 && cancellation.isOnTheWay)
    cancellation.arrived()
    #expect(cancellation.deadline == 5 && !cancellation.isOnTheWay)
    cancellation.answered(second)
    #expect(cancellation.deadline == 5)
    cancellation.answered(first)
    #expect(cancellation.deadline == nil)
    cancellation.sent(for: second, deadline: 9)
    cancellation.answered(second)
    #expect(cancellation.deadline == 9 && cancellation.isOnTheWay)
    cancellation.arrived()
    #expect(cancellation.deadline == nil)
  }
}
