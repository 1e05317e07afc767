package import Catalog

/// The rows of a catalog as libpq has them for tests.
package struct CatalogTexts: CatalogRows {
  private let rows: [[String?]]

  package init(_ rows: [[String?]]) {
    self.rows = rows
  }

  package var count: Int { rows.count }

  package func text(_ row: Int, _ cell: CatalogCell) -> String? {
    rows[row].indices.contains(cell.rawValue) ? rows[row][cell.rawValue] : nil
  }
}

extension TestDatabase {
  /// What the database has.
  package func catalog(sharing known: Catalog? = nil) throws -> Catalog {
    let rows = CatalogTexts(try execute("SET jit = off; \(Catalog.query)"))
    return try Catalog(rows: rows, sharing: known)
  }
}
