import GraphQLCore
import JSON
import Metadata
import PostgresClient
import SQLCompiler

/// One call of an action, or one look at what came of it.
struct ActionCall {
  var request: ActionRequest
  var input: JSONObject
  var session: Session
  var roleSchema: RoleSchema
  var variables: VariableValues
  /// The text of the operation.
  var query: [UInt8]
  var clientHeaders: (@Sendable () -> [WebhookHeaderField])?
}

extension Worker {
  /// The plans of an action's relationships, for one object each.
  func plans(
    of action: ActionRequest,
    _ roleSchema: RoleSchema,
    _ planner: Planner
  ) -> [Plan] {
    action.relationships.map { relationship, query in
      let key = NativeRequest.rowsKey
      let root: RootRequest =
        relationship.isArray ? .rows(key: key, query) : .row(key: key, query)
      let read = Compiler.compile([root], tables: roleSchema.tables)
      return Plan(
        read: read,
        queries: read.statements.map { self.query($0.sql) },
        gatheredQuery: nil,
        recipes: planner.recipes,
        externals: [],
        database: roleSchema.database(of: read),
        remotes: remotePlans(of: read, planner.remotes, planner.recipes, roleSchema)
      )
    }
  }

  func answer(
    _ call: ActionCall,
    _ plans: [Plan]
  ) async throws(RequestFailure) -> (body: [UInt8], headers: [WebhookHeaderField]) {
    let action = call.request.action
    if case .log(let id, let items) = call.request.purpose {
      return (try await log(call, plans, id: id.value(call.variables), items), [])
    }
    if action.kind == .asynchronousMutation {
      let id: String
      do {
        id = try await ActionLog(pool: metadataPool).insert(
          action.name,
          session: .object(call.session.json),
          headers: .object(
            JSONObject(
              // They are kept until the call is made: none that the webhook is not told.
              (action.forwardsClientHeaders ? call.clientHeaders?() ?? [] : []).filter {
                !WebhookEnvironment.isSecret($0.name)
              }.map {
                JSONObject.Member(key: $0.name, value: .string($0.value))
              }
            )
          ),
          input: .object(call.input)
        )
      } catch {
        throw RequestFailure(error, .execution)
      }
      return (JSONValue.string(id).serialized, [])
    }
    let handler = ActionHandler(
      sender: configuration.webhooks,
      environment: WebhookEnvironment(variables: configuration.environment),
      types: call.roleSchema.actions.types,
      configuredHeadersFirst: configuration.configuredHeadersFirst
    )
    let result: ActionHandler.Result
    do {
      result = try await handler.call(
        action,
        input: .object(call.input),
        sessionVariables: .object(call.session.json),
        query: String(decoding: call.query, as: UTF8.self),
        clientHeaders: call.clientHeaders?() ?? [],
        on: loop
      )
    } catch {
      throw RequestFailure(error, .execution)
    }
    return (try await output(result.value, call, plans), result.headers)
  }

  // MARK: - What came of asynchronous calls

  private func log(
    _ call: ActionCall,
    _ plans: [Plan],
    id: InputValue,
    _ items: [ActionRequest.LogItem]
  ) async throws(RequestFailure) -> [UInt8] {
    let text =
      switch id {
      case .string(let text), .scalar(.string(let text)): text
      default: ""
      }
    let isAdmin = call.session.role == Session.adminRole
    let entry: ActionLog.Entry?
    do {
      entry = try await ActionLog(pool: metadataPool).entry(
        text,
        of: call.request.action.name,
        session: isAdmin ? nil : .object(call.session.json)
      )
    } catch {
      throw RequestFailure(error, .execution)
    }
    guard let entry else { return Array("null".utf8) }
    var writer = JSONWriter()
    writer.beginObject()
    for item in items {
      writer.key(item.key)
      switch item.field {
      case nil: writer.string(call.request.action.name)
      case .id?: writer.string(text)
      case .createdAt?: writer.string(entry.createdAt)
      case .errors?: writer.value(entry.errors)
      case .output?:
        let body =
          entry.response.isNull
          ? Array("null".utf8) : try await output(entry.response, call, plans)
        writer.raw(body.span)
      }
    }
    writer.endObject()
    return writer.finish()
  }

  // MARK: - Outputs

  /// Writes what is selected of an output; rows of relationships are read in one go.
  private func output(
    _ value: JSONValue,
    _ call: ActionCall,
    _ plans: [Plan]
  ) async throws(RequestFailure) -> [UInt8] {
    var output = ActionOutput(call.request)
    output.collect(value)
    let context = RequestContext(
      call.variables,
      call.session,
      call.roleSchema,
      isMutation: call.request.action.kind != .query
    )
    // What stands side by side and is of one database is read in one go.
    var batches: [(database: DatabaseID, batch: QueryBatch)] = []
    var sizes: [Int] = []
    for need in output.needs {
      let plan = plans[need.relationship]
      if batches.last?.database != plan.database { batches.append((plan.database, QueryBatch())) }
      for (statement, query) in zip(plan.read.statements, plan.queries) {
        let parameters = try parameters(of: statement, plan, context) { need.keys[$0] }
        batches[batches.count - 1].batch.append(query, parameters)
      }
      sizes.append(plan.queries.count)
    }
    var found: [[UInt8]] = []
    if !output.needs.isEmpty {
      var results: [QueryResult] = []
      do {
        for (database, batch) in batches {
          results += try await pool(of: database).execute(
            batch,
            access: call.request.action.kind == .query ? .read : .write
          )
        }
      } catch {
        throw RequestFailure(HasuraError(error), .execution)
      }
      var start = 0
      let prefix = #"{"data":{"\#(NativeRequest.rowsKey)":"#.utf8.count
      for (need, size) in zip(output.needs, sizes) {
        let own = Array(results[start..<(start + size)])
        let plan = plans[need.relationship]
        let remotes = try await remoteValues(plan, own, context)
        let body = ResponseEncoder.encode(plan, own, remotes: remotes, size: 256)
        found.append(Array(body[prefix..<(body.count - 2)]))
        start += size
      }
    }
    var writer = JSONWriter()
    output.write(value, found, into: &writer)
    return writer.finish()
  }
}
