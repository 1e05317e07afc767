/// One row of the catalog, whose cells have to hold what its kind says.
struct CatalogRow<Rows: CatalogRows> {
  let rows: Rows
  let index: Int

  func optionalString(_ cell: CatalogCell) -> String? {
    rows.text(index, cell)
  }

  func string(_ cell: CatalogCell) throws(CatalogError) -> String {
    guard let text = rows.text(index, cell) else { throw mismatch("a text", cell) }
    return text
  }

  /// PostgreSQL's `"char"`; nil where it is empty.
  func character(_ cell: CatalogCell) -> UInt8? {
    rows.byte(index, cell)
  }

  func bool(_ cell: CatalogCell) throws(CatalogError) -> Bool {
    switch rows.byte(index, cell) {
    case UInt8(ascii: "t"): true
    case UInt8(ascii: "f"): false
    default: throw mismatch("a Boolean", cell)
    }
  }

  func int(_ cell: CatalogCell) throws(CatalogError) -> Int {
    guard let number = rows.number(index, cell) else { throw mismatch("an integer", cell) }
    return number
  }

  func oid(_ cell: CatalogCell) throws(CatalogError) -> UInt32 {
    guard let oid = rows.number(index, cell).flatMap({ UInt32(exactly: $0) }) else {
      throw mismatch("an oid", cell)
    }
    return oid
  }

  /// Nil for NULL.
  func optionalOID(_ cell: CatalogCell) throws(CatalogError) -> UInt32? {
    rows.byte(index, cell) == nil ? nil : try oid(cell)
  }

  /// Numbers with spaces between them.
  func ints(_ cell: CatalogCell) throws(CatalogError) -> [Int] {
    var numbers: [Int] = []
    for part in try string(cell).split(separator: " ") {
      guard let number = Int(part) else { throw mismatch("integers", cell) }
      numbers.append(number)
    }
    return numbers
  }

  private func mismatch(_ expected: String, _ cell: CatalogCell) -> CatalogError {
    CatalogError("expected \(expected) as the \(cell) of row \(index) of the catalog")
  }
}
