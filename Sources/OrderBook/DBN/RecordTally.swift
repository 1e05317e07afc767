/// How many records of orders a stream holds, and a sum over them: decoding, and nothing else.
package struct RecordTally {
  package private(set) var records = 0
  /// Of ids and sizes.
  package private(set) var sum: UInt64 = 0

  package init(_ reader: inout DBNReader) throws(DBNError) {
    while let record = try reader.next() {
      guard let order = record.order else { continue }
      records &+= 1
      sum &+= order.orderID &+ UInt64(order.size)
    }
  }
}
