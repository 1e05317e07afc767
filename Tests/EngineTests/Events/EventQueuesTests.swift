import Testing

@testable import Engine

struct EventQueuesTests {
  private static func event(_ id: String, _ key: String, from former: String? = nil) -> Event {
    Event(id: id, key: Array(key.utf8), former: former.map { Array($0.utf8) })
  }

  @Test func tellsTheChangesOfARowOneAfterTheOther() throws {
    var queues = EventQueues()
    for (id, key) in [("1", "a"), ("2", "a"), ("3", "b")] {
      #expect(queues.add(Self.event(id, key)) == nil)
    }
    let firstFound = queues.next(within: 10)
    let first = try #require(firstFound)
    let otherFound = queues.next(within: 10)
    let other = try #require(otherFound)
    #expect([first.event.id, other.event.id] == ["1", "3"])
    #expect(queues.next(within: 10) == nil)
    queues.finish(first.row)
    #expect(queues.next(within: 10)?.event.id == "2")
    #expect(queues.count == 2)
  }

  @Test func tellsNoMoreThanANumberAtATime() {
    var queues = EventQueues()
    for key in ["a", "b", "c"] { _ = queues.add(Self.event(key, key)) }
    #expect(queues.next(within: 2) != nil)
    #expect(queues.next(within: 2) != nil)
    #expect(queues.next(within: 2) == nil)
  }

  @Test func holdsTheRowOfAFailedEventBack() throws {
    var queues = EventQueues()
    for id in ["1", "2"] { _ = queues.add(Self.event(id, "a")) }
    let firstFound = queues.next(within: 10)
    let first = try #require(firstFound)
    #expect(queues.wait(first.row).map(\.id) == ["2"])
    #expect(queues.add(Self.event("3", "a")) == "1")
    #expect(queues.add(Self.event("1", "a")) == nil)
    #expect(queues.next(within: 10)?.event.id == "1")
  }

  @Test func followsARowWhoseKeyChanges() throws {
    var queues = EventQueues()
    _ = queues.add(Self.event("1", "b", from: "a"))
    _ = queues.add(Self.event("2", "b"))
    let firstFound = queues.next(within: 10)
    let first = try #require(firstFound)
    #expect(first.event.id == "1")
    #expect(queues.next(within: 10) == nil)
    queues.finish(first.row)
    #expect(queues.next(within: 10)?.event.id == "2")
  }
}

extension Event {
  fileprivate init(id: String, key: [UInt8], former: [UInt8]?) {
    self.init(
      id: id,
      schema: "public",
      table: "t",
      trigger: "e",
      payload: [],
      tries: 0,
      createdAt: "",
      row: Row(trigger: "e", key: key),
      formerRow: former.map { Row(trigger: "e", key: $0) }
    )
  }
}
