import PostgresClient

/// Finds the rows of a level by the key of their parent's row.
///
/// A chained hash table over row numbers; chains keep the order of the rows. Keys are compared by
/// their text: the compiler selects them in a form that is equal where the values are. A class, so
/// that a look-up counts one reference and not one for each of its parts.
final class LevelIndex {
  private let cells: QueryResult.Cells
  private let keys: [Int]
  private let start: Int
  private let heads: [Int32]
  private let next: [Int32]

  private static let none: Int32 = -1

  /// The result has to outlive the index.
  init(_ result: QueryResult, rows: Range<Int>, keys: [Int]) {
    // In variables of their own: each access to a property of a class is checked.
    let cells = result.cells
    let start = rows.lowerBound
    var size = 16
    while size < rows.count * 2 { size *= 2 }
    var heads = [Int32](repeating: Self.none, count: size)
    var next = [Int32](repeating: Self.none, count: rows.count)
    for row in rows.reversed() {
      guard let hash = Self.hash(cells, row, keys) else { continue }
      let slot = Int(truncatingIfNeeded: hash & UInt64(size - 1))
      next[row - start] = heads[slot]
      heads[slot] = Int32(truncatingIfNeeded: row)
    }
    self.cells = cells
    self.keys = keys
    self.start = start
    self.heads = heads
    self.next = next
  }

  /// The first row with the key that stands in other cells of another result; -1 where none has it.
  func first(_ other: QueryResult.Cells, _ row: Int, _ cells: UnsafeBufferPointer<Int32>) -> Int {
    guard let hash = Self.hash(other, row, cells) else { return -1 }
    let head = heads[Int(truncatingIfNeeded: hash & UInt64(heads.count - 1))]
    return matching(from: head, other, row, cells)
  }

  /// The next row with the same key.
  func next(
    after found: Int,
    _ other: QueryResult.Cells,
    _ row: Int,
    _ cells: UnsafeBufferPointer<Int32>
  ) -> Int {
    matching(from: next[found - start], other, row, cells)
  }

  private func matching(
    from head: Int32,
    _ other: QueryResult.Cells,
    _ row: Int,
    _ cells: UnsafeBufferPointer<Int32>
  ) -> Int {
    var candidate = head
    while candidate != Self.none {
      if isEqual(Int(candidate), other, row, cells) { return Int(candidate) }
      candidate = next[Int(candidate) - start]
    }
    return -1
  }

  private func isEqual(
    _ candidate: Int,
    _ other: QueryResult.Cells,
    _ row: Int,
    _ columns: UnsafeBufferPointer<Int32>
  ) -> Bool {
    for index in 0..<keys.count {
      guard let own = cells.cell(candidate, keys[index]),
        let theirs = other.cell(row, Int(columns[index])),
        own.count == theirs.count, own.elementsEqual(theirs)
      else { return false }
    }
    return true
  }

  /// FNV-1a over the cells' text; nil where one is NULL, which equals nothing.
  private static func hash(
    _ rows: QueryResult.Cells,
    _ row: Int,
    _ columns: some Collection<some BinaryInteger>
  ) -> UInt64? {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for column in columns {
      guard let bytes = rows.cell(row, Int(column)) else { return nil }
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01b3
    }
    return hash ^ hash >> 32
  }
}
