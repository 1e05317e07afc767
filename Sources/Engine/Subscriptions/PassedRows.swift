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

/// The order of a stream's cursor, as far as it can be told from PostgreSQL's texts.
struct CursorOrder: Hashable, Sendable {
  enum Form: Hashable, Sendable {
    case integer
    /// Dates and times in the ISO style.
    case time
    /// Only PostgreSQL knows.
    case unknown
  }

  let column: String
  let form: Form
  let isDescending: Bool

  init(column: String, type: String, isDescending: Bool) {
    self.column = column
    self.isDescending = isDescending
    switch type {
    case "int2", "int4", "int8": form = .integer
    case "date", "timestamp", "timestamptz": form = .time
    default: form = .unknown
    }
  }

  /// Whether a value is certainly behind a place, where the stream is still to come.
  func isBehind(_ value: [UInt8], _ place: [UInt8]) -> Bool {
    switch form {
    case .unknown: return false
    case .integer:
      guard let value = Int(String(decoding: value, as: UTF8.self)),
        let place = Int(String(decoding: place, as: UTF8.self))
      else { return false }
      return isDescending ? value < place : value > place
    case .time:
      guard let (own, zone) = Self.parts(value), let (other, otherZone) = Self.parts(place),
        zone == otherZone
      else { return false }
      return isDescending
        ? own.lexicographicallyPrecedes(other) : other.lexicographicallyPrecedes(own)
    }
  }

  /// A time without its zone, and the zone; nil for what is not written like most times.
  private static func parts(_ text: [UInt8]) -> (time: ArraySlice<UInt8>, zone: ArraySlice<UInt8>)?
  {
    // Years of four digits: others, eras and infinities are of another form.
    guard text.count >= 10, text[4] == UInt8(ascii: "-"), text.last != UInt8(ascii: "C") else {
      return nil
    }
    let sign = text[10...].firstIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    let end = sign ?? text.endIndex
    return (text[..<end], text[end...])
  }
}

/// Finds the rows among those that were inserted which a stream has passed: a state machine without I/O.
///
/// A reading sees some transactions and goes on from a place. A row of a transaction that the first
/// reading to see it found behind its place was delivered by it or will be by one that follows; one
/// before the place was committed late.
struct PassedRows: Sendable {
  typealias Key = [[UInt8]?]

  /// Rows that were passed, and the place up to which the stream had come.
  struct Batch: Hashable, Sendable {
    var place: [UInt8]
    var keys: [Key]
  }

  private struct Reading {
    var snapshot: DatabaseSnapshot
    /// Nil at the start, before which no row is wanted.
    var place: [UInt8]?
  }

  private struct Row {
    var transaction: UInt32
    var key: Key
    var cursor: [UInt8]
  }

  private let order: CursorOrder
  private var readings: [Reading] = []
  private var waiting: [Row] = []
  private(set) var batches: [Batch] = []
  private var size = 0
  /// Transactions of which not all rows were told, as long as some of those told wait.
  private var incomplete: Set<UInt32> = []
  /// Whether a row was passed of a transaction that has more rows than were told: others may have been.
  private(set) var mayHaveLost = false

  private static let maximumReadings = 256
  static let maximumRows = 50_000
  private static let batchSize = 100

  init(_ order: CursorOrder) {
    self.order = order
  }

  /// Whether more rows are known than may be kept.
  var isOverfull: Bool { size + waiting.count > Self.maximumRows }

  /// A transaction has inserted more rows than those that follow.
  mutating func overflowed(_ transaction: UInt32) { incomplete.insert(transaction) }

  /// A transaction has inserted a row.
  mutating func inserted(_ key: Key, cursor: [UInt8], by transaction: UInt32) {
    let row = Row(transaction: transaction, key: key, cursor: cursor)
    if let first = readings.first(where: { $0.snapshot.sees(transaction) }) {
      judge(row, first)
    } else {
      waiting.append(row)
    }
  }

  /// The stream was read from a place on.
  mutating func read(from place: [UInt8]?, _ snapshot: DatabaseSnapshot) {
    let reading = Reading(snapshot: snapshot, place: place)
    // Readings from one place are one: it does not matter which of them saw a transaction.
    if readings.last?.place == place, !readings.isEmpty { readings.removeLast() }
    readings.append(reading)
    if readings.count > Self.maximumReadings { readings.removeFirst() }
    let rows = waiting
    waiting = []
    for row in rows {
      if snapshot.sees(row.transaction) { judge(row, reading) } else { waiting.append(row) }
    }
    if !incomplete.isEmpty { incomplete.formIntersection(waiting.map(\.transaction)) }
  }

  private mutating func judge(_ row: Row, _ reading: Reading) {
    guard let place = reading.place, !order.isBehind(row.cursor, place) else { return }
    // Where only PostgreSQL can tell, a row that comes with many others is taken for one ahead.
    if incomplete.contains(row.transaction), order.isBehind(place, row.cursor) {
      mayHaveLost = true
    }
    size += 1
    if let last = batches.last, last.place == place, last.keys.count < Self.batchSize {
      batches[batches.count - 1].keys.append(row.key)
    } else {
      batches.append(Batch(place: place, keys: [row.key]))
    }
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
    incomplete = []
  }
}
