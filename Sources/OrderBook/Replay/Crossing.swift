/// An event after which the best bid was not below the best ask.
package struct Crossing: Hashable, BitwiseCopyable, Sendable {
  /// The last record of the event, counted from 1.
  package var record: Int
  package var time: UInt64
  /// In units of 1e-9.
  package var bid: Int64
  package var ask: Int64

  package init(record: Int, time: UInt64, bid: Int64, ask: Int64) {
    self.record = record
    self.time = time
    self.bid = bid
    self.ask = ask
  }
}
