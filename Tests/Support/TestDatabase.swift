import CPostgres

/// A database of a test cluster, with a blocking way in for setting tests up and checking after.
package struct TestDatabase: Sendable {
  package let name: String
  /// Through the unix socket.
  package let url: String
  /// Through 127.0.0.1.
  package let addressURL: String

  /// Runs statements on a connection of its own and returns the rows of the last one.
  @discardableResult
  package func execute(_ sql: String) throws -> [[String?]] {
    let connection = PQconnectdb(url)
    defer { PQfinish(connection) }
    guard PQstatus(connection) == CONNECTION_OK else {
      throw TestClusterError(String(cString: PQerrorMessage(connection)))
    }
    PQsetNoticeProcessor(connection, { _, _ in }, nil)
    let result = PQexec(connection, sql)
    defer { PQclear(result) }
    let status = PQresultStatus(result)
    guard [PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY].contains(status) else {
      throw TestClusterError(String(cString: PQresultErrorMessage(result)))
    }
    return (0..<PQntuples(result)).map { row in
      (0..<PQnfields(result)).map { column in
        PQgetisnull(result, row, column) != 0
          ? nil : String(cString: PQgetvalue(result, row, column))
      }
    }
  }
}
