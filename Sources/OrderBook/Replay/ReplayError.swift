/// Why a replay cannot go on.
package enum ReplayError: Error, Hashable, Sendable {
  case source(DBNError)
  /// The time of a record is so far from the last one that no session lies between them.
  case gap(record: Int, from: UInt64, to: UInt64)
  /// The book has more prices than it can hold.
  case tooManyPrices(record: Int)
}

extension ReplayError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .source(let error): "\(error)"
    case .gap(let record, let start, let end):
      """
      the time jumps at record \(record) of the instrument, from \(start) to \(end) ns: more than \
      \(BookReplay.maximumGap) bins
      """
    case .tooManyPrices(let record):
      """
      at record \(record) of the instrument the book has more prices than there is room for: the \
      tick does not fit the instrument
      """
    }
  }
}
