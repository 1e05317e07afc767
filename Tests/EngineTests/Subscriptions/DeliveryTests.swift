import Testing

@testable import Engine

@Suite struct DeliveryTests {
  @Test func givesOneResultAndThenWaits() {
    var delivery = Delivery()
    #expect(delivery.offer(1) == true)
    #expect(delivery.offer(2) == false)
    #expect(delivery.offer(3) == false)
    #expect(delivery.resume(newest: 3) == true)
    #expect(delivery.resume(newest: 3) == false)
    #expect(delivery.offer(4) == true)
  }

  @Test func givesAResultOnce() {
    var delivery = Delivery()
    #expect(delivery.offer(1) == true)
    #expect(delivery.resume(newest: 1) == false)
    #expect(delivery.offer(1) == false)
    #expect(delivery.offer(2) == true)
  }

  @Test func beginsAnewInAnotherCohort() {
    var delivery = Delivery()
    #expect(delivery.offer(1) == true)
    delivery.changeCohort()
    #expect(delivery.offer(1) == false)
    #expect(delivery.resume(newest: 1) == true)
  }

  @Test func readsAStreamWhenBothSidesAreReady() {
    var flow = StreamFlow()
    #expect(flow.isDue)
    flow.beginRead()
    #expect(!flow.isDue)
    flow.endRead(delivers: true, mayHaveMore: true)
    #expect(!flow.isDue)
    flow.resume()
    #expect(flow.isDue)
    flow.beginRead()
    flow.endRead(delivers: false, mayHaveMore: false)
    #expect(!flow.isDue)
    flow.changed()
    #expect(flow.isDue)
  }

  @Test func readsAgainWhatChangedDuringARead() {
    var flow = StreamFlow()
    flow.beginRead()
    flow.changed()
    flow.endRead(delivers: false, mayHaveMore: false)
    #expect(flow.isDue)
  }
}
