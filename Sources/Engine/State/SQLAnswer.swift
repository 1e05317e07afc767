import JSON
import PostgresClient

/// The answer of `run_sql`.
enum SQLAnswer {
  /// The rows of the last statement as text, NULL as the text `NULL`; or that it has none.
  static func encode(_ results: [QueryResult]) -> JSONValue {
    guard let last = results.last, last.hasRows else {
      return ["result_type": "CommandOk", "result": nil]
    }
    let header = (0..<last.columnCount).map { JSONValue.string(last.columnName($0)) }
    let rows = (0..<last.rowCount).map { row in
      JSONValue.array(
        (0..<last.columnCount).map { .string(last.string(row, $0) ?? "NULL") }
      )
    }
    return ["result_type": "TuplesOk", "result": .array([.array(header)] + rows)]
  }
}
