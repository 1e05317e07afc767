import PostgresClient

/// Says whether changes can be told by logical replication, and keeps the publication where that is
/// wanted.
struct Publication: Sendable {
  let pool: PostgresPool
  let options: ChangeOptions

  /// Why replication is not to be had; nil where it is.
  ///
  /// Makes the publication where that is allowed and it is missing.
  func obstacle() async throws(PostgresError) -> String? {
    var parameters = Parameters()
    parameters.append(text: options.publication)
    var batch = QueryBatch()
    batch.append(
      sql: """
        select current_setting('wal_level'),
          (select rolsuper or rolreplication from pg_catalog.pg_roles where rolname = current_user),
          exists (select from pg_catalog.pg_publication where pubname = $1)
        """,
      parameters
    )
    let row = try await pool.execute(batch)[0]
    let level = row.string(0, 0) ?? ""
    guard level == "logical" else {
      return "wal_level is \(level), and has to be logical"
    }
    guard row.string(0, 1) == "t" else {
      return "the database's role has not the attribute REPLICATION"
    }
    if row.string(0, 2) == "t" { return nil }
    guard options.managesPublication else {
      return "there is no publication \"\(options.publication)\"; "
        + "--create-publication makes and keeps it"
    }
    do {
      _ = try await pool.execute(
        QueryBatch(
          sql: "create publication \(options.publication.quotedName) "
            + "with (publish_via_partition_root = true)"
        ),
        access: .write
      )
    } catch {
      // The database went away.
      guard error.kind == .server, error.sqlstate.classCode != "57" else { throw error }
      // Another server may have been quicker.
      guard error.sqlstate == "42710" else {
        return "the publication \"\(options.publication)\" cannot be made: \(error.message)"
      }
    }
    return nil
  }

  /// Adds the tables to the publication that are read somewhere and whose rows can be told apart; whether
  /// there were any.
  ///
  /// PostgreSQL refuses updates of published tables that have no replica identity, whoever makes them, so
  /// those stay outside: they are looked at by the clock.
  func add(_ relations: Set<UInt32>) async throws(PostgresError) -> Bool {
    guard options.managesPublication else { return false }
    let names = try await pool.tableNames(
      of: relations,
      where: """
        c.relpersistence = 'p' and not c.relispartition and (\(Self.hasIdentity))
          and not exists (select from pg_catalog.pg_publication p
            left join pg_catalog.pg_publication_rel r on r.prpubid = p.oid and r.prrelid = c.oid
            where p.pubname = $1 and (p.puballtables or r.prrelid is not null))
        """,
      options.publication
    )
    for name in names { try await alter("add table only \(name)") }
    return !names.isEmpty
  }

  /// Takes the tables out of the publication whose rows cannot be told apart any more; whether there
  /// were any.
  func removeUnidentified() async throws(PostgresError) -> Bool {
    guard options.managesPublication else { return false }
    let names = try await pool.tableNames(
      where: """
        not (\(Self.hasIdentity)) and exists (
          select from pg_catalog.pg_publication p
            join pg_catalog.pg_publication_rel r on r.prpubid = p.oid
          where p.pubname = $1 and r.prrelid = c.oid and (p.pubupdate or p.pubdelete))
        """,
      options.publication
    )
    for name in names { try await alter("drop table only \(name)") }
    return !names.isEmpty
  }

  private func alter(_ change: String) async throws(PostgresError) {
    do {
      _ = try await pool.execute(
        QueryBatch(sql: "alter publication \(options.publication.quotedName) \(change)"),
        access: .write
      )
    } catch {
      // Done already, gone meanwhile, or somebody else's: what is not told is looked at.
      guard error.kind == .server else { throw error }
    }
  }
}

extension String {
  fileprivate var quotedName: String {
    "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
