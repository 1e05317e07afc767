extension Publication {
  /// Whether the rows of a table can be told apart, or each of them tells all that it was: SQL over `c`, a
  /// row of `pg_class`.
  ///
  /// Rows of a partitioned table are those of its partitions, each with a replica identity of its own. Partitions
  /// that are made later get the primary key, but not what `replica identity` says, so a key has to be there.
  static let hasIdentity = """
    case c.relkind when 'p' then \(hasKey("c.oid", "i.indisprimary")) and not exists (
        select from pg_catalog.pg_partition_tree(c.oid) t
          join pg_catalog.pg_class l on l.oid = t.relid
        where t.isleaf and not (\(tableHasIdentity("l"))))
      else \(tableHasIdentity("c")) end
    """

  private static func tableHasIdentity(_ table: String) -> String {
    """
    case \(table).relreplident when 'f' then true
      when 'd' then \(hasKey("\(table).oid", "i.indisprimary"))
      when 'i' then \(hasKey("\(table).oid", "i.indisreplident"))
      else false end
    """
  }

  /// A deferrable key tells no rows apart for PostgreSQL, and an index may be gone that a table names.
  private static func hasKey(_ table: String, _ kind: String) -> String {
    """
    exists (select from pg_catalog.pg_index i
      where i.indrelid = \(table) and \(kind) and i.indimmediate and i.indisvalid)
    """
  }
}
