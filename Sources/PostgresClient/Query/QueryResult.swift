import CPostgres

/// The rows of one statement, where libpq put them.
///
/// Values are in text form. `@unchecked Sendable`: nothing changes a `PGresult` after it was
/// received, and it is freed once, when the last reference goes.
package final class QueryResult: @unchecked Sendable {
  @usableFromInline let result: OpaquePointer
  package let rowCount: Int
  package let columnCount: Int

  /// Takes the result over.
  init(owning result: OpaquePointer) {
    self.result = result
    rowCount = Int(PQntuples(result))
    columnCount = Int(PQnfields(result))
  }

  deinit {
    PQclear(result)
  }

  // MARK: - Columns

  package func columnName(_ column: Int) -> String {
    precondition(column >= 0 && column < columnCount, "no such column")
    return String(cString: PQfname(result, Int32(column)))
  }

  /// The type's oid in `pg_type`.
  package func columnType(_ column: Int) -> UInt32 {
    precondition(column >= 0 && column < columnCount, "no such column")
    return PQftype(result, Int32(column))
  }

  // MARK: - Cells

  @inlinable package func isNull(_ row: Int, _ column: Int) -> Bool {
    PQgetisnull(result, Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column)) != 0
  }

  /// The bytes of a cell, nil for NULL; they live as long as this object.
  ///
  /// libpq checks the range, and answers NULL outside.
  @inlinable package func cell(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
    cells.cell(row, column)
  }

  /// The cells without a reference to what holds them, for loops where counting would show.
  @inlinable package var cells: Cells { Cells(result) }

  /// The cells of a result that somebody else keeps alive.
  package struct Cells {
    @usableFromInline let result: OpaquePointer

    @usableFromInline init(_ result: OpaquePointer) {
      self.result = result
    }

    /// The bytes of a cell, nil for NULL.
    @inlinable package func cell(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
      let row = Int32(truncatingIfNeeded: row)
      let column = Int32(truncatingIfNeeded: column)
      let length = Int(PQgetlength(result, row, column))
      // NULL has no length, and few other values have none: most cells take two calls, not three.
      if length == 0 && PQgetisnull(result, row, column) != 0 { return nil }
      return UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: length)
        .assumingMemoryBound(to: UInt8.self)
    }
  }

  /// A copy of a cell, nil for NULL.
  package func string(_ row: Int, _ column: Int) -> String? {
    cell(row, column).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A copy of a cell, nil for NULL.
  package func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
    cell(row, column).map { Array($0) }
  }

  // MARK: - Outcome

  /// Whether the statement returns rows, be there none of them, as `INSERT` without `RETURNING`
  /// does not.
  package var hasRows: Bool { PQresultStatus(result) == PGRES_TUPLES_OK }

  /// `SELECT 3`, `INSERT 0 1`, `CREATE TABLE`; empty for an empty statement.
  package var commandTag: String { String(cString: PQcmdStatus(result)) }

  /// How many rows the statement read or changed; zero where the tag gives no number.
  package var affectedRows: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }
}
