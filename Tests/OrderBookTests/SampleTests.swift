import JSON
import OrderBook
import TestSupport
import Testing

/// Databento's sample files and what Databento's own library reads in them.
@Suite struct SampleTests {
  private static let folder = "fixtures/dbn/samples"

  /// What a file holds, in the shape of the expectations.
  private struct Reading: Equatable {
    var metadataSize = 0
    var metadata: JSONValue = .null
    var frames: [[Int]] = []
    var records: [JSONValue] = []
  }

  private func read(_ path: String) throws -> Reading {
    var reading = Reading()
    var reader = try DBNReader(path: path)
    var offset = reader.metadataSize
    reading.metadataSize = offset
    reading.metadata = try reader.metadata.map { try JSONValue(parsing: $0.json) } ?? .null
    let hasSendTime = reader.metadata?.hasSendTimes ?? false
    var text = TextBuffer()
    while let record = try reader.next() {
      reading.frames.append([offset, record.length, Int(record.type)])
      let layout = try RecordLayout.of(record, hasSendTime: hasSendTime, at: UInt64(offset))
      text.removeAll()
      layout?.writeJSON(record, hasSendTime: hasSendTime, to: &text)
      reading.records.append(try JSONValue(parsing: text.bytes.span))
      offset += record.length
    }
    #expect(reader.offset == UInt64(offset))
    return reading
  }

  @Test func readsEverySampleAsDatabentoDoes() throws {
    guard let folder = SharedFolder.path(Self.folder) else { return }
    let files = Folder.entries(of: folder).filter { $0.hasSuffix(".expected.json") }
    #expect(files.count >= 78)
    for file in files {
      let name = String(file.dropLast(".expected.json".count))
      let bytes = try #require(SharedFolder.bytes("\(Self.folder)/\(file)"))
      let json = try JSONValue(parsing: bytes.span)
      let expected = Reading(
        metadataSize: try #require(json["metadata_size"]?.int),
        metadata: json["metadata"] ?? .null,
        frames: json["frames"]?.array?.map { $0.array?.compactMap(\.int) ?? [] } ?? [],
        records: json["records"]?.array ?? []
      )
      #expect(try read("\(folder)/\(name)") == expected, "\(name)")
    }
  }

  @Test func refusesTheFormatBeforeDBN() throws {
    guard let path = SharedFolder.path("\(Self.folder)/test_data.mbo.dbz") else { return }
    #expect(throws: DBNError(.dbz, at: 0)) { try read(path) }
  }
}
