import OrderBook
import Testing

@Suite struct ZstdTests {
  private static let metadata = DBNBytes.metadata()
  private static let order = DBNBytes.order("A", "B", price: 1_000_000_000, size: 3, id: 7)

  private func read(_ reader: consuming DBNReader) -> (records: Int, error: DBNError?) {
    var reader = reader
    var records = 0
    do throws(DBNError) {
      while let record = try reader.next() { records += record.length == 56 ? 1 : 1000 }
      return (records, nil)
    } catch {
      return (records, error)
    }
  }

  /// Reads a file in the thread of the decoder, and the same bytes without one.
  private func readBoth(_ bytes: [UInt8]) throws -> [(records: Int, error: DBNError?)] {
    let threaded = try Folder.withFile(bytes, named: "a.dbn.zst") { path in
      read(try DBNReader(path: path))
    }
    return [threaded, read(try DBNReader(try ZstdSource(MemorySource(bytes, step: 17))))]
  }

  @Test func readsAcrossFrames() throws {
    let records = [UInt8]((0..<40_000).flatMap { _ in Self.order })
    let bytes =
      ZstdBytes.frame(Self.metadata + records.prefix(30)) + ZstdBytes.frame([])
      + ZstdBytes.frame(Array(records.dropFirst(30)))
    for outcome in try readBoth(bytes) {
      #expect(outcome.records == 40_000)
      #expect(outcome.error == nil)
    }
  }

  @Test func deliversWhatIsWholeBeforeABadChecksum() throws {
    let records = [UInt8]((0..<10_000).flatMap { _ in Self.order })
    var bytes = ZstdBytes.frame(Self.metadata + records)
    bytes[bytes.count - 1] ^= 1
    for outcome in try readBoth(bytes) {
      #expect(outcome.records == 10_000)
      #expect(
        outcome.error
          == DBNError(.zstd("Restored data doesn't match checksum"), at: UInt64(bytes.count - 4))
      )
    }
  }

  @Test func saysThatTheFileEndsWithinAFrame() throws {
    let whole = ZstdBytes.frame(Self.metadata + Self.order)
    let bytes = whole + ZstdBytes.frame([UInt8](Self.order + Self.order)).dropLast(3)
    for outcome in try readBoth(bytes) {
      #expect(outcome.error == DBNError(.truncatedFrame, at: UInt64(bytes.count)))
      #expect(outcome.records == 3)
    }
  }

  @Test func namesWhatIsNoFrame() throws {
    let bytes = ZstdBytes.frame(Self.metadata + Self.order) + Array("garbage garbage".utf8)
    for outcome in try readBoth(bytes) {
      #expect(outcome.records == 1)
      #expect(outcome.error?.reason == .zstd("Unknown frame descriptor"))
    }
  }

  @Test func endsItsThreadWhereverItIs() throws {
    let records = [UInt8]((0..<100_000).flatMap { _ in Self.order })
    try Folder.withFile(ZstdBytes.frame(Self.metadata + records), named: "a.dbn.zst") { path in
      for count in [0, 1, 50_000] {
        var reader = try DBNReader(path: path)
        var read = 0
        while read < count, let record = try reader.next() { read += record.length == 56 ? 1 : 0 }
        #expect(read == count)
      }
    }
  }
}
