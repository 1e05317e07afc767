import Catalog
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

  func catalog() async throws(HasuraError) -> Catalog {
    do {
      return try Self.decode(try await pool.execute(Self.batch)[0])
    } catch let error as PostgresError {
      throw HasuraError(error)
    } catch let error as HasuraError {
      throw error
    } catch {
      throw HasuraError(.unexpected, "the catalog could not be read", internal: .string("\(error)"))
    }
  }

  /// The catalog in the one cell that its query answers with.
  static func decode(_ rows: QueryResult) throws(HasuraError) -> Catalog {
    guard rows.rowCount == 1, let text = rows.bytes(0, 0) else {
      throw HasuraError(.unexpected, "the catalog query answered with no row")
    }
    do {
      return try Catalog(parsing: text.span)
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
