package import PostgresClient

extension PostgresConnection {
  /// Runs one statement with parameters `$1`, `$2`, … and returns its rows; nil is NULL.
  package nonisolated func query(_ sql: String, _ values: [String?] = [])
    async throws(PostgresError)
    -> QueryResult
  {
    var parameters = Parameters()
    for value in values {
      if let value { parameters.append(text: value) } else { parameters.appendNull() }
    }
    var batch = QueryBatch()
    batch.append(sql: sql, parameters)
    guard let result = try await execute(batch).last else {
      throw PostgresError(kind: .server, sqlstate: "XX000", message: "a statement without a result")
    }
    return result
  }

  /// Sends rows to `COPY … FROM STDIN`.
  package nonisolated func copy(_ rows: CopyText, _ sql: String) async throws {
    var chunk: [UInt8]? = rows.bytes
    _ = try await copyIn(sql) {
      defer { chunk = nil }
      return chunk
    }
  }
}
