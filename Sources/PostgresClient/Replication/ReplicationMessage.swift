/// A message of the streaming replication protocol, and of the plugin pgoutput inside of it.
///
/// Of rows that changed nothing is read but which relation they are of, and the values of those that
/// were inserted. Formats: PostgreSQL's documentation, "Streaming Replication Protocol" and "Logical
/// Replication Message Formats", version 1.
package enum ReplicationMessage: Hashable, Sendable {
  /// The server is there; `end` is how far its log goes.
  case keepalive(end: UInt64, wantsReply: Bool)
  case begin(transaction: UInt32)
  case commit(end: UInt64)
  case relation(Relation)
  case insert(relation: UInt32, Row)
  case update(relation: UInt32)
  case delete(relation: UInt32)
  case truncate(relations: [UInt32])
  /// What says nothing about rows.
  case other

  /// What the messages that follow call by its number.
  package struct Relation: Hashable, Sendable {
    package var id: UInt32
    package var columns: [String]
    /// Of each column: the number of its type in `pg_type`.
    package var types: [UInt32]
  }

  /// The values of a row in the order of the relation's columns, as PostgreSQL's texts.
  package struct Row: Hashable, Sendable {
    /// Nil for NULL.
    package var values: [[UInt8]?]
  }

  /// Nil where the bytes are no such message.
  package init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = ByteReader(bytes)
    switch reader.byte() {
    case UInt8(ascii: "k"):
      guard let end = reader.uint64(), reader.uint64() != nil, let reply = reader.byte() else {
        return nil
      }
      self = .keepalive(end: end, wantsReply: reply == 1)
    case UInt8(ascii: "w"):
      // Where it stands in the log, how far the log goes, and the time.
      guard reader.uint64() != nil, reader.uint64() != nil, reader.uint64() != nil else {
        return nil
      }
      self.init(plugin: &reader)
    default: return nil
    }
  }

  private init?(plugin reader: inout ByteReader) {
    switch reader.byte() {
    case UInt8(ascii: "B"):
      guard reader.uint64() != nil, reader.uint64() != nil, let transaction = reader.uint32()
      else { return nil }
      self = .begin(transaction: transaction)
    case UInt8(ascii: "C"):
      // Flags, the start of the transaction's record and its end, and the time.
      guard reader.byte() != nil, reader.uint64() != nil, let end = reader.uint64(),
        reader.uint64() != nil
      else { return nil }
      self = .commit(end: end)
    case UInt8(ascii: "R"):
      guard let relation = Relation(&reader) else { return nil }
      self = .relation(relation)
    case UInt8(ascii: "I"):
      guard let relation = reader.uint32(), reader.byte() == UInt8(ascii: "N"),
        let row = Row(&reader)
      else { return nil }
      self = .insert(relation: relation, row)
    case UInt8(ascii: "U"):
      guard let relation = reader.uint32() else { return nil }
      self = .update(relation: relation)
    case UInt8(ascii: "D"):
      guard let relation = reader.uint32() else { return nil }
      self = .delete(relation: relation)
    case UInt8(ascii: "T"):
      guard let count = reader.uint32(), reader.byte() != nil else { return nil }
      var relations: [UInt32] = []
      for _ in 0..<count {
        guard let relation = reader.uint32() else { return nil }
        relations.append(relation)
      }
      self = .truncate(relations: relations)
    case nil: return nil
    default: self = .other
    }
  }
}

extension ReplicationMessage.Relation {
  fileprivate init?(_ reader: inout ByteReader) {
    guard let id = reader.uint32(), reader.text() != nil, reader.text() != nil,
      reader.byte() != nil, let count = reader.uint16()
    else { return nil }
    self.id = id
    columns = []
    types = []
    for _ in 0..<count {
      guard reader.byte() != nil, let name = reader.text(), let type = reader.uint32(),
        reader.uint32() != nil
      else { return nil }
      columns.append(name)
      types.append(type)
    }
  }
}

extension ReplicationMessage.Row {
  fileprivate init?(_ reader: inout ByteReader) {
    guard let count = reader.uint16() else { return nil }
    values = []
    for _ in 0..<count {
      switch reader.byte() {
      case UInt8(ascii: "n"), UInt8(ascii: "u"): values.append(nil)
      case UInt8(ascii: "t"), UInt8(ascii: "b"):
        guard let length = reader.uint32(), let bytes = reader.bytes(Int(length)) else {
          return nil
        }
        values.append(bytes)
      default: return nil
      }
    }
  }
}

/// Reads numbers in network order; nil behind the end.
private struct ByteReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func uint16() -> UInt16? { integer() }
  mutating func uint32() -> UInt32? { integer() }
  mutating func uint64() -> UInt64? { integer() }

  private mutating func integer<Value: FixedWidthInteger>() -> Value? {
    guard bytes.count - position >= MemoryLayout<Value>.size else { return nil }
    var value: Value = 0
    for _ in 0..<MemoryLayout<Value>.size {
      value = value << 8 | Value(truncatingIfNeeded: bytes[position])
      position += 1
    }
    return value
  }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard bytes.count - position >= count else { return nil }
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }

  /// A text that a zero byte ends.
  mutating func text() -> String? {
    guard let end = bytes[position...].firstIndex(of: 0) else { return nil }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }
}
