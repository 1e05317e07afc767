import PostgresClient

/// Messages of a replication stream out of any bytes: what is read, written again, is what was read; and the
/// gathering of transactions keeps to what it was told and to its limits.
enum ReplicationCheck {
  /// What may come in one message; the first byte of each says how long it is.
  static func run(_ bytes: [UInt8]) {
    var collector = ChangeCollector(maximumRows: 2)
    let columns: Set<String> = ["", "a", "id"]
    collector.wanted = [0: columns, 1: columns, 2: columns, 0x4001: columns]
    var mentioned: Set<UInt32> = []
    var end: UInt64 = 0
    var rest = bytes[...]
    while let length = rest.popFirst() {
      let text = Array(rest.prefix(Int(length)))
      rest = rest.dropFirst(Int(length))
      guard let message = parse(text) else { continue }
      check(message, text)
      switch message {
      case .insert(let relation, _), .update(let relation), .delete(let relation):
        mentioned.insert(relation)
      case .truncate(let relations): mentioned.formUnion(relations)
      default: break
      }
      if let change = collector.take(message) {
        precondition(!change.relations.isEmpty, "a change that changes nothing")
        precondition(change.relations.isSubset(of: mentioned), "a relation nobody named")
        precondition(
          change.relations.isSuperset(of: change.rows.keys)
            && change.rows.keys.allSatisfy { collector.wanted[$0] != nil },
          "rows nobody asked for"
        )
        for rows in change.rows.values { check(rows, columns) }
        mentioned = []
      }
      precondition(collector.end >= end, "the log went back")
      end = collector.end
    }
  }

  /// What is not kept is told of columns that were asked for, the least value not behind the greatest.
  private static func check(_ rows: InsertedRows, _ columns: Set<String>) {
    precondition(rows.rows.count <= 2, "more rows than may be kept")
    precondition(rows.rest == nil || rows.rows.count == 2, "rows were left out for nothing")
    for (column, extent) in rows.rest?.extents ?? [:] {
      precondition(columns.contains(column), "a column nobody asked for")
      precondition(
        orders.contains { $0.precedes(extent.greatest, extent.least) == false },
        "the greatest value comes first"
      )
    }
  }

  private static let orders: [ValueOrder] = [
    .integer, .decimal, .date, .timestamp, .timestampWithZone, .uuid,
  ]

  /// The order of two values is one, whichever is looked at first.
  private static func check(_ first: [UInt8], _ second: [UInt8]) {
    for order in orders {
      let (forth, back) = (order.precedes(first, second), order.precedes(second, first))
      precondition((forth == nil) == (back == nil), "an order from one side only")
      precondition(forth != true || back != true, "two values that come before each other")
    }
  }

  private static func parse(_ bytes: [UInt8]) -> ReplicationMessage? {
    bytes.withUnsafeBufferPointer { ReplicationMessage($0) }
  }

  /// A shorter message is none, a longer one is the same, and an inserted row has all its bytes.
  private static func check(_ message: ReplicationMessage, _ bytes: [UInt8]) {
    precondition(parse(bytes + [0]) == message, "bytes behind a message change it")
    guard case .insert(let relation, let row) = message else { return }
    let values = row.values.compactMap { $0 }
    for (first, second) in zip(values, values.dropFirst()) { check(first, second) }
    // Behind the header of the log's data: the kind, the relation's number and the sign of a new row.
    let start = 25
    let written = encode(relation, row, kinds: bytes, from: start)
    precondition(
      written == Array(bytes[start..<(start + written.count)]),
      "the row is not what was sent"
    )
    precondition(parse(Array(bytes[..<(start + written.count - 1)])) == nil, "a part is no row")
  }

  /// The row as pgoutput writes it; what kind of text a value is stands in the message.
  private static func encode(
    _ relation: UInt32,
    _ row: ReplicationMessage.Row,
    kinds bytes: [UInt8],
    from start: Int
  ) -> [UInt8] {
    var text = [UInt8(ascii: "I")]
    append(relation, 4, to: &text)
    text.append(UInt8(ascii: "N"))
    append(UInt32(row.values.count), 2, to: &text)
    for value in row.values {
      text.append(bytes[start + text.count])
      guard let value else { continue }
      append(UInt32(value.count), 4, to: &text)
      text += value
    }
    return text
  }

  private static func append(_ number: UInt32, _ size: Int, to bytes: inout [UInt8]) {
    for shift in (0..<size).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift)))
    }
  }
}
