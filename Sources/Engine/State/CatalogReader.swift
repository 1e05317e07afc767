import Catalog
import EventLoop
import JSON
import Metadata
import PostgresClient
import SQLCompiler

/// Reads what a database has: its catalog, and the values of its enum tables.
struct CatalogReader: Sendable {
  let pool: PostgresPool

  /// The query of the catalog.
  static var batch: QueryBatch {
    var batch = QueryBatch()
    batch.append(sql: Catalog.query)
    return batch
  }

  /// What of the catalog is as in one that was read before shares its storage.
  func catalog(sharing known: Catalog? = nil) async throws(HasuraError) -> Catalog {
    let rows: QueryResult
    do {
      rows = try await pool.execute(Self.batch)[0]
    } catch {
      throw HasuraError(error)
    }
    return try await pool.loop.offload { () throws(HasuraError) -> Catalog in
      try Self.decode(rows, sharing: known)
    }
  }

  /// The catalog in the rows that its query answers with.
  static func decode(
    _ rows: QueryResult,
    sharing known: Catalog?
  ) throws(HasuraError) -> Catalog {
    do {
      return try Catalog(rows: CatalogResult(rows: rows), sharing: known)
    } catch {
      throw HasuraError(.unexpected, "the catalog could not be read", internal: .string("\(error)"))
    }
  }

  /// The values of tables that are enums, as far as they have a key to be one.
  ///
  /// Inside of a transaction they are read through its connection.
  func enumValues(
    _ tables: Set<TableName>,
    _ catalog: Catalog,
    through connection: PostgresConnection? = nil
  ) async throws(HasuraError) -> [TableName: [DatabaseContext.EnumValue]] {
    var batch = QueryBatch()
    var names: [TableName] = []
    for name in tables.sorted() {
      guard let table = catalog.table(name), let key = table.primaryKey?.columns.first
      else { continue }
      batch.append(sql: Self.query(table, key: key))
      names.append(name)
    }
    guard !names.isEmpty else { return [:] }
    let results: [QueryResult]
    do {
      results =
        if let connection {
          try await connection.execute(batch)
        } else {
          try await pool.execute(batch)
        }
    } catch {
      throw HasuraError(error)
    }
    var values: [TableName: [DatabaseContext.EnumValue]] = [:]
    for (name, rows) in zip(names, results) { values[name] = Self.values(rows) }
    return values
  }

  private static func query(_ table: Table, key: String) -> String {
    let comment = table.columns.first { !$0.name.hasSameBytes(as: key) }
    let columns = [key, comment?.name].compactMap { $0.map { $0.quotedSQLIdentifier + "::text" } }
    let name = table.name.schema.quotedSQLIdentifier + "." + table.name.name.quotedSQLIdentifier
    return "select \(columns.joined(separator: ", ")) from \(name) order by 1"
  }

  private static func values(_ rows: QueryResult) -> [DatabaseContext.EnumValue] {
    (0..<rows.rowCount).compactMap { row in
      rows.string(row, 0).map { key in
        let comment = rows.columnCount > 1 ? rows.string(row, 1) : nil
        return DatabaseContext.EnumValue(name: key, comment: comment)
      }
    }
  }
}

/// The rows of the catalog where libpq put them.
private struct CatalogResult: CatalogRows {
  let rows: QueryResult

  var count: Int { rows.rowCount }

  func text(_ row: Int, _ cell: CatalogCell) -> String? {
    rows.string(row, cell.rawValue)
  }

  func byte(_ row: Int, _ cell: CatalogCell) -> UInt8? {
    rows.cell(row, cell.rawValue)?.first
  }

  func number(_ row: Int, _ cell: CatalogCell) -> Int? {
    guard let digits = rows.cell(row, cell.rawValue), !digits.isEmpty, digits.count < 19 else {
      return nil
    }
    var number = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      number = number * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return number
  }
}
