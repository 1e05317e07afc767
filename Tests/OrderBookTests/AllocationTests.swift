import CMallocCount
import CZstd
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
    var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(Self.stream.count))
    let size = ZSTD_compress(&frame, frame.count, Self.stream, Self.stream.count, 3)
    try Folder.withFile(Array(frame[..<size]), named: "a.dbn.zst") { path in
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
    _ = try replay.run(&reader, atMost: 30_000)
    let before = malloc_count()
    let more = try replay.run(&reader, atMost: 29_000)
    let count = malloc_count() - before
    #expect(more)
    #expect(replay.records == 59_000)
    // The call itself, without optimization.
    #expect(count <= 8, "\(count) allocations for 29,000 records")
  }
}
