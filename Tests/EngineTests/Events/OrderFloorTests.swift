import Testing

@testable import Engine

@Suite struct OrderFloorTests {
  @Test func risesOnceAllHaveEndedThatWroteBelow() {
    var floor = OrderFloor()
    floor.read(oldest: 90, next: 100, lastOrder: 7)
    floor.found(all: true, upTo: 7)
    #expect(floor.value == 0)
    // 7 was given out before 105 began; 95 is still running and may have written 6.
    floor.read(oldest: 95, next: 105, lastOrder: 9)
    floor.found(all: true, upTo: 9)
    #expect(floor.value == 0)
    floor.read(oldest: 104, next: 120, lastOrder: 20)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 0)
    floor.read(oldest: 105, next: 121, lastOrder: 21)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 7)
    floor.read(oldest: 121, next: 122, lastOrder: 21)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 7)
    floor.read(oldest: 122, next: 122, lastOrder: 21)
    floor.found(all: true, upTo: nil)
    #expect(floor.value == 21)
  }

  @Test func doesNotPassWhatALimitedSearchLeft() {
    var floor = OrderFloor()
    floor.read(oldest: 1, next: 1, lastOrder: 50)
    floor.found(all: false, upTo: 10)
    floor.read(oldest: 2, next: 2, lastOrder: 50)
    floor.found(all: false, upTo: 20)
    #expect(floor.value == 20)
    floor.found(all: false, upTo: 60)
    #expect(floor.value == 50)
  }
}
