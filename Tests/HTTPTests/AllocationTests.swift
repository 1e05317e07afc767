import CMallocCount
import Testing

@testable import HTTP

/// What a request costs of the allocator.
@Suite("Allocations")
struct AllocationTests {
  @Test func readsARequestWithFewAllocations() {
    let settings = ParserSettings()
    var parser = RequestParser(settings, limits: HTTPLimits())
    let text = """
      POST /v1/graphql HTTP/1.1\r
      Host: localhost:8080\r
      Content-Type: application/json\r
      X-Hasura-Admin-Secret: secret\r
      Accept: */*\r
      Content-Length: 15\r
      \r
      {"query":"{a}"}
      """
    let bytes = Array(text.utf8)
    var counts: [UInt] = []
    counts.reserveCapacity(10)
    for _ in 0..<10 {
      let before = malloc_count()
      let request = bytes.withUnsafeBytes { bytes in
        var offset = 0
        guard case .request(let request, _) = parser.next(bytes, &offset) else {
          return nil as HTTPRequest?
        }
        return request
      }
      counts.append(malloc_count() - before)
      #expect(request?.headers.count == 5)
      #expect(request?.body.count == 15)
    }
    // An optimised build has ten for a whole request, its task and its answer; what is counted here
    // is a debug build, where slices and iterators go to the heap, and guards against leaps.
    #expect((counts.last ?? .max) <= 100)
  }
}
