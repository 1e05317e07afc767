import PostgresClient

extension PostgresPool {
  /// The names, quoted and qualified, of those relations that are tables of users and fit a condition.
  ///
  /// The condition is SQL over `c`, a row of `pg_class`; `$2` in it stands for the parameter.
  func tableNames(
    of relations: Set<UInt32>,
    where condition: String,
    _ parameter: String
  ) async throws(PostgresError) -> [String] {
    guard !relations.isEmpty else { return [] }
    var parameters = Parameters()
    parameters.append(text: "{" + relations.sorted().map(String.init).joined(separator: ",") + "}")
    parameters.append(text: parameter)
    var batch = QueryBatch()
    batch.append(
      sql: """
        select '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"'
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid = any($1::oid[]) and c.oid >= 16384 and c.relkind in ('r', 'p')
          and \(condition)
        """,
      parameters
    )
    let rows = try await execute(batch)[0]
    return (0..<rows.rowCount).compactMap { rows.string($0, 0) }
  }
}
