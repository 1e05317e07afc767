import CPostgres

/// A session of a test that stays open, for transactions that last.
package final class LateSession {
  private let connection: OpaquePointer

  package init(_ database: TestDatabase) throws {
    guard let connection = PQconnectdb(database.url), PQstatus(connection) == CONNECTION_OK else {
      throw TestClusterError("the session cannot be opened")
    }
    self.connection = connection
  }

  deinit { PQfinish(connection) }

  package func execute(_ sql: String) throws {
    let result = PQexec(connection, sql)
    defer { PQclear(result) }
    guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
      throw TestClusterError(String(cString: PQresultErrorMessage(result)))
    }
  }
}
