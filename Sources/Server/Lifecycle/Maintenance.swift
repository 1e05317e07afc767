import EventLoop
import PostgresClient

/// A connection for work that may take its time: migrations, loading, exporting.
struct Maintenance: Sendable {
  let url: String
  let loop: EventLoop
  /// A pooler in transaction mode is fine for what is no more than a statement.
  var route = PostgresConfiguration.Route.session

  func withPool<Value: Sendable>(
    _ body: (PostgresPool) async throws -> Value
  ) async throws -> Value {
    var configuration = try PostgresConfiguration(url: url)
    configuration.route = route
    configuration.maximumReadConnections = 1
    configuration.maximumQuickConnections = 0
    configuration.maximumWriteConnections = 2
    configuration.statementTimeout = .zero
    configuration.lockTimeout = .zero
    configuration.idleInTransactionTimeout = .zero
    let pool = PostgresPool(configuration, on: loop)
    do {
      let value = try await body(pool)
      await pool.close()
      return value
    } catch {
      await pool.close()
      throw error
    }
  }
}
