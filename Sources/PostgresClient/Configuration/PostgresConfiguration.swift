/// How a pool reaches the database and how much it may ask of it.
///
/// Counts are for one pool: a server with several event loops divides its totals among them.
package struct PostgresConfiguration: Hashable, Sendable {
  /// What stands between the pool and the server.
  package enum Route: Hashable, Sendable {
    /// A connection is a session: settings and prepared statements last as long as it does.
    case session
    /// A pooler in transaction mode (PgBouncer) gives each transaction another session, so nothing
    /// is kept in one: see ``SessionPolicy``.
    case transactionPooler
  }

  /// PostgreSQL's levels, by the names that its settings have.
  package enum Isolation: String, CaseIterable, Hashable, Sendable {
    case readCommitted = "read committed"
    case repeatableRead = "repeatable read"
    case serializable
  }

  package var target: ConnectionString
  package var route = Route.session

  /// Connections for reads and for writes: two lanes, so that neither starves the other.
  package var maximumReadConnections = 8
  package var maximumWriteConnections = 4
  /// How many requests may wait for a connection, for each lane.
  package var maximumWaiting = 1_000
  package var waitTimeout = Duration.seconds(5)
  package var connectTimeout = Duration.seconds(5)
  /// Connections beyond the first that stay unused for so long are closed.
  package var idleTimeout = Duration.seconds(180)
  /// Connections that are older give way to new ones when they are next at rest, so that the server gets
  /// back what their sessions have gathered; zero lets them live.
  package var lifetime = Duration.zero

  /// Zero switches one of these off.
  package var statementTimeout = Duration.seconds(30)
  package var lockTimeout = Duration.seconds(2)
  package var idleInTransactionTimeout = Duration.seconds(10)

  /// How far transactions that write are kept apart from each other.
  package var writeIsolation = Isolation.readCommitted

  /// Statements that a connection keeps prepared; each costs the server some 10 to 100 kB.
  package var maximumPreparedStatements = 256

  /// Connections that quick reads share; without any they take turns with other reads.
  package var maximumQuickConnections = 2
  /// How many quick reads may be under way on one of them.
  package var maximumPipelineDepth = 16

  package init(_ target: ConnectionString) {
    self.target = target
  }

  /// From a `postgresql://` URL or libpq's `key=value` text, or one that names the file that has it.
  package init(url: String) throws(PostgresError) {
    self.init(try ConnectionString(naming: url))
  }

  /// Only quick reads share a connection, and not where a failed transaction would stay open on it.
  func pipelineDepth(_ access: Access) -> Int {
    access == .quickRead && route == .session ? max(maximumPipelineDepth, 1) : 1
  }
}
