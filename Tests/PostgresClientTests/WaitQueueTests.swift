import Testing

@testable import PostgresClient

struct WaitQueueTests {
  @Test func keepsOrderThroughAllChanges() {
    var queue = WaitQueue<Int>()
    var expected: [Int] = []
    for number in 0..<50 {
      queue.append(number)
      expected.append(number)
      if number % 3 == 0 { #expect(queue.removeFirst() == expected.removeFirst()) }
      if number % 7 == 0 {
        queue.prepend(-number)
        expected.insert(-number, at: 0)
      }
      if number % 5 == 0, let index = expected.firstIndex(where: { $0 % 2 == 0 }) {
        let removed = queue.removeFirst { $0 % 2 == 0 }
        #expect(removed == expected.remove(at: index))
      }
      #expect(queue.count == expected.count && queue.first == expected.first)
    }
    let removed = queue.removeFirst { $0 == 1_000 }
    #expect(removed == nil)
    #expect(queue.removeAll() == expected)
    #expect(queue.isEmpty && queue.first == nil)
  }
}
