import GraphQLCore
import JSON
import Metadata
import SQLCompiler

extension Worker {
  /// Answers a `select` or a `count` of the query API.
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
    let roleSchema = try await schema(of: session.role, in: try currentSnapshot())
    var reader = TableQueryReader(roleSchema)
    let root: RootRequest
    do throws(HasuraError) {
      root =
        switch type {
        case .select: .rows(key: Self.key, try reader.select(arguments))
        case .count: .aggregate(key: Self.key, try reader.count(arguments))
        }
    } catch {
      throw RequestFailure(error, .validation)
    }
    let read = Compiler.compile([root], tables: roleSchema.tables)
    let plan = CachedPlan(
      Plan(
        read: read,
        queries: read.statements.map { query($0.sql) },
        gatheredQuery: nil,
        recipes: reader.recipes,
        introspection: []
      )
    )
    let rows = try await rows(plan, VariableValues(), session, roleSchema)
    let body = ResponseEncoder.encode(plan.plan, rows.results, size: plan.bodySize)
    do {
      let answer = try JSONValue(parsing: body.span)["data"]?[Self.key] ?? .null
      return type == .count ? answer["a"] ?? .null : answer
    } catch {
      throw RequestFailure(HasuraError(.unexpected, "the answer is no JSON"), .execution)
    }
  }

  private static let key = "rows"
}

/// The commands of the query API that read tables.
enum TableQueryCommand: String, Sendable {
  case select
  case count

  /// Their names with the prefixes of later versions too.
  init?(command name: String) {
    var name = name
    for prefix in ["pg_", "postgres_"] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.utf8.count)
    }
    self.init(rawValue: name)
  }
}
