import PostgresClient

/// The distinct keys of the rows of a level, and which row has which.
///
/// Texts that differ may stand for equal values: each of them is a key then.
struct RemoteKeys {
  /// The first row of the level.
  let firstRow: Int
  /// By row, from the first on: the number of its key, -1 where it has none.
  private(set) var numbers: [Int32]
  /// By number: a row that has the key, -1 for that of rows without one.
  private var rows: [Int32] = []
  private let result: QueryResult
  private let cells: [Int]

  var count: Int { rows.count }

  /// `keepsNull` gives rows with a NULL in their key one of their own, which nothing equals.
  init(_ result: QueryResult, rows level: Range<Int>, cells: [Int], keepsNull: Bool) {
    self.result = result
    self.cells = cells
    firstRow = level.lowerBound
    var size = 16
    while size < level.count * 2 { size *= 2 }
    var slots = [Int32](repeating: -1, count: size)
    var numbers = [Int32](repeating: -1, count: level.count)
    var rows: [Int32] = []
    var nullNumber: Int32 = -1
    let values = result.cells
    for row in level {
      guard let hash = Self.hash(values, row, cells) else {
        if keepsNull {
          if nullNumber < 0 {
            nullNumber = Int32(rows.count)
            rows.append(-1)
          }
          numbers[row - level.lowerBound] = nullNumber
        }
        continue
      }
      var slot = Int(truncatingIfNeeded: hash) & (size - 1)
      while slots[slot] >= 0,
        !Self.areEqual(values, Int(rows[Int(slots[slot])]), row, cells)
      { slot = (slot + 1) & (size - 1) }
      if slots[slot] < 0 {
        slots[slot] = Int32(rows.count)
        rows.append(Int32(row))
      }
      numbers[row - level.lowerBound] = slots[slot]
    }
    self.numbers = numbers
    self.rows = rows
  }

  /// The array literal of one part of all keys, in the order of their numbers.
  func literal(ofPart part: Int) -> [UInt8] {
    var literal: [UInt8] = [UInt8(ascii: "{")]
    for (number, row) in rows.enumerated() {
      if number > 0 { literal.append(UInt8(ascii: ",")) }
      if row >= 0, let text = result.cell(Int(row), cells[part]) {
        literal.appendArrayElement(text)
      } else {
        literal += "NULL".utf8
      }
    }
    literal.append(UInt8(ascii: "}"))
    return literal
  }

  /// FNV-1a over the cells' text; nil where one is NULL.
  private static func hash(_ values: QueryResult.Cells, _ row: Int, _ cells: [Int]) -> UInt64? {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for cell in cells {
      guard let bytes = values.cell(row, cell) else { return nil }
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01b3
    }
    return hash ^ hash >> 32
  }

  private static func areEqual(
    _ values: QueryResult.Cells,
    _ left: Int,
    _ right: Int,
    _ cells: [Int]
  ) -> Bool {
    cells.allSatisfy { cell in
      guard let first = values.cell(left, cell), let second = values.cell(right, cell),
        first.count == second.count
      else { return false }
      return first.elementsEqual(second)
    }
  }
}
