import PostgresClient

/// The distinct keys of the rows of a level, and which row has which.
///
/// Texts that differ may stand for equal values: each of them is a key then.
struct RemoteKeys {
  /// The first row of the level.
  let firstRow: Int
  /// By row, from the first on: the number of its key, -1 where it has none.
  let numbers: [Int32]
  /// By number: a row that has the key, -1 for that of rows without one.
  private let rows: [Int32]
  private let result: QueryResult
  private let cells: [Int]

  var count: Int { rows.count }

  /// `keepsNull` gives rows with a NULL in their key one of their own, which nothing equals.
  init(_ result: QueryResult, rows level: Range<Int>, cells: [Int], keepsNull: Bool) {
    let index = LevelIndex(result, rows: level, keys: cells)
    let values = result.cells
    var numbers = [Int32](repeating: -1, count: level.count)
    var rows: [Int32] = []
    var nullNumber: Int32?
    func add(_ row: Int) -> Int32 {
      rows.append(Int32(truncatingIfNeeded: row))
      return Int32(truncatingIfNeeded: rows.count - 1)
    }
    cells.map { Int32(truncatingIfNeeded: $0) }.withUnsafeBufferPointer { columns in
      for row in level {
        let first = index.first(values, row, columns)
        let place = row - level.lowerBound
        if first == row {
          numbers[place] = add(row)
        } else if first >= 0 {
          numbers[place] = numbers[first - level.lowerBound]
        } else if keepsNull {
          let number = nullNumber ?? add(-1)
          nullNumber = number
          numbers[place] = number
        }
      }
    }
    firstRow = level.lowerBound
    self.numbers = numbers
    self.rows = rows
    self.result = result
    self.cells = cells
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
}
