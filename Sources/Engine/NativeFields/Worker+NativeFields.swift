import GraphQLCore
import JSON
import PostgresClient
import SQLCompiler

extension Worker {
  /// The JSON of the root fields that the statements of a plan do not answer, one after the other.
  func externals(
    _ cached: CachedPlan,
    _ operation: Operation,
    _ request: GraphQLRequest,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> Externals {
    var values: [[UInt8]] = []
    var headers: [WebhookHeaderField] = []
    for external in cached.plan.externals {
      switch external {
      case .introspection(let field):
        values.append(try introspection(field, operation, variables))
      case .native(let native, let rows):
        let call = call(of: native, request, variables, session, roleSchema)
        let isMutation = operation.kind == .mutation
        values.append(
          try await answer(native, rows, call, roleSchema, variables, isMutation: isMutation)
        )
      case .action(let action, let plans):
        let call = ActionCall(
          request: action,
          input: action.values(variables, in: roleSchema.schema),
          session: session,
          roleSchema: roleSchema,
          variables: variables,
          query: request.query,
          clientHeaders: request.clientHeaders
        )
        let answer = try await answer(call, plans)
        values.append(answer.body)
        headers += answer.headers
      }
    }
    return Externals(values: values, headers: headers)
  }

  /// The JSON of root fields, and what goes into the head of the answer.
  struct Externals {
    var values: [[UInt8]] = []
    var headers: [WebhookHeaderField] = []
  }

  func call(
    of native: NativeRequest,
    _ request: GraphQLRequest,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) -> NativeCall {
    NativeCall(
      arguments: native.values(variables, in: roleSchema.schema),
      session: session,
      selection: native.selection,
      idempotencyKey: request.idempotencyKey.map { "\($0)/\(native.key)" },
      pool: pool,
      path: native.path
    )
  }

  private func answer(
    _ native: NativeRequest,
    _ rows: Plan?,
    _ call: NativeCall,
    _ roleSchema: RoleSchema,
    _ variables: VariableValues,
    isMutation: Bool
  ) async throws(RequestFailure) -> [UInt8] {
    guard case .call(let body) = native.field.body else {
      throw RequestFailure(
        HasuraError(.unexpected, "the field cannot be called", path: native.path),
        .execution
      )
    }
    let result: NativeResult
    do {
      result = try await body(call)
    } catch {
      throw RequestFailure(HasuraError(thrownBy: call, error), .execution)
    }
    let none = Array((native.field.result.isList ? "[]" : "null").utf8)
    switch result {
    case .encoded(let bytes): return bytes
    case .value(let value):
      var writer = JSONWriter()
      do {
        try NativeWriter(path: native.path)
          .write(value, as: native.field.result, native.selection, into: &writer)
      } catch {
        throw RequestFailure(error, .execution)
      }
      return writer.finish()
    case .row(nil): return none
    case .row(let key?):
      let keys = key.map { Array($0.utf8) }
      return try await read(rows, keys, call.session, roleSchema, variables, isMutation) ?? none
    case .rows(let keys):
      let list = InputValue.list(keys.map { .string($0) })
      var writer = ParameterText(roleSchema: roleSchema)
      guard let text = try? writer.text(of: list, as: .array) else { return none }
      return try await read(rows, [text], call.session, roleSchema, variables, isMutation) ?? none
    }
  }

  /// The JSON of the rows with some keys; nil where there is no plan for it.
  ///
  /// After a change they are read where changes are made: a replica may not have them yet.
  private func read(
    _ plan: Plan?,
    _ keys: [[UInt8]],
    _ session: Session,
    _ roleSchema: RoleSchema,
    _ variables: VariableValues,
    _ isMutation: Bool
  ) async throws(RequestFailure) -> [UInt8]? {
    guard let plan else { return nil }
    var batch = QueryBatch()
    for (statement, query) in zip(plan.read.statements, plan.queries) {
      var values = try texts(statement.parameters, plan, variables, session, roleSchema)
      for (index, slot) in statement.parameters.enumerated() where slot.owner == .request {
        guard case .nativeKey(let part) = plan.recipes[slot.index].source else { continue }
        values[index] = keys.indices.contains(part) ? keys[part] : nil
      }
      batch.append(query, Parameters(values))
    }
    let results: [QueryResult]
    do {
      results = try await pool.execute(batch, access: isMutation ? .write : .read)
    } catch {
      throw RequestFailure(HasuraError(error, of: plan, firstStatement: 0), .execution)
    }
    let remotes = try await remoteValues(
      plan,
      results,
      RequestContext(variables, session, roleSchema, isMutation: isMutation)
    )
    let body = ResponseEncoder.encode(plan, results, remotes: remotes, size: 1024)
    // The plan has one root field, of a name that is known.
    let prefix = #"{"data":{"\#(NativeRequest.rowsKey)":"#.utf8.count
    return Array(body[prefix..<(body.count - 2)])
  }

  /// The plan that reads the rows which a function names.
  func rowsPlan(
    of native: NativeRequest,
    _ roleSchema: RoleSchema,
    _ planner: Planner
  ) -> Plan? {
    guard let query = native.rows else { return nil }
    let key = NativeRequest.rowsKey
    let root: RootRequest =
      native.field.result.isList ? .rows(key: key, query) : .row(key: key, query)
    let read = Compiler.compile([root], tables: roleSchema.tables)
    return Plan(
      read: read,
      queries: read.statements.map { self.query($0.sql) },
      gatheredQuery: nil,
      recipes: planner.recipes,
      externals: [],
      remotes: remotePlans(of: read, planner.remotes, planner.recipes, roleSchema)
    )
  }
}

extension Worker {
  /// Whether the role of a session has a field of subscriptions.
  func offersSubscription(_ field: String, _ session: Session) async -> Bool {
    guard let snapshot = try? currentSnapshot(),
      let schema = try? await schema(of: session.key, in: snapshot).schema,
      let root = schema.subscriptionType
    else { return false }
    return schema.field(named: field, of: root) != nil
  }
}

extension NativeRequest {
  /// The name of the one root field of the plan that reads rows.
  static var rowsKey: String { "rows" }
}
