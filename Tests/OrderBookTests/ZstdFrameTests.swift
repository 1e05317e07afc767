import Glibc
import OrderBook
import Testing

/// Going to a place of a compressed file without decompressing all that is before.
@Suite struct ZstdFrameTests {
  private static let metadata = DBNBytes.metadata()
  /// Orders of a frame: some buffers of the thread that decompresses.
  private static let perFrame = 20_000
  private static let frames = [
    ZstdBytes.frame(metadata + orders(0..<perFrame)),
    ZstdBytes.frame(orders(perFrame..<2 * perFrame)),
    ZstdBytes.frame(orders(2 * perFrame..<3 * perFrame)),
  ]
  /// The third frame.
  private static let third = ZstdFrame(
    fileOffset: UInt64(frames[0].count + frames[1].count),
    streamOffset: UInt64(metadata.count + 2 * perFrame * 56)
  )

  private static func orders(_ ids: Range<Int>) -> [UInt8] {
    ids.flatMap {
      DBNBytes.order("A", "B", price: Int64($0) * 1_000_000_000, size: 3, id: UInt64($0))
    }
  }

  private static func place(of order: Int) -> UInt64 { UInt64(metadata.count + order * 56) }

  /// The ids of the first order that is read after going to a place and of the last one.
  private func ends(
    _ path: String,
    at order: Int,
    from frame: ZstdFrame?
  ) -> Result<[UInt64], DBNError> {
    do throws(DBNError) {
      var reader = try DBNReader(path: path)
      try reader.skip(to: Self.place(of: order), from: frame)
      var ids: [UInt64] = []
      while let record = try reader.next() {
        guard let id = record.order?.orderID else { continue }
        if ids.count == 2 { ids[1] = id } else { ids.append(id) }
      }
      return .success(ids)
    } catch {
      return .failure(error)
    }
  }

  private static let all: [UInt64] = [55_000, 59_999]

  @Test func tellsAFrameThatLiesBeforeTheNextRecord() throws {
    try Folder.withFile(Array(Self.frames.joined()), named: "a.dbn.zst") { path in
      var reader = try DBNReader(path: path)
      var frames: [ZstdFrame?] = []
      for order in 0..<55_000 {
        guard try reader.next() != nil else { break }
        if order % 10_000 == 9_999 { frames.append(reader.frame) }
      }
      // At 20,000 the run began in the first frame, at 40,000 in the second.
      let second = ZstdFrame(
        fileOffset: UInt64(Self.frames[0].count),
        streamOffset: Self.place(of: 20_000)
      )
      #expect(frames == [.first, .first, second, second, Self.third])
      let last = reader.frame
      #expect(last == Self.third)
      #expect(ends(path, at: 55_000, from: last) == .success(Self.all))
    }
    try Folder.withFile(Self.metadata, named: "a.dbn") { path in
      let plain = try DBNReader(path: path).frame
      #expect(plain == nil)
    }
  }

  @Test func doesNotReadTheFramesBefore() throws {
    var bytes = Array(Self.frames.joined())
    // The checksum of the second frame.
    bytes[Int(Self.third.fileOffset) - 1] ^= 1
    try Folder.withFile(bytes, named: "a.dbn.zst") { path in
      #expect(ends(path, at: 55_000, from: Self.third) == .success(Self.all))
      let broken = DBNError(
        .zstd("Restored data doesn't match checksum"),
        at: Self.third.fileOffset - 4
      )
      #expect(ends(path, at: 55_000, from: nil) == .failure(broken))
      #expect(ends(path, at: 55_000, from: .first) == .failure(broken))
    }
  }

  @Test func readsAllWhereTheFrameIsNoFrame() throws {
    try Folder.withFile(Array(Self.frames.joined()), named: "a.dbn.zst") { path in
      let size = UInt64(Self.frames.joined().count)
      for offset in [Self.third.fileOffset + 1, size - 2, size, size + 1, UInt64.max] {
        let frame = ZstdFrame(fileOffset: offset, streamOffset: Self.third.streamOffset)
        #expect(ends(path, at: 55_000, from: frame) == .success(Self.all))
      }
      // One behind the place is of no use for it.
      #expect(ends(path, at: 35_000, from: Self.third) == .success([35_000, 59_999]))
      let beyond = ZstdFrame(fileOffset: Self.third.fileOffset, streamOffset: .max)
      #expect(ends(path, at: 55_000, from: beyond) == .success(Self.all))
    }
  }

  @Test func namesThePlaceInTheFileWhereAFrameIsCutOrBad() throws {
    let whole = Array(Self.frames.joined())
    let cut = Array(whole.dropLast(3))
    try Folder.withFile(cut, named: "a.dbn.zst") { path in
      let expected = DBNError(.truncatedFrame, at: UInt64(cut.count))
      #expect(ends(path, at: 55_000, from: Self.third) == .failure(expected))
    }
    var bad = whole
    bad[bad.count - 1] ^= 1
    try Folder.withFile(bad, named: "a.dbn.zst") { path in
      #expect(
        ends(path, at: 55_000, from: Self.third)
          == .failure(
            DBNError(.zstd("Restored data doesn't match checksum"), at: UInt64(bad.count - 4))
          )
      )
    }
    // A place that the frames do not reach.
    try Folder.withFile(whole, named: "a.dbn.zst") { path in
      #expect(
        ends(path, at: 60_001, from: Self.third)
          == .failure(DBNError(.shrunk, at: Self.place(of: 60_001)))
      )
    }
  }
}
