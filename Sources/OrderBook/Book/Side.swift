/// A side of the book.
package enum Side: Int, Sendable, CaseIterable {
  case bid, ask

  /// The letter that records have for it.
  @inline(__always)
  init?(letter: UInt8) {
    switch letter {
    case UInt8(ascii: "B"): self = .bid
    case UInt8(ascii: "A"): self = .ask
    default: return nil
    }
  }

  package var letter: Character { self == .bid ? "B" : "A" }
}
