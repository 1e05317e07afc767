import OrderBook

/// `apus dbn cat`: the records of a file, one on each line.
struct RecordPrinter {
  enum Format {
    /// Databento's own encoding.
    case json
    /// With the names of the columns first; of records of one kind alone.
    case csv
  }

  let path: String
  let format: Format

  /// Prints; what is whole before an error is printed before it is thrown.
  func print() throws {
    var output = Output()
    do {
      let skipped = try print(to: &output)
      try output.flush()
      if skipped > 0 {
        let records = skipped == 1 ? "1 record" : "\(skipped) records"
        Terminal.printError("apus: \(path): skipped \(records) of unknown types")
      }
    } catch {
      try output.flush()
      throw error
    }
  }

  /// Returns how many records were of types that are not known.
  private func print(to output: inout Output) throws -> Int {
    var reader = try DBNReader(path: path)
    let hasSendTime = reader.metadata?.hasSendTimes ?? false
    var skipped = 0
    var offset = reader.offset
    var columns: RecordLayout?
    while let record = try reader.next() {
      guard let layout = try RecordLayout.of(record, hasSendTime: hasSendTime, at: offset) else {
        skipped += 1
        offset += UInt64(record.length)
        continue
      }
      switch format {
      case .json:
        try output.line { layout.writeJSON(record, hasSendTime: hasSendTime, to: &$0) }
      case .csv:
        if let columns {
          guard columns.type == layout.type, columns.length == layout.length else {
            throw CommandFailure(
              """
              \(path): the record at offset \(offset) is of type \(layout.name) and those before it \
              of type \(columns.name); csv takes one type, --format json any
              """
            )
          }
        } else {
          columns = layout
          try output.line { $0.append(layout.csvHeader(hasSendTime: hasSendTime)) }
        }
        try output.line { layout.writeCSV(record, hasSendTime: hasSendTime, to: &$0) }
      }
      offset += UInt64(record.length)
    }
    return skipped
  }
}
