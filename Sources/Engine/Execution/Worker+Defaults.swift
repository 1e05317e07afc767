import GraphQLCore
import JSON
import PostgresClient
import SQLCompiler

/// A column of a list of rows that some of them leave to its default.
struct PartialColumn: Hashable, Sendable {
  var table: Int
  var column: Int
}

extension Worker {
  /// The plan, or one made for this request where the database has other defaults by now than the schema.
  ///
  /// Where all rows leave a column out PostgreSQL knows what to write. Where only some do it is not asked, so
  /// that the default stands in the statement, and somebody may have changed it behind the server's back.
  func withCurrentDefaults(
    _ cached: CachedPlan,
    _ planned: PlannedOperation,
    _ variables: VariableValues,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> CachedPlan {
    var tables = roleSchema.tables
    var isCurrent = true
    for (database, columns) in cached.plan.partialColumns.grouped(by: roleSchema) {
      let defaults: [Default]
      do {
        defaults = try await self.defaults(of: columns, in: database, roleSchema)
      } catch {
        throw RequestFailure(HasuraError(error), .execution)
      }
      for (column, current) in zip(columns, defaults) {
        let known = tables[column.table].columns[column.column].defaultExpression
        guard case .own(let expression) = current, expression != known else { continue }
        tables[column.table].columns[column.column].defaultExpression = expression
        isCurrent = false
      }
    }
    if isCurrent { return cached }
    let plan = try compile(
      planned,
      variables,
      roleSchema,
      options: planningOptions,
      tables: tables
    ).plan
    return CachedPlan(plan)
  }

  private enum Default {
    /// Of the column itself; nil for NULL.
    case own(String?)
    /// Of an identity or of the column's type, which is looked at with the schema only.
    case other
  }

  private func defaults(
    of columns: [PartialColumn],
    in database: DatabaseID,
    _ roleSchema: RoleSchema
  ) async throws(PostgresError) -> [Default] {
    var parameters = Parameters()
    let names = columns.map { column -> JSONValue in
      let table = roleSchema.tables[column.table]
      return [.string(table.sqlName), .string(table.columns[column.column].name)]
    }
    parameters.append(text: JSONValue.array(names).serialized)
    let rows = try await pool(of: database).execute(QueryBatch(Self.defaultsQuery, parameters))[0]
    return (0..<columns.count).map { row in
      row < rows.rowCount && rows.string(row, 1) == "t" ? .own(rows.string(row, 0)) : .other
    }
  }

  private static let defaultsQuery = PreparedQuery(
    """
    select pg_catalog.pg_get_expr(e.adbin, 0),
      a.attidentity = '' and (e.adbin is not null or t.typtype <> 'd')
    from jsonb_array_elements($1::jsonb) with ordinality as given (names, number)
      left join pg_catalog.pg_attribute a
        on a.attrelid = pg_catalog.to_regclass(names ->> 0) and a.attname = names ->> 1
      left join pg_catalog.pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum
      left join pg_catalog.pg_type t on t.oid = a.atttypid
    order by given.number
    """
  )
}

extension [PartialColumn] {
  /// By the database that has their table.
  fileprivate func grouped(by schema: RoleSchema) -> [DatabaseID: [PartialColumn]] {
    Dictionary(grouping: self) { schema.source(ofTable: $0.table)?.database ?? .main }
  }
}
