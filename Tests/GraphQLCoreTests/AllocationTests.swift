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

  @Test func validatesWithFewAllocationsAField() throws {
    let schema = try Schema(
      parsing: "type Query { a(in: In): A } type A { b: Int c: A } input In { d: Int e: [In!] }"
    )
    let selections = (0..<300)
      .map { "x\($0): a(in: {d: \($0), e: [{d: 1}]}) { b c { b } }" }
      .joined(separator: " ")
    let document = try Document(parsing: "{ \(selections) }")
    var counts: [UInt] = []
    for _ in 0..<3 {
      let before = malloc_count()
      let errors = validate(document, against: schema)
      counts.append(malloc_count() - before)
      #expect(errors == [])
    }
    let fields = 300 * 4
    #expect((counts.min() ?? .max) <= UInt(fields * 20), "\(counts)")
  }
}
