import GraphQLCore
import JSON
import Metadata
import SQLCompiler

extension Worker {
  /// Answers a `select`, `count`, `insert`, `update` or `delete` of the query API.
  func tableQuery(
    _ type: TableQueryCommand,
    _ arguments: JSONCursor,
    _ session: Session
  ) async throws(HasuraError) -> JSONValue {
    do throws(RequestFailure) {
      return try await answer(type, arguments, session)
    } catch {
      throw error.error
    }
  }

  private func answer(
    _ type: TableQueryCommand,
    _ arguments: JSONCursor,
    _ session: Session
  ) async throws(RequestFailure) -> JSONValue {
    let roleSchema = try await schema(of: session.key, in: try currentSnapshot())
    let source: String
    do throws(MetadataError) {
      source = try arguments.optional("source")?.nonEmptyString() ?? "default"
    } catch {
      throw RequestFailure(HasuraError(error), .validation)
    }
    var reader = TableQueryReader(roleSchema, source: source)
    let read: ReadPlan
    do throws(HasuraError) {
      read = try type.plan(arguments, key: Self.key, &reader)
    } catch {
      throw RequestFailure(error, .validation)
    }
    let plan = CachedPlan(
      Plan(
        read: read,
        queries: read.statements.map { query($0.sql) },
        gatheredQuery: nil,
        recipes: reader.recipes,
        externals: [],
        checks: reader.checks,
        database: roleSchema.sources.first { $0.name == source }?.database ?? .main
      )
    )
    let body = try await body(type, plan, session, roleSchema)
    do {
      let answer = try JSONValue(parsing: body.span)["data"]?[Self.key] ?? .null
      return type == .count ? answer["a"] ?? .null : answer
    } catch {
      throw RequestFailure(HasuraError(.unexpected, "the answer is no JSON"), .execution)
    }
  }

  private func body(
    _ type: TableQueryCommand,
    _ plan: CachedPlan,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> [UInt8] {
    if type.writes {
      try await check(plan.plan.checks, VariableValues(), session, roleSchema)
      let request = GraphQLRequest(query: [])
      return try await mutate(request, plan, VariableValues(), [], session, roleSchema).body
    }
    let rows = try await rows(plan, VariableValues(), session, roleSchema)
    return ResponseEncoder.encode(plan.plan, rows.results, size: plan.bodySize)
  }

  private static let key = "rows"
}

/// The commands of the query API that read and write tables.
enum TableQueryCommand: String, Sendable {
  case select
  case count
  case insert
  case update
  case delete

  var writes: Bool { self == .insert || self == .update || self == .delete }

  /// Their names with the prefixes of later versions too.
  init?(command name: String) {
    var name = name
    for prefix in ["pg_", "postgres_"] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.utf8.count)
    }
    self.init(rawValue: name)
  }
}

extension TableQueryCommand {
  /// The plan of a command whose answer is the member `key`.
  fileprivate func plan(
    _ arguments: JSONCursor,
    key: String,
    _ reader: inout TableQueryReader
  ) throws(HasuraError) -> ReadPlan {
    let query: TableWrite
    let tables = reader.roleSchema.tablesWithPlainEnums
    switch self {
    case .select:
      return Compiler.compile([.rows(key: key, try reader.select(arguments))], tables: tables)
    case .count:
      return Compiler.compile([.aggregate(key: key, try reader.count(arguments))], tables: tables)
    case .insert: query = try reader.insert(arguments)
    case .update: query = try reader.update(arguments)
    case .delete: query = try reader.delete(arguments)
    }
    var fields = [WriteField.affectedRows(key: "affected_rows")]
    if let returning = query.returning {
      fields.append(.returning(key: "returning", returning))
    }
    let request = MutationRequest.write(
      key: key,
      query.write,
      table: query.write.table,
      .response(fields)
    )
    return Compiler.compile([request], tables: tables, externals: 0)
  }
}
