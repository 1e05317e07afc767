import PostgresClient

extension PostgresPool {
  /// The names, quoted and qualified, of those relations, or of all, that are tables of users and fit a
  /// condition.
  ///
  /// The condition is SQL over `c`, a row of `pg_class`; `$1` in it stands for the parameter.
  func tableNames(
    of relations: Set<UInt32>? = nil,
    where condition: String,
    _ parameter: String
  ) async throws(PostgresError) -> [String] {
    if relations?.isEmpty == true { return [] }
    var parameters = Parameters()
    parameters.append(text: parameter)
    var isOne = ""
    if let relations {
      isOne = "and c.oid = any($2::oid[])"
      let numbers = relations.sorted().map(String.init).joined(separator: ",")
      parameters.append(text: "{" + numbers + "}")
    }
    var batch = QueryBatch()
    batch.append(
      sql: """
        select '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"'
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid >= 16384 and c.relkind in ('r', 'p') \(isOne)
          and \(condition)
        """,
      parameters
    )
    let rows = try await execute(batch)[0]
    return (0..<rows.rowCount).compactMap { rows.string($0, 0) }
  }
}
