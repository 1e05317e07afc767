/// Columns of numbers as an Apache Arrow IPC stream of one record batch.
///
/// By the Arrow Columnar Format 1.5, "Serialization and Interprocess Communication": a stream is a
/// schema message, record batch messages and an end-of-stream mark; a message is `0xFFFFFFFF`, the size
/// of its metadata, the metadata as a FlatBuffer (`Message.fbs`, `Schema.fbs`) and a body, each filled up
/// to a multiple of 8. The numbers of the fields below are those of these files.
package struct ArrowStream: Sendable {
  package enum ValueType: Hashable, Sendable {
    /// A signed integer of 8, 32 or 64 bits.
    case int(bits: Int)
    case double

    var size: Int {
      switch self {
      case .int(let bits): bits / 8
      case .double: 8
      }
    }

    /// As the configuration of a stream names it.
    package var name: String {
      switch self {
      case .int(let bits): "int\(bits)"
      case .double: "float64"
      }
    }
  }

  package struct Column: Hashable, Sendable {
    package var name: String
    package var type: ValueType

    package init(_ name: String, _ type: ValueType) {
      self.name = name
      self.type = type
    }
  }

  private static let version: Int16 = 4  // MetadataVersion.V5
  private static let schemaHeader: UInt8 = 1  // MessageHeader.Schema
  private static let batchHeader: UInt8 = 3  // MessageHeader.RecordBatch

  package let columns: [Column]
  /// The schema message, the same for each stream.
  private let schema: [UInt8]

  package init(_ columns: [Column]) {
    self.columns = columns
    schema = Self.schemaMessage(columns)
  }

  /// A whole stream; `write` appends the little-endian values of a column by its number.
  package func stream(rows: Int, _ write: (Int, inout [UInt8]) -> Void) -> [UInt8] {
    var buffers: [(Int64, Int64)] = []
    var length = 0
    for column in columns {
      // No value is null, so that the bitmap of what is there is empty.
      buffers.append((Int64(length), 0))
      buffers.append((Int64(length), Int64(rows * column.type.size)))
      length += Self.padded(rows * column.type.size)
    }
    var bytes = schema
    bytes.reserveCapacity(schema.count + length + 1024 + columns.count * 64)
    bytes += Self.message(Self.batch(rows: rows, columns.count, buffers, length))
    let body = bytes.count
    for index in columns.indices {
      write(index, &bytes)
      Self.pad(&bytes, from: body)
    }
    precondition(bytes.count == body + length, "a column with another number of rows")
    return bytes + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
  }

  private static func padded(_ count: Int) -> Int { (count + 7) & ~7 }

  private static func pad(_ bytes: inout [UInt8], from start: Int) {
    let count = bytes.count - start
    bytes.append(contentsOf: repeatElement(0, count: padded(count) - count))
  }

  // MARK: - Messages

  /// The frame around the metadata of a message, whose body follows.
  private static func message(_ metadata: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    withUnsafeBytes(of: Int32(metadata.count).littleEndian) { bytes.append(contentsOf: $0) }
    return bytes + metadata
  }

  /// The table `Message { version, header_type, header, bodyLength }`.
  private static func finish(
    _ buffer: consuming FlatBuffer,
    _ type: UInt8,
    _ header: FlatBuffer.Offset,
    bodyLength: Int
  ) -> [UInt8] {
    var buffer = buffer
    buffer.beginTable(4)
    buffer.field(3, Int64(bodyLength))
    buffer.field(2, header)
    buffer.field(0, version)
    buffer.field(1, type)
    let root = buffer.endTable()
    return buffer.finish(root)
  }

  /// The table `Schema { endianness, fields }`; the default of the first is little.
  private static func schemaMessage(_ columns: [Column]) -> [UInt8] {
    var buffer = FlatBuffer()
    let fields = columns.map { field($0, &buffer) }
    let vector = buffer.vector(of: fields)
    buffer.beginTable(2)
    buffer.field(1, vector)
    let schema = buffer.endTable()
    return message(finish(buffer, schemaHeader, schema, bodyLength: 0))
  }

  /// The table `Field { name, nullable, type_type, type, dictionary, children }`.
  private static func field(_ column: Column, _ buffer: inout FlatBuffer) -> FlatBuffer.Offset {
    let name = buffer.string(column.name)
    let children = buffer.vector(of: [])
    let kind: UInt8
    switch column.type {
    case .int(let bits):  // table Int { bitWidth, is_signed }
      kind = 2
      buffer.beginTable(2)
      buffer.field(0, Int32(bits))
      buffer.field(1, UInt8(1))
    case .double:  // table FloatingPoint { precision }, DOUBLE
      kind = 3
      buffer.beginTable(1)
      buffer.field(0, Int16(2))
    }
    let type = buffer.endTable()
    buffer.beginTable(6)
    buffer.field(0, name)
    buffer.field(3, type)
    buffer.field(5, children)
    buffer.field(2, kind)
    return buffer.endTable()
  }

  /// The table `RecordBatch { length, nodes, buffers }`.
  private static func batch(
    rows: Int,
    _ columns: Int,
    _ buffers: [(Int64, Int64)],
    _ length: Int
  ) -> [UInt8] {
    var buffer = FlatBuffer()
    let places = buffer.vector(ofPairs: buffers)
    let nodes = buffer.vector(
      ofPairs: [(Int64, Int64)](repeating: (Int64(rows), 0), count: columns)
    )
    buffer.beginTable(3)
    buffer.field(0, Int64(rows))
    buffer.field(1, nodes)
    buffer.field(2, places)
    let batch = buffer.endTable()
    return finish(buffer, batchHeader, batch, bodyLength: length)
  }
}
