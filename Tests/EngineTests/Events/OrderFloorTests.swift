import Testing

@testable import Engine

@Suite struct OrderFloorTests {
  @Test func risesOnceAllHaveEndedThatWroteBelow() {
    var floor = OrderFloor()
    #expect(!floor.wantsTransaction)
    floor.read(oldest: 90, own: nil, lastOrder: 7)
    floor.found(all: true, upTo: 7)
    #expect(floor.value == 0)
    #expect(floor.wantsTransaction)
    // 7 was given out before 105 began; 95 is still running and may have written 6.
    floor.read(oldest: 95, own: 105, lastOrder: 9)
    floor.found(all: true, upTo: 9)
    #expect(floor.value == 0)
    #expect(!floor.wantsTransaction)
    floor.read(oldest: 104, own: nil, lastOrder: 20)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 0)
    floor.read(oldest: 105, own: nil, lastOrder: 21)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 7)
    floor.read(oldest: 121, own: 122, lastOrder: 21)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 7)
    floor.read(oldest: 123, own: nil, lastOrder: 21)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 21)
    #expect(!floor.wantsTransaction)
  }

  @Test func doesNotPassWhatALimitedSearchLeft() {
    var floor = OrderFloor()
    floor.read(oldest: 1, own: nil, lastOrder: 50)
    floor.found(all: false, upTo: 10)
    floor.read(oldest: 2, own: 2, lastOrder: 50)
    floor.found(all: false, upTo: 20)
    #expect(floor.value == 20)
    floor.found(all: false, upTo: 60)
    #expect(floor.value == 50)
  }

  @Test func waitsForATransactionWithANumberOfItsOwn() {
    var floor = OrderFloor()
    floor.read(oldest: 10, own: nil, lastOrder: 5)
    floor.found(all: true, upTo: nil)
    floor.read(oldest: 10, own: nil, lastOrder: 5)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 0)
    #expect(floor.wantsTransaction)
  }
}
