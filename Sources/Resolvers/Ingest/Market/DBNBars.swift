import OrderBook

/// Reads daily bars of a symbol from a file in Databento's encoding, packed or not.
enum DBNBars {
  private static let day: UInt64 = 86_400_000_000_000

  static func read(
    _ path: FilePath,
    symbol: String,
    window: ClosedRange<Int>
  ) throws(DBNError) -> StagedBars {
    var reader = try DBNReader(path: path.text)
    var bars = StagedBars(symbol: symbol)
    // Without mappings, the file is about its symbol alone.
    let mappings = reader.metadata?.mappings ?? []
    let intervals = mappings.filter { $0.rawSymbol == symbol }.flatMap(\.intervals)
    let ids = Set(intervals.compactMap { UInt32($0.symbol) })
    var number = 0
    while let record = try reader.next() {
      number += 1
      guard record.type == OHLCVRecord.daily, let bar = record.bar else { continue }
      guard mappings.isEmpty || ids.contains(record.instrumentID) else { continue }
      let day = Int(record.eventTime / Self.day)
      guard window.contains(day) else { continue }
      let volume = Int64(clamping: bar.volume).multipliedReportingOverflow(by: 1_000_000_000)
      guard bar.close != MBORecord.undefinedPrice, !volume.overflow else {
        bars.reject(line: number, "a price is undefined, or the volume too large")
        continue
      }
      bars.append(
        day: day,
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
        volume: volume.partialValue
      )
    }
    return bars
  }
}
