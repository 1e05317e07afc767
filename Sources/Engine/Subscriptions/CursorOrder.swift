import PostgresClient

/// The order of a stream's cursor, as far as it can be told from PostgreSQL's texts.
struct CursorOrder: Hashable, Sendable {
  let column: String
  /// Nil where only PostgreSQL knows it.
  let order: ValueOrder?
  let isDescending: Bool

  init(column: String, type: String, isDescending: Bool) {
    self.column = column
    self.isDescending = isDescending
    order = ValueOrder(typeName: type)
  }

  /// Whether a value is certainly behind a place, where the stream is still to come.
  func isBehind(_ value: [UInt8], _ place: [UInt8]) -> Bool {
    guard let order else { return false }
    return (isDescending ? order.precedes(value, place) : order.precedes(place, value)) == true
  }

  /// Whether a value is certainly not behind a place: the stream comes to it first, or begins there.
  func isUpTo(_ value: [UInt8], _ place: [UInt8]) -> Bool {
    guard let order else { return false }
    return (isDescending ? order.precedes(value, place) : order.precedes(place, value)) == false
  }

  /// The value that a stream comes to first, and the one that it comes to last.
  func ends(of extent: UnkeptRows.Extent) -> (first: [UInt8], last: [UInt8]) {
    isDescending ? (extent.greatest, extent.least) : (extent.least, extent.greatest)
  }
}
