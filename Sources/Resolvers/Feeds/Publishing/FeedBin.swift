package import OrderBook

/// A bin as a feed tells it.
package struct FeedBin: Sendable {
  package var snapshot: GridSnapshot
  /// Counts the bins that the feed has told, through seeks.
  package var number: Int
  /// When the bin ended by the server's clock, at the feed's pace: in nanoseconds since 1970.
  package var endedAt: UInt64

  /// A bin that is still to be counted.
  package init(_ snapshot: GridSnapshot, endedAt: UInt64 = 0) {
    self.snapshot = snapshot
    number = 0
    self.endedAt = endedAt
  }
}

/// How a feed has ended.
package enum FeedEnd: Hashable, Sendable {
  case stopped
  case failed(String)
}
