import JSON
import Metadata
import PostgresClient

extension MetadataAuthority {
  /// Runs a command of the query API: `run_sql` and, by their old names, those of the metadata API.
  func query(_ call: JSONValue) async -> CommandAnswer {
    do throws(HasuraError) {
      return CommandAnswer(try await queryResult(call))
    } catch {
      return CommandAnswer(error, showingInternal: true)
    }
  }

  private func queryResult(_ call: JSONValue) async throws(HasuraError) -> JSONValue {
    guard case .object(let object) = call else {
      throw HasuraError(.parseFailed, "the request body is not an object")
    }
    guard case .string(let type)? = object["type"] else {
      throw HasuraError(.parseFailed, "key \"type\" not found")
    }
    let arguments = object["args"] ?? [:]
    switch type {
    case "run_sql", "pg_run_sql", "postgres_run_sql":
      return try await runSQL(try RunSQL(decoding: arguments))
    case "bulk", "concurrent_bulk":
      guard case .array(let calls) = arguments else {
        throw HasuraError(.parseFailed, "parsing list failed, expected Array", path: "$.args")
      }
      var answers: [JSONValue] = []
      for call in calls { answers.append(try await queryResult(call)) }
      return .array(answers)
    case _ where MetadataRequest.handles(type, dialect: .query):
      return try await result(of: call, .query)
    default:
      throw HasuraError(.notSupported, "\"\(type)\" is not supported by this version")
    }
  }

  private func runSQL(_ command: RunSQL) async throws(HasuraError) -> JSONValue {
    await enter()
    defer { leave() }
    let results: [QueryResult]
    do {
      results = try await execute(command)
    } catch let error as PostgresError {
      throw HasuraError.runSQL(error, statement: command.sql)
    } catch let error as HasuraError {
      throw error
    } catch {
      throw HasuraError(.unexpected, "\(error)")
    }
    if command.mayChangeSchema, let current = snapshots.current {
      let catalog = try await reader.catalog()
      try await publish(current.metadata, catalog, resourceVersion: current.resourceVersion)
    }
    return RunSQL.answer(results)
  }

  /// Runs the text in a transaction, unless it is to run by itself.
  private func execute(_ command: RunSQL) async throws -> [QueryResult] {
    // What an administrator starts may take as long as it takes.
    let unlimited = "set statement_timeout = 0; set lock_timeout = 0"
    if command.usesNoTransaction {
      return try await pool.withConnection { connection in
        _ = try await connection.simpleQuery(unlimited)
        return try await connection.simpleQuery(command.sql)
      }
    }
    return try await pool.withTransaction(access: command.isReadOnly ? .read : .write) {
      connection in
      _ = try await connection.simpleQuery(unlimited)
      return try await connection.simpleQuery(command.sql)
    }
  }
}
