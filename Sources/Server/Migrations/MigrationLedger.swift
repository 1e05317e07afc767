import PostgresClient

/// The table in which a database remembers the migrations applied to it.
///
/// Only a migration creates it: a database that is served without `--migrate` never gets it.
struct MigrationLedger {
  /// A row of it.
  struct Entry: Sendable, Hashable {
    var number: Int
    var name: String
    var checksum: String
    /// As PostgreSQL prints it.
    var appliedAt: String
  }

  let connection: PostgresConnection

  /// The rows in order; none where there is no table yet.
  func entries() async throws -> [Entry] {
    // Not `to_regclass`: that may answer from what the session remembers of the time before it
    // waited for the lock.
    let found = try await connection.simpleQuery(
      """
      SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'apus' AND c.relname = 'migrations'
      """
    )
    guard found.first?.rowCount == 1 else { return [] }
    let results = try await connection.simpleQuery(
      "SELECT number, name, checksum, applied_at FROM apus.migrations ORDER BY number"
    )
    guard let rows = results.first else { return [] }
    return (0..<rows.rowCount).map { row in
      Entry(
        number: rows.string(row, 0).flatMap { Int($0) } ?? 0,
        name: rows.string(row, 1) ?? "",
        checksum: rows.string(row, 2) ?? "",
        appliedAt: rows.string(row, 3) ?? ""
      )
    }
  }

  /// Makes one server migrate at a time and frees the transaction from the time limits of requests.
  ///
  /// The lock belongs to the transaction, not to the session, so that it holds through a pooler in
  /// transaction mode, too. Returns at once with false where another holds it.
  func tryLock() async throws -> Bool {
    let results = try await connection.simpleQuery(
      """
      SET LOCAL statement_timeout = 0;
      SET LOCAL lock_timeout = 0;
      SET LOCAL idle_in_transaction_session_timeout = 0;
      SET LOCAL client_min_messages = warning;
      SELECT pg_try_advisory_xact_lock(\(Self.lock))
      """
    )
    return results.last?.string(0, 0) == "t"
  }

  func waitForLock() async throws {
    _ = try await connection.simpleQuery("SELECT pg_advisory_xact_lock(\(Self.lock))")
  }

  /// Any number will do that nothing else locks in the same database: "apus" and "migr" in ASCII.
  private static let lock = 0x6170_7573_6D69_6772

  func create() async throws {
    _ = try await connection.simpleQuery(
      """
      CREATE SCHEMA IF NOT EXISTS apus;
      COMMENT ON SCHEMA apus IS 'What Apus keeps about the database itself';
      CREATE TABLE IF NOT EXISTS apus.migrations (
        number     integer PRIMARY KEY,
        name       text NOT NULL,
        checksum   text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON TABLE apus.migrations IS 'Applied migrations, with the SHA-256 of their files';
      """
    )
  }

  func add(_ migration: Migration) async throws {
    var parameters = Parameters()
    parameters.append(text: String(migration.number))
    parameters.append(text: migration.name)
    parameters.append(text: migration.up.checksum)
    var batch = QueryBatch()
    batch.append(
      sql: "INSERT INTO apus.migrations (number, name, checksum) VALUES ($1, $2, $3)",
      parameters
    )
    _ = try await connection.execute(batch)
  }

  func remove(_ number: Int) async throws {
    _ = try await connection.simpleQuery("DELETE FROM apus.migrations WHERE number = \(number)")
  }
}
