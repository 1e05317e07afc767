import OrderBook
import TestSupport
import Testing

@Suite struct DBNReaderTests {
  /// What comes out of a stream: the offsets of its records, and how it ends.
  private struct Outcome: Equatable {
    var types: [UInt8] = []
    var error: DBNError?
  }

  private func outcome(_ reader: consuming DBNReader) -> Outcome {
    var reader = reader
    var outcome = Outcome()
    do throws(DBNError) {
      while let record = try reader.next() { outcome.types.append(record.type) }
    } catch {
      outcome.error = error
    }
    if let error = outcome.error {
      // It stays where it is.
      do throws(DBNError) {
        while let record = try reader.next() { outcome.types.append(record.type) }
        Issue.record("it went on")
      } catch let again {
        #expect(again == error)
      }
    }
    return outcome
  }

  private func outcome(of bytes: [UInt8], step: Int = .max) throws -> Outcome {
    outcome(try DBNReader(MemorySource(bytes, step: step)))
  }

  private let metadata = DBNBytes.metadata()
  private let order = DBNBytes.order("A", "B", price: 1_000_000_000, size: 3, id: 7)
  /// A record of 16 bytes whose type nobody knows.
  private let unknown: [UInt8] = [4, 0xEE] + [UInt8](repeating: 0, count: 14)

  @Test(arguments: [1, 2, 3, 7, 55, 56, 57, 1000, Int.max])
  func readsTheSameInRunsOfAnySize(step: Int) throws {
    let bytes = metadata + order + unknown + order
    #expect(try outcome(of: bytes, step: step) == Outcome(types: [0xA0, 0xEE, 0xA0]))
  }

  @Test func tellsTheValuesOfARecordAcrossTwoRuns() throws {
    var reader = try DBNReader(MemorySource(metadata + order + order, step: 60))
    var orders: [String] = []
    while let record = try reader.next() {
      guard let order = record.order else { continue }
      orders.append("\(order.orderID) \(order.price) \(order.size) \(order.flags)")
    }
    #expect(orders == ["7 1000000000 3 128", "7 1000000000 3 128"])
  }

  @Test func readsTheMetadataOfEachVersion() throws {
    for version in 1...3 as ClosedRange<UInt8> {
      let bytes = DBNBytes.metadata(version: version, hasSendTimes: version == 2)
      let reader = try DBNReader(MemorySource(bytes))
      #expect(
        reader.metadata?.json == """
          {"version":\(version),"dataset":"GLBX.MDP3","schema":"mbo",\
          "start":"1770388200000000000","end":null,"limit":null,"stype_in":"raw_symbol",\
          "stype_out":"instrument_id","ts_out":\(version == 2),"symbols":["MNQH6"],"partial":[],\
          "not_found":["GONE"],"mappings":{"MNQH6":[{"start_date":"2026-02-06",\
          "end_date":"2026-02-07","symbol":"42"}]}}
          """
      )
      #expect(reader.metadataSize == bytes.count)
    }
  }

  @Test func deliversWhatIsWholeBeforeATruncatedRecord() throws {
    let bytes = metadata + order + order.dropLast(6)
    let error = DBNError(
      .truncatedRecord(expected: 56, found: 50),
      at: UInt64(metadata.count + 56)
    )
    for step in [13, Int.max] {
      #expect(try outcome(of: bytes, step: step) == Outcome(types: [0xA0], error: error))
    }
    #expect(
      "\(error)" == "the record at offset \(metadata.count + 56) ends after 50 of 56 bytes"
    )
  }

  @Test(arguments: [0, 1, 2, 3] as [UInt8])
  func refusesALengthThatCannotBe(words: UInt8) throws {
    let bytes = metadata + order + [words, 0xA0] + [UInt8](repeating: 0, count: 54)
    let error = DBNError(.impossibleLength(Int(words) * 4), at: UInt64(metadata.count + 56))
    #expect(try outcome(of: bytes) == Outcome(types: [0xA0], error: error))
  }

  @Test(
    arguments: [
      ([], DBNError(.empty, at: 0)),
      (Array("PK\u{3}\u{4}abcdefgh".utf8), DBNError(.notDBN, at: 0)),
      (Array("DB".utf8), DBNError(.notDBN, at: 0)),
      (Array("DBN".utf8), DBNError(.truncatedMetadata(expected: 8, found: 3), at: 0)),
      (Array("DBN".utf8) + [4, 0, 0, 0, 0], DBNError(.unsupportedVersion(4), at: 3)),
      (Array("DBN".utf8) + [0, 0, 0, 0, 0], DBNError(.unsupportedVersion(0), at: 3)),
      ([0x51, 0x2A, 0x4D, 0x18, 0, 0, 0, 0], DBNError(.dbz, at: 0)),
      (
        Array("DBN".utf8) + [3, 255, 255, 255, 255],
        DBNError(.invalidMetadata("4294967295 bytes are more than any stream has"), at: 4)
      ),
      (
        Array("DBN".utf8) + [3, 200, 0, 0, 0, 1],
        DBNError(.truncatedMetadata(expected: 200, found: 1), at: 8)
      ),
      (
        Array("DBN".utf8) + [3, 4, 0, 0, 0, 1, 2, 3, 4],
        DBNError(.invalidMetadata("16 bytes are missing at their end"), at: 8)
      ),
    ] as [([UInt8], DBNError)]
  )
  func refusesWhatIsNoStream(bytes: [UInt8], error: DBNError) {
    #expect(throws: error) { try outcome(of: bytes) }
  }

  @Test func refusesMetadataThatCannotBe() {
    // Of version 3: the schema stands at 24, the symbologies at 50 and 51, the symbols' size at 53.
    let places: [(Int, [UInt8], String, UInt64)] = [
      (24, [99, 0], "there is no schema 99", 24),
      (50, [77], "there is no symbology 77", 50),
      (51, [255], "there is no symbology 255", 51),
      (53, [0, 0], "symbols of no length", 108),
      (108, [255, 255, 255, 255], "4294967295 bytes are missing at their end", 112),
      (112, [255, 255, 255, 255], "4294967295 items do not fit into the rest", 116),
      (116, [0xFF], "a text is not UTF-8", 116),
    ]
    for (place, change, problem, offset) in places {
      var bytes = metadata
      bytes.replaceSubrange(place..<place + change.count, with: change)
      #expect(throws: DBNError(.invalidMetadata(problem), at: offset)) { try outcome(of: bytes) }
    }
  }

  @Test func namesAFileThatIsNotThere() {
    #expect(throws: DBNError(.unreadable("No such file or directory"), at: 0)) {
      _ = try DBNReader(path: "/nowhere/a.dbn").offset
    }
    #expect(throws: DBNError(.unreadable("it is no regular file"), at: 0)) {
      _ = try DBNReader(path: "/tmp").offset
    }
  }

  @Test func readsAMappedFileAndAFragment() throws {
    let whole = try Folder.withFile(metadata + order) { outcome(try DBNReader(path: $0)) }
    #expect(whole == Outcome(types: [0xA0]))
    let fragment = try Folder.withFile(order + order, named: "a.v3.dbn.frag") { path in
      outcome(try DBNReader(path: path))
    }
    #expect(fragment == Outcome(types: [0xA0, 0xA0]))
  }

  @Test func refusesARecordThatIsShorterThanItsType() throws {
    let short: [UInt8] = [12, 0xA0] + [UInt8](repeating: 0, count: 46)
    var reader = try DBNReader(MemorySource(metadata + short))
    while let record = try reader.next() {
      #expect(record.order?.orderID == nil)
      let error = DBNError(.shortRecord(type: "mbo", expected: 56, found: 48), at: 9)
      do throws(DBNError) {
        _ = try RecordLayout.of(record, at: 9)
        Issue.record("it was taken for a whole one")
      } catch let thrown {
        #expect(thrown == error)
      }
    }
  }
}
