/// A list of JSON objects as it stands in a text: where each value is, without a value for each.
///
/// A hundred thousand rows of prices cost eight bytes a cell beside the text itself. The text was
/// checked when the rows were found in it.
package final class JSONRows: Sendable {
  /// What stands in a cell.
  package enum Kind: UInt8, Sendable {
    case null
    case falseValue
    case trueValue
    case number
    /// A string without escapes: its bytes are its text.
    case string
    case escapedString
    /// An array or an object.
    case nested
  }

  /// Where a value stands in the text; a string without its quotes.
  package struct Cell: Sendable {
    private let start: UInt32
    /// The length above three bits of the kind.
    private let rest: UInt32

    /// The longest text that cells can point into.
    static let maximumLength = 1 << 29

    init(_ kind: Kind, _ range: Range<Int>) {
      start = UInt32(truncatingIfNeeded: range.lowerBound)
      rest = UInt32(truncatingIfNeeded: range.count << 3) | UInt32(kind.rawValue)
    }

    package var kind: Kind { Kind(rawValue: UInt8(rest & 7)) ?? .null }
    package var range: Range<Int> { Int(start)..<Int(start) + Int(rest >> 3) }
  }

  /// The text that the cells are parts of.
  package let bytes: [UInt8]
  /// All keys that some row has, in the order in which they first come.
  package let keys: [String]
  /// By key: how many rows have it.
  package let counts: [Int]
  private let cells: [Cell]
  /// By row: its first cell, and the number of its layout.
  private let rows: [(first: UInt32, layout: UInt32)]
  /// By layout: the keys of a row's cells.
  private let layouts: [[Int]]
  /// Where the list stands.
  package let range: Range<Int>

  init(_ builder: JSONRowsBuilder, in bytes: [UInt8], at range: Range<Int>) {
    self.bytes = bytes
    self.range = range
    keys = builder.keys
    counts = builder.counts
    cells = builder.cells
    rows = builder.rows
    layouts = builder.layouts
  }

  package var count: Int { rows.count }

  /// The cell of a key in a row, nil where the row leaves it out; `place` is where the row before had
  /// it.
  package func cell(_ row: Int, _ key: Int, near place: inout Int) -> Cell? {
    let row = rows[row]
    let layout = layouts[Int(row.layout)]
    if place >= layout.count || layout[place] != key {
      guard let found = layout.firstIndex(of: key) else { return nil }
      place = found
    }
    return cells[Int(row.first) + place]
  }

  /// The value of a cell.
  package func value(_ cell: Cell) -> JSONValue {
    switch cell.kind {
    case .null: .null
    case .falseValue: .bool(false)
    case .trueValue: .bool(true)
    case .number: .number(JSONNumber(validated: text(cell)))
    case .string: .string(text(cell))
    case .escapedString: parsed(cell.range.lowerBound - 1..<cell.range.upperBound + 1)
    case .nested: parsed(cell.range)
    }
  }

  /// The text of a number, or of a string without escapes.
  package func text(_ cell: Cell) -> String {
    String(decoding: bytes[cell.range], as: UTF8.self)
  }

  /// The list as a value of the ordinary kind.
  package var value: JSONValue { parsed(range) }

  private func parsed(_ range: Range<Int>) -> JSONValue {
    // It was checked before, with the depth that it has in the whole text.
    let bytes = bytes
    return (try? JSONValue(parsing: bytes.span.extracting(range), maximumDepth: .max)) ?? .null
  }
}

extension JSONRows: Hashable {
  /// The same rows of the same text.
  package static func == (left: JSONRows, right: JSONRows) -> Bool { left === right }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Rows on their way.
struct JSONRowsBuilder {
  private(set) var keys: [String] = []
  private(set) var counts: [Int] = []
  private(set) var cells: [JSONRows.Cell] = []
  private(set) var rows: [(first: UInt32, layout: UInt32)] = []
  private(set) var layouts: [[Int]] = []
  private var indices: [String: Int] = [:]
  private var layoutNumbers: [[Int]: Int] = [:]
  private var row: [Int] = []

  /// The key that the row before has at the place of the next cell.
  var expectedKey: Int? {
    guard let last = rows.last else { return nil }
    let layout = layouts[Int(last.layout)]
    return row.count < layout.count ? layout[row.count] : nil
  }

  mutating func index(of key: String) -> Int {
    if let known = indices[key] { return known }
    indices[key] = keys.count
    keys.append(key)
    counts.append(0)
    return keys.count - 1
  }

  mutating func append(_ cell: JSONRows.Cell, _ key: Int) {
    cells.append(cell)
    row.append(key)
  }

  /// Ends a row; false where it has a key twice.
  mutating func endRow() -> Bool {
    let first = UInt32(truncatingIfNeeded: cells.count - row.count)
    for key in row { counts[key] += 1 }
    if let last = rows.last, layouts[Int(last.layout)] == row {
      rows.append((first, last.layout))
    } else {
      let number = layoutNumbers[row] ?? layouts.count
      if number == layouts.count {
        guard Set(row).count == row.count else { return false }
        layoutNumbers[row] = number
        layouts.append(row)
      }
      rows.append((first, UInt32(truncatingIfNeeded: number)))
    }
    row.removeAll(keepingCapacity: true)
    return true
  }
}
