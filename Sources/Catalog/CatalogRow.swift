import JSON

/// Reads one array of the catalog's JSON from front to back.
struct CatalogRow {
  private let cells: [JSONValue]
  private var position = 0

  init(_ value: JSONValue) throws(CatalogError) {
    guard let cells = value.array else { throw CatalogError("expected a row of the catalog") }
    self.cells = cells
  }

  /// The rows of a list, which PostgreSQL gives as null where there are none.
  static func rows(_ value: JSONValue?) throws(CatalogError) -> [CatalogRow] {
    guard let value, !value.isNull else { return [] }
    guard let rows = value.array else { throw CatalogError("expected rows of the catalog") }
    return try rows.map { row throws(CatalogError) in try CatalogRow(row) }
  }

  mutating func next() throws(CatalogError) -> JSONValue {
    guard position < cells.count else { throw CatalogError("a row of the catalog is too short") }
    defer { position += 1 }
    return cells[position]
  }

  mutating func string() throws(CatalogError) -> String {
    guard let string = try next().string else { throw mismatch("a string") }
    return string
  }

  mutating func optionalString() throws(CatalogError) -> String? {
    let value = try next()
    guard !value.isNull else { return nil }
    guard let string = value.string else { throw mismatch("a string or null") }
    return string
  }

  /// PostgreSQL's `"char"`; nil where it is empty.
  mutating func character() throws(CatalogError) -> UInt8? {
    try string().utf8.first
  }

  mutating func bool() throws(CatalogError) -> Bool {
    guard let bool = try next().bool else { throw mismatch("a Boolean") }
    return bool
  }

  mutating func int() throws(CatalogError) -> Int {
    guard let int = try next().int else { throw mismatch("an integer") }
    return int
  }

  mutating func oid() throws(CatalogError) -> UInt32 {
    guard let oid = UInt32(exactly: try int()) else { throw mismatch("an oid") }
    return oid
  }

  mutating func optionalOID() throws(CatalogError) -> UInt32? {
    guard position < cells.count, !cells[position].isNull else {
      _ = try next()
      return nil
    }
    return try oid()
  }

  mutating func strings() throws(CatalogError) -> [String] {
    let value = try next()
    guard !value.isNull else { return [] }
    guard let array = value.array else { throw mismatch("strings") }
    return try array.map { element throws(CatalogError) in
      guard let string = element.string else { throw mismatch("strings") }
      return string
    }
  }

  mutating func rows() throws(CatalogError) -> [CatalogRow] {
    try CatalogRow.rows(next())
  }

  private func mismatch(_ expected: String) -> CatalogError {
    CatalogError("expected \(expected) in cell \(position - 1) of a row of the catalog")
  }
}
