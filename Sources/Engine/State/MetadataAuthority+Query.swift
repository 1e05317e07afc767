import Catalog
import JSON
import Metadata
import PostgresClient

extension MetadataAuthority {
  /// Runs a command of the query API: `run_sql`, those that read tables and, by their old names, those
  /// of the metadata API.
  func query(_ call: JSONValue, _ session: Session) async -> CommandAnswer {
    do throws(HasuraError) {
      return CommandAnswer(try await queryResult(call, session, at: .root))
    } catch {
      return CommandAnswer(
        error,
        showingInternal: session.role == Session.adminRole || configuration.isDevelopmentMode
      )
    }
  }

  private func queryResult(
    _ call: JSONValue,
    _ session: Session,
    at path: JSONPath
  ) async throws(HasuraError) -> JSONValue {
    guard case .object(let object) = call else {
      throw HasuraError(.parseFailed, "the request body is not an object", path: path.description)
    }
    guard case .string(let type)? = object["type"] else {
      throw HasuraError(.parseFailed, "key \"type\" not found", path: path.description)
    }
    let arguments = object["args"] ?? [:]
    if let command = TableQueryCommand(command: type) {
      let cursor = JSONCursor(arguments, at: path.key("args"))
      return try await worker.tableQuery(command, cursor, session)
    }
    guard type == "bulk" || type == "concurrent_bulk" || session.role == Session.adminRole else {
      throw HasuraError(
        .accessDenied,
        "restricted access : admin only",
        path: path.key("args").description,
        httpStatus: 400
      )
    }
    switch type {
    case "run_sql", "pg_run_sql", "postgres_run_sql":
      let command: RunSQLArguments
      do {
        command = try RunSQLArguments(decoding: JSONCursor(arguments, at: path.key("args")))
      } catch {
        throw HasuraError(error)
      }
      return try await runSQL(command, session)
    case "bulk", "concurrent_bulk":
      guard case .array(let calls) = arguments else {
        let place = path.key("args").description
        throw HasuraError(.parseFailed, "parsing list failed, expected Array", path: place)
      }
      var answers: [JSONValue] = []
      for (index, call) in calls.enumerated() {
        answers.append(try await queryResult(call, session, at: path.key("args").index(index)))
      }
      return .array(answers)
    case _ where MetadataRequest.handles(type, dialect: .query):
      return try await result(of: call, .query, at: path)
    default:
      throw HasuraError(.notSupported, "\"\(type)\" is not supported by this version")
    }
  }

  // MARK: - run_sql

  private func runSQL(
    _ command: RunSQLArguments,
    _ session: Session
  ) async throws(HasuraError) -> JSONValue {
    do {
      // Text that leaves the metadata alone may take its time: nobody waits for it.
      guard command.needsMetadataCheck else {
        let pool = try pool(ofSource: command.source)
        return SQLAnswer.encode(try await run(command, session, on: pool))
      }
      let current = try await enterUpToDate()
      defer { leave() }
      let pool = try pool(ofSource: command.source)
      return try await runChecked(command, session, current, on: pool)
    } catch let error as PostgresError {
      throw HasuraError.runSQL(error, statement: command.sql)
    } catch let error as HasuraError {
      throw error
    } catch let error as MetadataError {
      throw HasuraError(error)
    } catch {
      throw HasuraError(.unexpected, "\(error)")
    }
  }

  /// Lifts the limits of a connection, and has triggers told on whose behalf they are called.
  ///
  /// What this sets ends with the lease at the latest.
  private static func prepare(
    _ connection: PostgresConnection,
    for session: Session,
    isLocal: Bool = true
  ) async throws {
    // What an administrator starts may take as long as it takes.
    let scope = isLocal ? "local" : "session"
    _ = try await connection.simpleQuery(
      "set \(scope) statement_timeout = 0; set \(scope) lock_timeout = 0"
    )
    try await connection.set(session.setting, isLocal: isLocal)
  }

  private func run(
    _ command: RunSQLArguments,
    _ session: Session,
    on pool: PostgresPool
  ) async throws -> [QueryResult] {
    if command.hasNoTransaction {
      return try await pool.withConnection { connection in
        // Behind a pooler the next statement may be in another session, and this one another's next.
        if pool.configuration.route == .session {
          try await Self.prepare(connection, for: session, isLocal: false)
        }
        var last: [QueryResult] = []
        // One by one: together they would be one transaction.
        for statement in SQLStatements.split(command.sql) {
          last = try await connection.simpleQuery(statement)
        }
        return last
      }
    }
    return try await pool.withTransaction(access: command.isReadOnly ? .read : .write) {
      connection in
      try await Self.prepare(connection, for: session)
      return try await connection.simpleQuery(command.sql)
    }
  }

  /// Runs the text, and lets the metadata follow what it did to the schema; both or neither happen.
  ///
  /// Where the source is of another database than the metadata, these are stored just before the text
  /// is committed.
  private func runChecked(
    _ command: RunSQLArguments,
    _ session: Session,
    _ current: EngineSnapshot,
    on pool: PostgresPool
  ) async throws -> JSONValue {
    let reader = CatalogReader(pool: pool)
    let before = try await reader.catalog(sharing: current.context.catalogs[command.source])
    if command.hasNoTransaction {
      // What it does to the metadata shows only when it is done.
      try checkMaintenance()
      let answer = SQLAnswer.encode(try await run(command, session, on: pool))
      let after = try await reader.catalog(sharing: before)
      let editor = try editor(current, following: command, from: before, to: after)
      let next = try await next(editor, command, by: reader)
      if editor.isChanged {
        try await commit(next, replacing: current.resourceVersion)
      } else {
        publish(next, resourceVersion: current.resourceVersion)
      }
      return answer
    }
    let hasMetadata = pool === store.pool
    let (answer, next) = try await pool.withTransaction { connection in
      try await Self.prepare(connection, for: session)
      let answer = SQLAnswer.encode(try await connection.simpleQuery(command.sql))
      // The text may have set a path, by which names in defaults would be written short.
      _ = try await connection.simpleQuery("set local search_path to default")
      let after = try CatalogReader.decode(
        try await connection.execute(CatalogReader.batch)[0],
        sharing: before
      )
      let editor = try self.editor(current, following: command, from: before, to: after)
      var next = try await self.next(editor, command, by: reader, through: connection)
      next.resourceVersion = current.resourceVersion
      if let database = next.eventDatabases[command.source] {
        for statement in self.eventTriggerChanges(to: next, of: database) {
          _ = try await connection.simpleQuery(statement)
        }
      }
      if editor.isChanged {
        try self.checkMaintenance()
        let document = await self.text(of: editor.metadata)
        let version: Int?
        if hasMetadata {
          let results = try await connection.execute(
            self.store.batch(
              storing: document,
              replacing: current.resourceVersion,
              instance: self.instance
            )
          )
          version = MetadataStore.version(results)
        } else {
          version = try await self.store.store(
            document,
            replacing: current.resourceVersion,
            instance: self.instance,
            after: []
          )
        }
        guard let version else { throw Self.conflict(current.resourceVersion) }
        next.resourceVersion = version
      }
      return (answer, next)
    }
    snapshots.publish(next)
    return answer
  }

  /// The state after SQL has changed a source's database.
  private func next(
    _ editor: MetadataEditor,
    _ command: RunSQLArguments,
    by reader: CatalogReader,
    through connection: PostgresConnection? = nil
  ) async throws(HasuraError) -> EngineSnapshot {
    var context = editor.context
    let tables = editor.metadata.source(named: command.source)?.tables.filter(\.isEnum) ?? []
    if let catalog = context.catalogs[command.source] {
      context.enumValues[command.source] = try await reader.enumValues(
        Set(tables.map(\.table)),
        catalog,
        through: connection
      )
    }
    return try await prepare(editor.metadata, in: context, consistency: nil)
  }

  private func editor(
    _ current: EngineSnapshot,
    following command: RunSQLArguments,
    from before: Catalog,
    to after: Catalog
  ) throws -> MetadataEditor {
    // The values of enum tables as they are known: to read them would wait for what the SQL has locked.
    var context = current.context
    context.catalogs[command.source] = before
    var editor = MetadataEditor(
      current.metadata,
      in: context,
      resourceVersion: current.resourceVersion,
      after: current.consistency
    )
    try editor.follow(command.source, to: after, cascades: command.cascades)
    // Other servers have to read the catalog anew, whether or not the metadata mention what has changed.
    if before != after { editor.touch() }
    return editor
  }
}
