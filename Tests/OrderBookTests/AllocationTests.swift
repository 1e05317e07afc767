import CMallocCount
import OrderBook
import Testing

/// In the steady state no record costs an allocation; `malloc` is interposed and counts per thread.
///
/// What the grid allocates is told by ``GridTests``.
@Suite struct AllocationTests {
  /// Adds and cancels around a spread, of at most 900 orders.
  private static let stream: [UInt8] =
    DBNBytes.metadata()
    + (0..<60_000).flatMap { index in
      let (isBid, ticks) = (index % 2 == 0, Int64(index * 7 % 40))
      return DBNBytes.order(
        index % 5 == 4 ? "C" : "A",
        isBid ? "B" : "A",
        price: 100_000_000_000 + (isBid ? -1 - ticks : ticks) * 250_000_000,
        size: 3,
        id: UInt64(index % 5 == 4 ? (index - 3) % 900 : index % 900)
      )
    }

  /// Reads 29,000 records after 30,000 others, and counts what the latter cost.
  private func allocations(_ reader: inout DBNReader) throws -> UInt {
    for _ in 0..<30_000 { _ = try reader.next() }
    let before = malloc_count()
    var bytes = 0
    for _ in 0..<29_000 { bytes += try reader.next()?.length ?? 0 }
    let count = malloc_count() - before
    #expect(bytes == 29_000 * 56)
    return count
  }

  @Test(arguments: [Int.max, 1000]) func noneForARecordThatIsRead(step: Int) throws {
    var reader = try DBNReader(MemorySource(Self.stream, step: step))
    let count = try allocations(&reader)
    #expect(count == 0)
  }

  @Test func noneForARecordThatIsReadFromAFile() throws {
    try Folder.withFile(Self.stream) { path in
      var reader = try DBNReader(path: path)
      let count = try allocations(&reader)
      #expect(count == 0)
    }
  }

  @Test func noneForARecordThatAnotherThreadDecompresses() throws {
    try Folder.withFile(ZstdBytes.frame(Self.stream), named: "a.dbn.zst") { path in
      var reader = try DBNReader(path: path)
      let isCompressed = reader.isCompressed
      #expect(isCompressed)
      let count = try allocations(&reader)
      #expect(count == 0)
    }
  }

  @Test func noneForARecordOfTheBook() throws {
    var replay = BookReplay(BookReplay.Configuration())
    var reader = try DBNReader(MemorySource(Self.stream))
    let count = try replay.allocations(&reader)
    // The call itself, without optimization.
    #expect(count <= 8, "\(count) allocations for 29,000 records")
  }
}
