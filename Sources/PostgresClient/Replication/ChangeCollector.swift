/// What one transaction changed, told when it has been committed.
package struct CommittedChange: Hashable, Sendable {
  /// The lower half of the transaction's number.
  package var transaction: UInt32
  package var relations: Set<UInt32> = []
  /// The rows that were inserted into relations whose rows are asked for, each with those columns.
  package var rows: [UInt32: [[[UInt8]?]]] = [:]
  /// The relations into which more rows were inserted than are kept.
  package var overflows: Set<UInt32> = []

  package init(transaction: UInt32) {
    self.transaction = transaction
  }
}

/// Gathers the messages of transactions: a state machine without I/O.
package struct ChangeCollector {
  /// By relation: the columns whose inserted values are wanted.
  package var wanted: [UInt32: [String]] = [:]
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
    guard let names = wanted[relation], let columns = columns[relation] else { return }
    guard (current?.rows[relation]?.count ?? 0) < Self.maximumRows else {
      current?.overflows.insert(relation)
      return
    }
    let values = names.map { name -> [UInt8]? in
      guard let index = columns.firstIndex(of: name), row.values.indices.contains(index) else {
        return nil
      }
      return row.values[index]
    }
    current?.rows[relation, default: []].append(values)
  }
}
