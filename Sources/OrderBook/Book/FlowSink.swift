/// Who is told what records move at the levels of a book.
protocol FlowSink: ~Copyable {
  /// A record has added to a level, or taken off it; the book is as it is after the record.
  mutating func take(
    _ level: Int,
    added: UInt32,
    pulled: UInt32,
    filled: UInt32,
    _ ladder: inout PriceLadder
  )

  /// Depth has changed somewhere, and no flow tells.
  mutating func noteIrregularity()
}

/// Nobody.
struct NoFlows: FlowSink {
  @inline(__always)
  mutating func take(
    _ level: Int,
    added: UInt32,
    pulled: UInt32,
    filled: UInt32,
    _ ladder: inout PriceLadder
  ) {}

  @inline(__always)
  mutating func noteIrregularity() {}
}
