import CMallocCount
import Testing

@testable import GraphQLCore

/// What requests cost of the allocator.
struct AllocationTests {
  @Test func parsesWithoutAnAllocationPerToken() throws {
    let text = "query Q($n: Int = 5) { a(where: {b: {c: $n, d: [1, 2, \"x\"]}}) { b c d: e ...F } }"
    let bytes = Array((text + " fragment F on T { f g h }").utf8)
    var counts: [UInt] = []
    for _ in 0..<5 {
      let before = malloc_count()
      let document = try Document(parsing: bytes)
      counts.append(malloc_count() - before)
      #expect(document.definitions.map { document.name($0) } == ["Q", "F"])
    }
    // The tree, the names and the table of names: a few each, however many tokens there are.
    #expect((counts.min() ?? .max) <= 20)
  }
}
