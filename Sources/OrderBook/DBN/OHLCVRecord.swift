/// A bar: open, high, low and close in units of 10⁻⁹, and what was traded.
package struct OHLCVRecord: BitwiseCopyable, Sendable {
  /// Of bars of a second, a minute, an hour, a day, and of those at the end of the day.
  package static let types: ClosedRange<UInt8> = 0x20...0x24
  package static let daily: UInt8 = 0x23
  package static let size = 56

  package var open: Int64
  package var high: Int64
  package var low: Int64
  package var close: Int64
  package var volume: UInt64

  init(_ record: borrowing DBNRecord) {
    open = record.load(16)
    high = record.load(24)
    low = record.load(32)
    close = record.load(40)
    volume = record.load(48)
  }
}

extension DBNRecord {
  /// The record as a bar, whose start is its event time, if it is that.
  package var bar: OHLCVRecord? {
    OHLCVRecord.types.contains(type) && length >= OHLCVRecord.size ? OHLCVRecord(self) : nil
  }
}
