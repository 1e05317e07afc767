/// What one transaction changed, told when it has been committed.
package struct CommittedChange: Hashable, Sendable {
  /// The lower half of the transaction's number.
  package var transaction: UInt32
  package var relations: Set<UInt32> = []
  /// The rows that were inserted into relations whose rows are asked for.
  package var rows: [UInt32: InsertedRows] = [:]
  /// The relations into which more rows were inserted than are kept.
  package var overflows: Set<UInt32> = []

  package init(transaction: UInt32) {
    self.transaction = transaction
  }
}

/// Rows of one relation, as PostgreSQL's texts.
package struct InsertedRows: Hashable, Sendable {
  package var columns: [String]
  /// Nil for NULL.
  package var rows: [[[UInt8]?]]

  package init(columns: [String], rows: [[[UInt8]?]] = []) {
    self.columns = columns
    self.rows = rows
  }
}

/// Gathers the messages of transactions: a state machine without I/O.
package struct ChangeCollector {
  /// The relations whose inserted rows are wanted.
  package var wanted: Set<UInt32> = []
  /// How many rows of a relation are kept for one transaction.
  package static let maximumRows = 10_000

  private var columns: [UInt32: [String]] = [:]
  private var current: CommittedChange?
  /// How far the log is known.
  package private(set) var end: UInt64 = 0

  package init() {}

  /// Whether the server waits to be told how far the log was read.
  package private(set) var owesReply = false

  package mutating func replied() { owesReply = false }

  /// The change that a message completes.
  package mutating func take(_ message: ReplicationMessage) -> CommittedChange? {
    switch message {
    case .keepalive(let end, let wantsReply):
      if current == nil { self.end = max(self.end, end) }
      if wantsReply { owesReply = true }
    case .begin(let transaction): current = CommittedChange(transaction: transaction)
    case .commit(let end):
      self.end = max(self.end, end)
      defer { current = nil }
      return current?.relations.isEmpty == false ? current : nil
    case .relation(let relation): columns[relation.id] = relation.columns
    case .insert(let relation, let row):
      current?.relations.insert(relation)
      keep(row, of: relation)
    case .update(let relation), .delete(let relation): current?.relations.insert(relation)
    case .truncate(let relations): current?.relations.formUnion(relations)
    case .other: break
    }
    return nil
  }

  private mutating func keep(_ row: ReplicationMessage.Row, of relation: UInt32) {
    guard wanted.contains(relation), let columns = columns[relation] else { return }
    guard (current?.rows[relation]?.rows.count ?? 0) < Self.maximumRows else {
      current?.overflows.insert(relation)
      return
    }
    current?.rows[relation, default: InsertedRows(columns: columns)].rows.append(row.values)
  }
}
