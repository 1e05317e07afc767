import CMallocCount
import OrderBook
import Testing

extension BookReplay {
  /// Allocations while 29,000 records are read, after 30,000 others: what the first ones need is there
  /// then.
  mutating func allocations(_ reader: inout DBNReader) throws -> UInt {
    _ = try run(&reader, atMost: 30_000)
    let before = malloc_count()
    let more = try run(&reader, atMost: 29_000)
    let count = malloc_count() - before
    #expect(more)
    #expect(records == 59_000)
    return count
  }
}
