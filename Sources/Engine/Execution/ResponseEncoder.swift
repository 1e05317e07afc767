import PostgresClient
import SQLCompiler

/// Writes the JSON of an answer from the rows of its plan's statements.
///
/// Cells go from libpq's buffers into the body without a copy in between. The encoder reads only
/// plain values from the plan, so that a row costs no reference counting.
struct ResponseEncoder {
  /// Of each statement.
  private let cells: UnsafeBufferPointer<QueryResult.Cells>
  /// Of each level.
  private let rows: UnsafeBufferPointer<Range<Int>>
  private let levels: UnsafeBufferPointer<Level>
  private let fields: UnsafeBufferPointer<OutputField>
  private let keyCells: UnsafeBufferPointer<Int32>
  private let constants: UnsafePointer<UInt8>?
  private let external: [[UInt8]]
  private let remotes: [RemoteValues]
  private let indexes: [LevelIndex?]
  private let gatheredRow: Int?
  private var sink: ByteSink

  /// The body `{"data":{…}}`.
  ///
  /// `external` holds the values of the members that are not read from the database, `remotes` those
  /// of members that other statements fetch, by the plan's joins. `size` is a
  /// guess at the body's size; where it was too small, the body is written once more.
  /// `gatheredRow` is the row of a gathered look-up that answers this request, -1 for none.
  /// `ignoresFirst` says that the first statement's row is none of the answer.
  static func encode(
    _ plan: Plan,
    _ results: [QueryResult],
    external: [[UInt8]] = [],
    remotes: [RemoteValues] = [],
    gatheredRow: Int? = nil,
    ignoresFirst: Bool = false,
    size: Int
  ) -> [UInt8] {
    let rows = plan.read.levels.map { level in
      ignoresFirst && level.statement == 0 ? 0..<0 : level.rows(in: results[Int(level.statement)])
    }
    let indexes = indexes(of: plan, results, rows)
    var capacity = max(size, 256)
    while true {
      var needed = 0
      let body = [UInt8](unsafeUninitializedCapacity: capacity) { memory, count in
        needed = write(plan, results, rows, external, remotes, indexes, gatheredRow, into: memory) {
          $0.sink.write("{\"data\":")
          $0.object(plan.read.root, in: nil, row: 0)
          $0.sink.write(UInt8(ascii: "}"))
        }
        count = needed <= memory.count ? needed : 0
      }
      if needed <= body.count { return body }
      capacity = needed
    }
  }

  /// The values of a plan of ``RemotePlan``: where each of `count` stands in the bytes, by its number.
  static func encode(
    valuesOf plan: Plan,
    _ results: [QueryResult],
    count: Int,
    remotes: [RemoteValues]
  ) -> (bytes: [UInt8], ranges: [Range<Int>]) {
    let rows = plan.read.levels.map { $0.rows(in: results[Int($0.statement)]) }
    let indexes = indexes(of: plan, results, rows)
    var ranges = [Range<Int>](repeating: 0..<0, count: count)
    var capacity = max(count * 64, 256)
    while true {
      var needed = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { memory, length in
        needed = write(plan, results, rows, [], remotes, indexes, nil, into: memory) {
          $0.values(plan.read.root, into: &ranges)
        }
        length = needed <= memory.count ? needed : 0
      }
      if needed <= bytes.count { return (bytes, ranges) }
      capacity = needed
    }
  }

  /// Writes the value of each row of the root's one member, behind the row's number.
  private mutating func values(_ root: Range<Int32>, into ranges: inout [Range<Int>]) {
    guard let root = root.first, case .many(let index, _) = fields[Int(root)].content,
      let number = levels[Int(index)].fields.first,
      case .cell(let cell, _) = fields[Int(number)].content
    else { return }
    let level = levels[Int(index)]
    let own = cells[Int(level.statement)]
    let value = (level.fields.lowerBound + 1)..<level.fields.upperBound
    let prefix = fields[Int(value.lowerBound)].prefix.count
    for row in rows[Int(index)] {
      let start = sink.count + prefix
      members(value, in: own, row: row)
      guard let number = own.number(row, Int(cell)), ranges.indices.contains(number) else {
        continue
      }
      ranges[number] = start..<sink.count
    }
  }

  private static func indexes(
    of plan: Plan,
    _ results: [QueryResult],
    _ rows: [Range<Int>]
  ) -> [LevelIndex?] {
    zip(plan.read.levels, rows).map { level, rows in
      guard !level.keys.isEmpty else { return nil }
      let keys = plan.read.keyCells[Int(level.keys.lowerBound)..<Int(level.keys.upperBound)]
      return LevelIndex(results[Int(level.statement)], rows: rows, keys: keys.map { Int($0) })
    }
  }

  /// Lets `body` write into memory; returns how much it has written or would have.
  private static func write(
    _ plan: Plan,
    _ results: [QueryResult],
    _ rows: [Range<Int>],
    _ external: [[UInt8]],
    _ remotes: [RemoteValues],
    _ indexes: [LevelIndex?],
    _ gatheredRow: Int?,
    into memory: UnsafeMutableBufferPointer<UInt8>,
    _ body: (inout ResponseEncoder) -> Void
  ) -> Int {
    let cells = results.map(\.cells)
    defer { withExtendedLifetime(results) {} }
    return plan.read.levels.withUnsafeBufferPointer { levels in
      plan.read.fields.withUnsafeBufferPointer { fields in
        plan.read.keyCells.withUnsafeBufferPointer { keyCells in
          plan.read.constants.withUnsafeBufferPointer { constants in
            cells.withUnsafeBufferPointer { cells in
              rows.withUnsafeBufferPointer { rows in
                var encoder = ResponseEncoder(
                  cells: cells,
                  rows: rows,
                  levels: levels,
                  fields: fields,
                  keyCells: keyCells,
                  constants: constants.baseAddress,
                  external: external,
                  remotes: remotes,
                  indexes: indexes,
                  gatheredRow: gatheredRow,
                  sink: ByteSink(memory)
                )
                body(&encoder)
                return encoder.sink.count
              }
            }
          }
        }
      }
    }
  }

  /// Writes an object whose members come from a row; without one, all cells are null.
  private mutating func object(_ range: Range<Int32>, in result: QueryResult.Cells?, row: Int) {
    members(range, in: result, row: row)
    sink.write(UInt8(ascii: "}"))
  }

  /// Writes members with what stands before them.
  @inline(__always) private mutating func members(
    _ range: Range<Int32>,
    in result: QueryResult.Cells?,
    row: Int
  ) {
    var position = Int(range.lowerBound)
    let end = Int(range.upperBound)
    while position < end {
      let field = fields[position]
      position += 1
      sink.write(
        constants.map { $0 + Int(field.prefix.lowerBound) },
        Int(field.prefix.upperBound &- field.prefix.lowerBound)
      )
      switch field.content {
      case .cell(let cell, let encoding):
        if let bytes = result?.cell(row, Int(cell)) {
          sink.write(bytes, as: encoding)
        } else {
          sink.write("null")
        }
      case .count(let cell):
        if let bytes = result?.cell(row, Int(cell)) {
          sink.write(bytes)
        } else {
          sink.write(UInt8(ascii: "0"))
        }
      case .flag(let cell):
        sink.write(result?.cell(row, Int(cell))?.first == UInt8(ascii: "t") ? "true" : "false")
      case .text(let cell):
        if let bytes = result?.cell(row, Int(cell)) {
          sink.write(bytes, as: .plainString)
        } else {
          sink.write("\"\"")
        }
      case .constant: break
      case .nested(let range): object(range, in: result, row: row)
      case .many(let level, let keys): many(level, keys, in: result, row: row)
      case .one(let level, let keys):
        let found = first(level, keys, in: result, row: row)
        if found < 0 {
          sink.write("null")
        } else {
          let level = levels[Int(level)]
          object(level.fields, in: cells[Int(level.statement)], row: found)
        }
      case .aggregate(let level, let keys, let range):
        let found = first(level, keys, in: result, row: row)
        let rows = cells[Int(levels[Int(level)].statement)]
        object(range, in: found < 0 ? nil : rows, row: found)
      case .external(let index):
        external[Int(index)].withUnsafeBufferPointer { sink.write($0) }
      case .remote(let index): remotes[Int(index)].write(result == nil ? -1 : row, to: &sink)
      case .list(let elements): list(elements, in: result, row: row)
      }
    }
  }

  private mutating func list(_ range: Range<Int32>, in result: QueryResult.Cells?, row: Int) {
    sink.write(UInt8(ascii: "["))
    members(range, in: result, row: row)
    sink.write(UInt8(ascii: "]"))
  }

  /// Writes the rows of a level that belong to a row as an array.
  private mutating func many(
    _ index: Int32,
    _ keys: Range<Int32>,
    in result: QueryResult.Cells?,
    row: Int
  ) {
    let level = levels[Int(index)]
    let own = cells[Int(level.statement)]
    sink.write(UInt8(ascii: "["))
    if keys.isEmpty {
      let range = rows[Int(index)]
      for row in range {
        if row > range.lowerBound { sink.write(UInt8(ascii: ",")) }
        object(level.fields, in: own, row: row)
      }
    } else if let result, let found = indexes[Int(index)] {
      let cells = UnsafeBufferPointer(
        rebasing: keyCells[Int(keys.lowerBound)..<Int(keys.upperBound)]
      )
      var child = found.first(result, row, cells)
      var isFirst = true
      while child >= 0 {
        if !isFirst { sink.write(UInt8(ascii: ",")) }
        isFirst = false
        object(level.fields, in: own, row: child)
        child = found.next(after: child, result, row, cells)
      }
    }
    sink.write(UInt8(ascii: "]"))
  }

  /// The first row of a level that belongs to a row; -1 where there is none.
  private func first(
    _ index: Int32,
    _ keys: Range<Int32>,
    in result: QueryResult.Cells?,
    row: Int
  ) -> Int {
    if keys.isEmpty {
      return gatheredRow ?? rows[Int(index)].first ?? -1
    }
    guard let result, let found = indexes[Int(index)] else { return -1 }
    let cells = UnsafeBufferPointer(rebasing: keyCells[Int(keys.lowerBound)..<Int(keys.upperBound)])
    return found.first(result, row, cells)
  }
}

extension Level {
  /// The level's rows in the result of its statement.
  func rows(in result: QueryResult) -> Range<Int> {
    guard let number else { return 0..<result.rowCount }
    let cells = result.cells
    func comes(_ row: Int, before number: Int32) -> Bool {
      (cells.number(row, 0) ?? 0) < Int(number)
    }
    // The rows stand in the order of their levels: the bounds are found by halving.
    func start(of number: Int32) -> Int {
      var low = 0
      var high = result.rowCount
      while low < high {
        let middle = (low + high) / 2
        if comes(middle, before: number) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return start(of: number)..<start(of: number + 1)
  }
}

extension QueryResult.Cells {
  /// A number that a statement of ours writes itself, digits and nothing else; nil for NULL.
  fileprivate func number(_ row: Int, _ column: Int) -> Int? {
    cell(row, column)?.reduce(0) { $0 &* 10 &+ Int($1 & 0x0F) }
  }
}
