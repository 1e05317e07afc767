import PostgresClient

/// How the rows of a stream are fetched that were committed when it had passed them.
///
/// Their keys are known from the changes that are told.
final class PassedRowsPlan: Sendable {
  let plan: LivePlan
  /// The table, quoted and qualified.
  let table: String
  /// The columns of its primary key, in the order of the plan's keys.
  let keyColumns: [String]
  let order: CursorOrder

  init(_ plan: LivePlan, table: String, keyColumns: [String], order: CursorOrder) {
    self.plan = plan
    self.table = table
    self.keyColumns = keyColumns
    self.order = order
  }
}

/// Finds the rows among those that were inserted which a stream has passed: a state machine without I/O.
///
/// A reading sees some transactions and goes on from a place. A row of a transaction that the first
/// reading to see it found behind its place was delivered by it or will be by one that follows; one
/// before the place was committed late. Rows up to where the stream began are none of its own.
struct PassedRows: Sendable {
  typealias Key = [[UInt8]?]

  /// Rows that were passed, and the place up to which the stream had come.
  struct Batch: Hashable, Sendable {
    var place: [UInt8]
    var keys: [Key]
    /// Whether their transaction has inserted more than were told.
    var isPartOfMore = false
  }

  private struct Reading {
    var snapshot: DatabaseSnapshot
    /// Nil at the start, before which no row is wanted.
    var place: [UInt8]?
    /// In milliseconds of the loop's clock.
    var time: UInt64
  }

  private struct Row {
    var transaction: UInt32
    var key: Key
    var cursor: [UInt8]
    var isPartOfMore: Bool
  }

  /// Rows that are not told one by one.
  private struct Rest {
    var transaction: UInt32
    /// How far their cursors reach; nil where nobody knows.
    var extent: UnkeptRows.Extent?
  }

  private let order: CursorOrder
  /// Where the stream began, as its client has written it.
  private let start: [UInt8]?
  private var readings: [Reading] = []
  private var waiting: [Row] = []
  private var waitingRests: [Rest] = []
  private(set) var batches: [Batch] = []
  private var size = 0
  /// Whether rows may have been passed that were not told one by one.
  private(set) var mayHaveLost = false

  // A transaction is told after the readings that see it, and a large one takes seconds to tell; a
  // stream of small batches is read some 500 times a second meanwhile. Without the reading that saw it
  // first, rows that were delivered would be taken for passed.
  private static let maximumReadings = 4096
  /// How long readings are kept for what is told late, in milliseconds.
  private static let maximumAge: UInt64 = 60_000
  static let maximumRows = 50_000
  private static let batchSize = 100

  init(_ order: CursorOrder, start: [UInt8]? = nil) {
    self.order = order
    self.start = start
  }

  /// Whether more rows are known than may be kept.
  var isOverfull: Bool { size + waiting.count + waitingRests.count > Self.maximumRows }

  /// A transaction has inserted a row, and `isPartOfMore` says that it has inserted more than are told.
  mutating func inserted(
    _ key: Key,
    cursor: [UInt8],
    by transaction: UInt32,
    isPartOfMore: Bool = false
  ) {
    if let start, order.isUpTo(cursor, start) { return }
    let row = Row(transaction: transaction, key: key, cursor: cursor, isPartOfMore: isPartOfMore)
    if let first = firstReading(seeing: transaction) {
      judge(row, first)
    } else {
      waiting.append(row)
    }
  }

  /// A transaction has inserted more rows than those that are told one by one.
  mutating func inserted(_ rest: UnkeptRows, by transaction: UInt32) {
    let rest = Rest(transaction: transaction, extent: rest.extents[order.column])
    if let extent = rest.extent, let start, order.isUpTo(order.ends(of: extent).last, start) {
      return
    }
    if let first = firstReading(seeing: transaction) {
      judge(rest, first)
    } else {
      waitingRests.append(rest)
    }
  }

  /// The stream was read from a place on; `now` is in milliseconds.
  mutating func read(from place: [UInt8]?, _ snapshot: DatabaseSnapshot, at now: UInt64) {
    let reading = Reading(snapshot: snapshot, place: place, time: now)
    // Readings from one place are one: it does not matter which of them saw a transaction.
    if readings.last?.place == place, !readings.isEmpty { readings.removeLast() }
    readings.append(reading)
    forgetOldReadings(now)
    let (rows, rests) = (waiting, waitingRests)
    waiting = []
    waitingRests = []
    for row in rows {
      if snapshot.sees(row.transaction) { judge(row, reading) } else { waiting.append(row) }
    }
    for rest in rests {
      if snapshot.sees(rest.transaction) {
        judge(rest, reading)
      } else {
        waitingRests.append(rest)
      }
    }
  }

  /// The reading that saw a transaction first, found by halving: those behind it see whatever it sees.
  private func firstReading(seeing transaction: UInt32) -> Reading? {
    var low = 0
    var high = readings.count
    while low < high {
      let middle = (low + high) / 2
      if readings[middle].snapshot.sees(transaction) { high = middle } else { low = middle + 1 }
    }
    return low < readings.count ? readings[low] : nil
  }

  private mutating func forgetOldReadings(_ now: UInt64) {
    let kept = readings.firstIndex { now &- $0.time <= Self.maximumAge } ?? readings.count - 1
    let surplus = readings.count - Self.maximumReadings
    // Many at a time, since the others move up.
    if kept >= 64 || surplus >= 64 { readings.removeFirst(max(kept, surplus)) }
  }

  private mutating func judge(_ row: Row, _ reading: Reading) {
    guard let place = reading.place, !order.isBehind(row.cursor, place) else { return }
    size += 1
    if let last = batches.last, last.place == place, last.keys.count < Self.batchSize,
      last.isPartOfMore == row.isPartOfMore
    {
      batches[batches.count - 1].keys.append(row.key)
    } else {
      batches.append(Batch(place: place, keys: [row.key], isPartOfMore: row.isPartOfMore))
    }
  }

  private mutating func judge(_ rest: Rest, _ reading: Reading) {
    // Where only PostgreSQL knows the order, those tell that were told one by one: see `found(_:)`.
    guard let place = reading.place, order.order != nil else { return }
    if let extent = rest.extent, order.isBehind(order.ends(of: extent).first, place) { return }
    mayHaveLost = true
  }

  /// PostgreSQL has found that rows of a batch were passed.
  mutating func found(_ batch: Batch) {
    if batch.isPartOfMore, order.order == nil { mayHaveLost = true }
  }

  /// The rows to fetch next.
  mutating func takeBatch() -> Batch? {
    guard !batches.isEmpty else { return nil }
    let batch = batches.removeFirst()
    size -= batch.keys.count
    return batch
  }

  /// Puts back what could not be fetched.
  mutating func putBack(_ batch: Batch) {
    batches.insert(batch, at: 0)
    size += batch.keys.count
  }

  /// Nothing is told any more; what was told has been taken into account.
  mutating func forget() {
    readings = []
    waiting = []
    waitingRests = []
  }
}
