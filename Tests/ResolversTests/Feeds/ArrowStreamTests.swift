import Testing

@testable import Resolvers

/// The bytes of a stream, read by the formats' own rules: frames, tables and buffers.
struct ArrowStreamTests {
  /// A table of a FlatBuffer: its fields are found by its vtable.
  private struct Table {
    let bytes: [UInt8]
    let place: Int

    /// The root of a buffer that begins at a place.
    init(root bytes: [UInt8], at start: Int) {
      self.bytes = bytes
      place = start + Table.number(bytes, start, 4)
    }

    private init(_ bytes: [UInt8], _ place: Int) {
      self.bytes = bytes
      self.place = place
    }

    static func number(_ bytes: [UInt8], _ place: Int, _ size: Int) -> Int {
      var value: UInt64 = 0
      for index in (0..<size).reversed() { value = value << 8 | UInt64(bytes[place + index]) }
      // Signed, as distances are.
      return Int(Int64(bitPattern: value << UInt64(64 - size * 8)) >> Int64(64 - size * 8))
    }

    /// Where a field is; nil where it has its default.
    private func field(_ index: Int) -> Int? {
      let vtable = place - Table.number(bytes, place, 4)
      guard 4 + 2 * index < Table.number(bytes, vtable, 2) else { return nil }
      let offset = Table.number(bytes, vtable + 4 + 2 * index, 2)
      return offset == 0 ? nil : place + offset
    }

    func int(_ index: Int, _ size: Int) -> Int? {
      field(index).map { place in
        #expect(place % size == 0)
        return Table.number(bytes, place, size)
      }
    }

    private func target(_ place: Int) -> Int { place + Table.number(bytes, place, 4) }

    func table(_ index: Int) -> Table? { field(index).map { Table(bytes, target($0)) } }

    /// The place and the count of a vector.
    private func vector(_ index: Int) -> (start: Int, count: Int)? {
      field(index).map { place in
        let vector = target(place)
        return (vector + 4, Table.number(bytes, vector, 4))
      }
    }

    func tables(_ index: Int) -> [Table] {
      guard let (start, count) = vector(index) else { return [] }
      return (0..<count).map { Table(bytes, target(start + 4 * $0)) }
    }

    func pairs(_ index: Int) -> [[Int]] {
      guard let (start, count) = vector(index) else { return [] }
      #expect(start % 8 == 0)
      return (0..<count).map { pair in
        [0, 8].map { Table.number(bytes, start + 16 * pair + $0, 8) }
      }
    }

    func string(_ index: Int) -> String? {
      vector(index).map { String(decoding: bytes[$0.start..<$0.start + $0.count], as: UTF8.self) }
    }
  }

  private static let columns = [
    ArrowStream.Column("k", .int(bits: 32)), ArrowStream.Column("mass", .double),
    ArrowStream.Column("flag", .int(bits: 8)), ArrowStream.Column("count", .int(bits: 64)),
  ]

  /// Three rows: k is -1 to 1, mass a half of it, flag 7, count a large number.
  private func stream() -> [UInt8] {
    ArrowStream(Self.columns).stream(rows: 3) { column, bytes in
      for row in -1...1 {
        switch column {
        case 0: withUnsafeBytes(of: Int32(row).littleEndian) { bytes.append(contentsOf: $0) }
        case 1:
          withUnsafeBytes(of: (Double(row) / 2).bitPattern.littleEndian) {
            bytes.append(contentsOf: $0)
          }
        case 2: bytes.append(7)
        default: withUnsafeBytes(of: Int64.max.littleEndian) { bytes.append(contentsOf: $0) }
        }
      }
    }
  }

  /// The frame at a place: its message, and where its body begins.
  private func frame(_ bytes: [UInt8], at place: Int) -> (message: Table, body: Int) {
    #expect(Array(bytes[place..<place + 4]) == [0xFF, 0xFF, 0xFF, 0xFF])
    let size = Table.number(bytes, place + 4, 4)
    #expect(size > 0 && size % 8 == 0)
    return (Table(root: bytes, at: place + 8), place + 8 + size)
  }

  @Test func aStreamIsASchemaABatchAndAnEnd() throws {
    let bytes = stream()
    let (schemaMessage, batchStart) = frame(bytes, at: 0)
    #expect(schemaMessage.int(0, 2) == 4)
    #expect(schemaMessage.int(1, 1) == 1)
    #expect(schemaMessage.int(3, 8) == 0)
    let fields = try #require(schemaMessage.table(2)).tables(1)
    #expect(fields.map { $0.string(0) } == ["k", "mass", "flag", "count"])
    // No value is null, and no field has children.
    #expect(fields.map { $0.int(1, 1) } == [nil, nil, nil, nil])
    #expect(fields.map { $0.tables(5).count } == [0, 0, 0, 0])
    #expect(fields.map { $0.int(2, 1) } == [2, 3, 2, 2])
    let types = fields.compactMap { $0.table(3) }
    #expect([0, 2, 3].map { types[$0].int(0, 4) } == [32, 8, 64])
    #expect([0, 2, 3].map { types[$0].int(1, 1) } == [1, 1, 1])
    #expect(types[1].int(0, 2) == 2)

    let (batchMessage, body) = frame(bytes, at: batchStart)
    #expect(batchMessage.int(0, 2) == 4)
    #expect(batchMessage.int(1, 1) == 3)
    // 12, 24, 3 and 24 bytes, each filled up to a multiple of 8.
    #expect(batchMessage.int(3, 8) == 72)
    let batch = try #require(batchMessage.table(2))
    #expect(batch.int(0, 8) == 3)
    #expect(batch.pairs(1) == [[3, 0], [3, 0], [3, 0], [3, 0]])
    #expect(
      batch.pairs(2) == [
        [0, 0], [0, 12], [16, 0], [16, 24], [40, 0], [40, 3], [48, 0], [48, 24],
      ]
    )
    #expect((0..<3).map { Table.number(bytes, body + 4 * $0, 4) } == [-1, 0, 1])
    #expect(
      (0..<3).map {
        Double(bitPattern: UInt64(bitPattern: Int64(Table.number(bytes, body + 16 + 8 * $0, 8))))
      }
        == [-0.5, 0, 0.5]
    )
    #expect(bytes[body + 40..<body + 48] == [7, 7, 7, 0, 0, 0, 0, 0])
    #expect((0..<3).map { Table.number(bytes, body + 48 + 8 * $0, 8) } == [.max, .max, .max])
    #expect(Array(bytes[(body + 72)...]) == [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
  }

  @Test func aStreamOfNoRowsHasAnEmptyBody() throws {
    let bytes = ArrowStream(Self.columns).stream(rows: 0) { _, _ in }
    let (_, start) = frame(bytes, at: 0)
    let (message, body) = frame(bytes, at: start)
    #expect(message.int(3, 8) == 0)
    #expect(try #require(message.table(2)).pairs(1) == [[0, 0], [0, 0], [0, 0], [0, 0]])
    #expect(Array(bytes[body...]) == [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
  }
}
