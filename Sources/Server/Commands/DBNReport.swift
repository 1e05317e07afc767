import JSON
import OrderBook
import Resolvers

/// `apus dbn info`: what a file holds, as an object of JSON.
struct DBNReport {
  let path: String

  /// Of the records: how many of which types, and their times.
  private struct Counts {
    /// By type, in the order in which the types came.
    var names: [String] = []
    var byName: [String: Int] = [:]
    var all = 0
    var first: UInt64?
    var last: UInt64?

    mutating func count(_ name: String, at time: UInt64) {
      if byName[name] == nil { names.append(name) }
      byName[name, default: 0] += 1
      all += 1
      guard time != MBORecord.undefinedTime else { return }
      first = min(first ?? time, time)
      last = max(last ?? time, time)
    }
  }

  /// Prints; of a file that is not readable to its end what was read, before the error is thrown.
  func print() throws {
    var reader = try DBNReader(path: path)
    var counts = Counts()
    var failure: DBNError?
    do throws(DBNError) {
      try count(&reader, into: &counts)
    } catch {
      failure = error
    }
    var report = JSONObject()
    report.append("file", .string(FilePath(path).lastComponent))
    report.append("compression", reader.isCompressed ? "zstd" : "none")
    report.append("dbn_version", .optional(reader.metadata.map { Int($0.version) }))
    report.append("metadata_size", .integer(reader.metadataSize))
    report.append("metadata", try reader.metadata.map { try JSONValue(parsing: $0.json) } ?? .null)
    report.append("uncompressed_size", .integer(reader.offset))
    report.append("record_count", .integer(counts.all))
    let records = counts.names.map { name in
      JSONObject.Member(key: name, value: .integer(counts.byName[name] ?? 0))
    }
    report.append("records", .object(JSONObject(records)))
    report.append("first_ts_event", counts.first.map { .string("\($0)") } ?? .null)
    report.append("last_ts_event", counts.last.map { .string("\($0)") } ?? .null)
    if let failure { report.append("error", .string("\(failure)")) }
    Terminal.print(IndentedJSON.text(of: .object(report)))
    if let failure { throw failure }
  }

  private func count(_ reader: inout DBNReader, into counts: inout Counts) throws(DBNError) {
    let hasSendTime = reader.metadata?.hasSendTimes ?? false
    var offset = reader.offset
    while let record = try reader.next() {
      let layout = try RecordLayout.of(record, hasSendTime: hasSendTime, at: offset)
      counts.count(layout?.name ?? "unknown", at: record.eventTime)
      offset += UInt64(record.length)
    }
  }
}

extension JSONValue {
  /// A number without a fraction.
  static func integer(_ value: some FixedWidthInteger) -> JSONValue {
    JSONNumber("\(value)").map(JSONValue.number) ?? .null
  }

  static func optional(_ value: Int?) -> JSONValue {
    value.map { .integer($0) } ?? .null
  }
}
