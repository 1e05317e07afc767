/// What one transaction changed, told when it has been committed.
package struct CommittedChange: Hashable, Sendable {
  /// The lower half of the transaction's number.
  package var transaction: UInt32
  package var relations: Set<UInt32> = []
  /// The rows that were inserted into relations whose rows are asked for.
  package var rows: [UInt32: InsertedRows] = [:]

  package init(transaction: UInt32) {
    self.transaction = transaction
  }
}

/// Rows of one relation, as PostgreSQL's texts.
package struct InsertedRows: Hashable, Sendable {
  package var columns: [String]
  /// Nil for NULL.
  package var rows: [[[UInt8]?]]
  /// What is known of further rows, which are not kept; nil where there are none.
  package var rest: UnkeptRows?

  package init(columns: [String], rows: [[[UInt8]?]] = []) {
    self.columns = columns
    self.rows = rows
  }
}

/// What is known of rows of which there are too many: how far the values of some columns reach.
package struct UnkeptRows: Hashable, Sendable {
  /// The least and the greatest value of a column.
  package struct Extent: Hashable, Sendable {
    package var least: [UInt8]
    package var greatest: [UInt8]

    package init(least: [UInt8], greatest: [UInt8]) {
      self.least = least
      self.greatest = greatest
    }
  }

  /// By column; without those that were not asked for, whose order only PostgreSQL knows, or that have
  /// values which are not written like most.
  package var extents: [String: Extent]

  package init(_ extents: [String: Extent] = [:]) { self.extents = extents }
}

/// Gathers the messages of transactions: a state machine without I/O.
package struct ChangeCollector {
  /// The relations whose inserted rows are wanted, with those columns of which it has to be known how far
  /// they reach where there are too many rows.
  package var wanted: [UInt32: Set<String>] = [:]
  /// How many rows of a relation are kept for one transaction.
  package static let maximumRows = 10_000

  private var relations: [UInt32: ReplicationMessage.Relation] = [:]
  private var current: CommittedChange?
  /// Of the current transaction: what its rows beyond those kept come to, by relation.
  private var gauges: [UInt32: RowGauge] = [:]
  /// How far the log is known.
  package private(set) var end: UInt64 = 0

  private let maximumRows: Int

  package init(maximumRows: Int = Self.maximumRows) {
    self.maximumRows = maximumRows
  }

  /// Whether the server waits to be told how far the log was read.
  package private(set) var owesReply = false

  package mutating func replied() { owesReply = false }

  /// The change that a message completes.
  package mutating func take(_ message: ReplicationMessage) -> CommittedChange? {
    switch message {
    case .keepalive(let end, let wantsReply):
      if current == nil { self.end = max(self.end, end) }
      if wantsReply { owesReply = true }
    case .begin(let transaction):
      current = CommittedChange(transaction: transaction)
      gauges = [:]
    case .commit(let end):
      self.end = max(self.end, end)
      for (relation, gauge) in gauges { current?.rows[relation]?.rest = gauge.rest }
      defer { current = nil }
      return current?.relations.isEmpty == false ? current : nil
    case .relation(let relation): relations[relation.id] = relation
    case .insert(let relation, let row):
      current?.relations.insert(relation)
      keep(row, of: relation)
    case .update(let relation), .delete(let relation): current?.relations.insert(relation)
    case .truncate(let relations): current?.relations.formUnion(relations)
    case .other: break
    }
    return nil
  }

  private mutating func keep(_ row: ReplicationMessage.Row, of number: UInt32) {
    guard let measured = wanted[number], let relation = relations[number] else { return }
    if (current?.rows[number]?.rows.count ?? 0) < maximumRows {
      current?.rows[number, default: InsertedRows(columns: relation.columns)].rows
        .append(row.values)
    } else {
      gauges[number, default: RowGauge(relation, measured)].measure(row)
    }
  }
}
