import Catalog
import JSON
import Metadata
import PostgresClient

// Commands that change no metadata: they read and write the logs of events and calls.
extension MetadataAuthority {
  func perform(
    _ command: OperationCommand,
    at path: JSONPath
  ) async throws(HasuraError) -> JSONValue {
    switch command {
    case .redeliverEvent(let id, let source):
      let found = try await rows(
        """
        update hdb_catalog.event_log set delivered = false, error = false, tries = 0,
          next_retry_at = now() at time zone 'utc', locked = null where id = $1 returning id
        """,
        [id],
        in: source
      )
      guard found.rowCount == 1 else { throw failure(.notExists, "event not found", path) }
      return ["message": "success"]
    case .invokeEventTrigger(let name, let payload, let source):
      return try await invoke(name, payload, in: source, path)
    case .getEventLogs(let name, let source, let statuses, let page):
      try checkEventTrigger(name, in: source, path)
      return try await logs(of: name, in: source, statuses, page)
    case .cleanEventLogs(let name, let source, let cleanup):
      return try await clean(name, in: source, cleanup, path)
    case .getEventInvocations(let name, let source, let page):
      try checkEventTrigger(name, in: source, path)
      return try await list(
        "hdb_catalog.event_invocation_logs where trigger_name = $1 order by created_at desc",
        [name],
        page,
        in: source
      )
    case .getEvent(let id, let source, let page):
      return try await event(id, in: source, page, path)
    case .createScheduledEvent(let event): return try await create(event)
    case .deleteScheduledEvent(let schedule, let id):
      let found = try await rows(
        "delete from \(ScheduleLog.Kind(schedule).table) where id = $1 returning id",
        [id]
      )
      guard found.rowCount == 1 else {
        throw failure(.notFound, "event with id \"\(id)\" is not found", path)
      }
      return ["message": "success"]
    case .getScheduledEvents(let schedule, let trigger, let statuses, let counts, let page):
      return try await scheduled(schedule, trigger, statuses, counts, page)
    case .getInvocations(let schedule, let trigger, let id, let counts, let page):
      return try await invocations(schedule, trigger, id, counts, page)
    case .getCatalogState: return try await catalogState()
    case .setCatalogState(let type, let state):
      _ = try await rows(
        "update hdb_catalog.hdb_version set \(type)_state = $1::jsonb",
        [state.text]
      )
      return ["message": "success"]
    case .testTransform(let arguments): return try test(arguments, path)
    }
  }

  private func failure(
    _ code: HasuraError.Code,
    _ message: String,
    _ path: JSONPath
  ) -> HasuraError {
    HasuraError(code, message, path: path.key("args").description)
  }

  // MARK: - SQL

  /// Of the database of a source, or of that with the metadata.
  func rows(
    _ sql: String,
    _ values: [String?],
    in source: String? = nil
  ) async throws(HasuraError) -> QueryResult {
    let pool = if let source { try self.pool(ofSource: source) } else { store.pool }
    var parameters = Parameters()
    for value in values {
      if let value { parameters.append(text: value) } else { parameters.appendNull() }
    }
    do {
      return try await pool.execute(
        QueryBatch(PreparedQuery(sql), parameters),
        access: .write
      )[0]
    } catch {
      throw HasuraError(error)
    }
  }

  /// The rows of a source of SQL as a list of objects.
  private func list(
    _ source: String,
    _ values: [String?],
    _ page: OperationCommand.Page,
    in database: String? = nil
  ) async throws(HasuraError) -> JSONValue {
    var sql = "select coalesce(json_agg(row_to_json(t)), '[]') from (select * from \(source)"
    if let limit = page.limit { sql += " limit \(max(limit, 0))" }
    if let offset = page.offset { sql += " offset \(max(offset, 0))" }
    return try await json(sql + ") as t", values, in: database)
  }

  private func json(
    _ sql: String,
    _ values: [String?],
    in source: String? = nil
  ) async throws(HasuraError) -> JSONValue {
    let rows = try await rows(sql, values, in: source)
    guard rows.rowCount > 0, let text = rows.bytes(0, 0) else { return .null }
    return (try? JSONValue(parsing: text.span)) ?? .null
  }

  // MARK: - Event triggers

  private func invoke(
    _ name: String,
    _ payload: JSONValue,
    in source: String,
    _ path: JSONPath
  ) async throws(HasuraError) -> JSONValue {
    try checkEventTrigger(name, in: source, path)
    let tables = snapshots.current?.consistency.metadata.source(named: source)?.tables ?? []
    for tracked in tables {
      guard let trigger = tracked.eventTriggers.first(where: { $0.name == name }) else { continue }
      guard trigger.isManual else {
        throw failure(.notSupported, "manual mode is not enabled for event trigger", path)
      }
      let event: JSONValue = [
        "op": "MANUAL", "data": ["old": nil, "new": payload],
        "session_variables": ["x-hasura-role": "admin"], "trace_context": nil,
      ]
      let rows = try await rows(
        """
        insert into hdb_catalog.event_log (schema_name, table_name, trigger_name, payload)
        values ($1, $2, $3, $4::jsonb) returning id
        """,
        [tracked.table.schema, tracked.table.name, name, event.text],
        in: source
      )
      return ["event_id": .string(rows.string(0, 0) ?? "")]
    }
    throw failure(.notExists, "event trigger \"\(name)\" does not exist", path)
  }

  private func logs(
    of name: String,
    in source: String,
    _ statuses: [String],
    _ page: OperationCommand.Page
  ) async throws(HasuraError) -> JSONValue {
    var conditions: [String] = []
    for status in statuses {
      switch status {
      case "pending": conditions.append("(not delivered and not error)")
      case "processed": conditions.append("(delivered or error)")
      case "error": conditions.append("error")
      case "delivered": conditions.append("delivered")
      default: break
      }
    }
    let filter = conditions.isEmpty ? "" : " and (\(conditions.joined(separator: " or ")))"
    return try await list(
      "hdb_catalog.event_log where trigger_name = $1\(filter) order by created_at desc",
      [name],
      page,
      in: source
    )
  }

  private func event(
    _ id: String,
    in source: String,
    _ page: OperationCommand.Page,
    _ path: JSONPath
  ) async throws(HasuraError) -> JSONValue {
    let event = try await json(
      "select row_to_json(t) from hdb_catalog.event_log as t where id = $1",
      [id],
      in: source
    )
    guard !event.isNull else { throw failure(.notExists, "event not found", path) }
    let invocations = try await list(
      "hdb_catalog.event_invocation_logs where event_id = $1 order by created_at desc",
      [id],
      page,
      in: source
    )
    return ["event": event, "invocations": invocations]
  }

  // MARK: - Scheduled events

  private func create(
    _ event: OperationCommand.ScheduledEvent
  ) async throws(HasuraError) -> JSONValue {
    let rows = try await rows(
      """
      insert into hdb_catalog.hdb_scheduled_events
        (webhook_conf, scheduled_time, payload, retry_conf, header_conf, comment)
      values ($1::json, $2::timestamptz, $3::json, $4::json, $5::json, $6) returning id
      """,
      [
        event.webhook.encoded().text, event.time, event.payload?.text,
        event.retries.encodedForSchedule.text,
        JSONValue.array(event.headers.map { $0.encoded() }).text, event.comment,
      ]
    )
    return ["message": "success", "event_id": .string(rows.string(0, 0) ?? "")]
  }

  private func scheduled(
    _ schedule: OperationCommand.Schedule,
    _ trigger: String?,
    _ statuses: [String],
    _ counts: Bool,
    _ page: OperationCommand.Page
  ) async throws(HasuraError) -> JSONValue {
    var conditions: [String] = []
    var values: [String?] = []
    if let trigger {
      values.append(trigger)
      conditions.append("trigger_name = $\(values.count)")
    }
    if !statuses.isEmpty {
      values.append(JSONValue.array(statuses.map { .string($0) }).text)
      conditions.append("status in (select json_array_elements_text($\(values.count)::json))")
    }
    let filter = conditions.isEmpty ? "" : " where " + conditions.joined(separator: " and ")
    let source = ScheduleLog.Kind(schedule).table + filter
    var answer: JSONObject = [
      "events": try await list(source + " order by scheduled_time asc", values, page)
    ]
    if counts { answer.append("count", try await json("select count(*) from \(source)", values)) }
    return .object(answer)
  }

  private func invocations(
    _ schedule: OperationCommand.Schedule,
    _ trigger: String?,
    _ id: String?,
    _ counts: Bool,
    _ page: OperationCommand.Page
  ) async throws(HasuraError) -> JSONValue {
    let kind = ScheduleLog.Kind(schedule)
    var conditions: [String] = []
    var values: [String?] = []
    if let id {
      values.append(id)
      conditions.append("event_id = $\(values.count)")
    }
    if let trigger, kind == .cron {
      values.append(trigger)
      conditions.append(
        "event_id in (select id from \(kind.table) where trigger_name = $\(values.count))"
      )
    }
    let filter = conditions.isEmpty ? "" : " where " + conditions.joined(separator: " and ")
    let source = kind.invocations + filter
    var answer: JSONObject = [
      "invocations": try await list(source + " order by created_at desc", values, page)
    ]
    if counts { answer.append("count", try await json("select count(*) from \(source)", values)) }
    return .object(answer)
  }

  private func catalogState() async throws(HasuraError) -> JSONValue {
    try await json(
      """
      select json_build_object('id', hasura_uuid::text, 'cli_state', cli_state,
        'console_state', console_state) from hdb_catalog.hdb_version
      """,
      []
    )
  }

  // MARK: - Transforms

  private func test(_ arguments: JSONValue, _ path: JSONPath) throws(HasuraError) -> JSONValue {
    var variables = configuration.environment
    for member in arguments["env"]?.object?.members ?? [] {
      variables[member.key] = member.value.string
    }
    let environment = WebhookEnvironment(variables: variables)
    let transform = WebhookTransform(["request_transform": arguments["request_transform"] ?? .null])
    let body = arguments["body"] ?? .null
    do {
      let webhook = try EventTrigger.Webhook(
        decoding: JSONCursor(
          arguments["webhook_url"] ?? .null,
          at: path.key("args").key("webhook_url")
        )
      )
      var call = WebhookCall(
        url: try environment.url(of: webhook),
        headers: (arguments["request_headers"]?.array ?? []).compactMap { header in
          guard let pair = header.array, pair.count == 2, let name = pair[0].string,
            let value = pair[1].string
          else { return nil }
          return WebhookHeaderField(name: name, value: value)
        },
        body: body.serialized,
        timeout: 0
      )
      let scope = transform.scope(
        body: body,
        url: call.url,
        sessionVariables: arguments["session_variables"]
      )
      try transform.apply(to: &call, scope)
      let sent = call.body.flatMap { body in try? JSONValue(parsing: body.span) }
      return [
        "webhook_url": .string(call.url), "method": .string(call.method),
        "headers": .array(call.headers.map { .array([.string($0.name), .string($0.value)]) }),
        "body": sent ?? call.body.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null,
      ]
    } catch let error as KritiError {
      throw HasuraError(
        .validationFailed,
        "request transform validation failed",
        path: path.key("args").description,
        internal: error.encoded
      )
    } catch let error as WebhookFailure {
      throw failure(.validationFailed, error.message, path)
    } catch let error as MetadataError {
      throw HasuraError(error)
    } catch {
      throw HasuraError(.unexpected, "\(error)")
    }
  }
}

extension ScheduleLog.Kind {
  init(_ schedule: OperationCommand.Schedule) {
    self = schedule == .cron ? .cron : .oneOff
  }
}
