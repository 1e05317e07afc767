import PostgresClient

/// Puts triggers on tables that notify a channel of each statement that changes rows.
///
/// They tell what replication tells, but for the rows themselves, at the price of a call for each such
/// statement. The text of a notification is the relation's number; PostgreSQL sends equal ones of a
/// transaction once, when others see what it did.
struct ChangeTriggers: Sendable {
  static let channel = "apus_changes"
  static let function = "hdb_catalog.apus_tell_change"
  private static let trigger = "apus_tell_change"

  let pool: PostgresPool

  /// Why triggers are not to be had; nil where the function is there that they call.
  func obstacle() async throws(PostgresError) -> String? {
    do {
      let there = QueryBatch(
        sql: """
          select to_regproc('\(Self.function)') is not null, to_regnamespace('hdb_catalog') is not null
          """
      )
      let row = try await pool.execute(there)[0]
      if row.string(0, 0) == "t" { return nil }
      var batch = QueryBatch()
      // Only where it is missing: else no right to make schemas is needed.
      if row.string(0, 1) != "t" { batch.append(sql: "create schema if not exists hdb_catalog") }
      batch.append(
        sql: """
          create or replace function \(Self.function)() returns trigger language plpgsql as
            $$ begin perform pg_catalog.pg_notify('\(Self.channel)', tg_relid::text); return null; end $$
          """
      )
      _ = try await pool.execute(batch, access: .write)
    } catch {
      guard error.kind == .server, error.sqlstate.classCode != "57" else { throw error }
      return "the function \(Self.function) cannot be made: \(error.message)"
    }
    return nil
  }

  /// Adds triggers to those of the relations that are tables and have none yet.
  ///
  /// A statement on a partitioned table calls that table's triggers and none of its partitions', so both
  /// get one. A table whose lock is not to be had in two seconds, or that belongs to somebody else, stays
  /// without: it is looked at by the clock.
  func add(_ relations: Set<UInt32>) async throws(PostgresError) {
    let tables = try await pool.tableNames(
      of: relations,
      where: """
        not exists (select from pg_catalog.pg_trigger t
          where t.tgrelid = c.oid and t.tgfoid = pg_catalog.to_regproc($1))
        """,
      Self.function
    )
    for table in tables {
      var batch = QueryBatch()
      batch.append(sql: "set local lock_timeout = '2s'")
      batch.append(
        sql: """
          create trigger \(Self.trigger)
            after insert or update or delete or truncate on \(table)
            for each statement execute function \(Self.function)()
          """
      )
      // Also for what another server's replication writes here.
      batch.append(sql: "alter table \(table) enable always trigger \(Self.trigger)")
      do {
        _ = try await pool.execute(batch, access: .write)
      } catch {
        guard error.kind == .server else { throw error }
      }
    }
  }
}
