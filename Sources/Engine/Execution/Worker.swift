import EventLoop
import GraphQLCore
import JSON
import PostgresClient
import SQLCompiler

/// The part of the engine that belongs to one loop: its connections, its plans.
///
/// Loops share nothing but snapshots, so that no request waits for a lock.
actor Worker {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
  /// The connections to the served database.
  nonisolated let pool: PostgresPool
  /// The connections to the database with the metadata; the same ones where that is the served one.
  nonisolated let metadataPool: PostgresPool

  let configuration: EngineConfiguration
  private let snapshots: SnapshotBox
  let databases: SourceDatabases
  private var snapshot: PublishedSnapshot?
  private var operations: GenerationalCache<OperationKey, PlannedOperation>
  private var roles = WorkerRoles()
  /// What the last mutation told PostgreSQL of its session.
  var lastSetting: (session: Session, setting: SessionSetting)?
  /// One prepared statement for equal SQL text, whichever operation it came from.
  private var statements: GenerationalCache<String, PreparedQuery>

  init(
    _ configuration: EngineConfiguration,
    _ snapshots: SnapshotBox,
    _ databases: SourceDatabases,
    on loop: EventLoop
  ) {
    self.databases = databases
    self.loop = loop
    self.configuration = configuration
    self.snapshots = snapshots
    let pool = PostgresPool(configuration.database, on: loop)
    self.pool = pool
    metadataPool = configuration.metadataDatabase.map { PostgresPool($0, on: loop) } ?? pool
    let capacity = configuration.limits.cachedOperations
    operations = GenerationalCache(capacity: capacity)
    statements = GenerationalCache(capacity: capacity * 4)
  }

  /// Answers a request, whatever comes of it.
  func answer(_ request: GraphQLRequest, _ session: Session) async -> GraphQLAnswer {
    do throws(RequestFailure) {
      let snapshot = try currentSnapshot()
      let found = try await body(try resolved(request, snapshot), session, snapshot)
      var answer = GraphQLAnswer(body: found.body, httpStatus: 200, outcome: .data)
      answer.operation = found.kind
      answer.isReplay = found.isReplay
      answer.headers = found.headers
      return answer
    } catch {
      return GraphQLAnswer(
        body: error.error.answer(.graphQL, showingInternal: showsInternal(to: session)),
        httpStatus: error.error.httpStatus,
        outcome: .requestError(error.stage)
      )
    }
  }

  /// Whether a session may see what PostgreSQL said.
  func showsInternal(to session: Session) -> Bool {
    configuration.isDevelopmentMode
      || (configuration.showsInternalErrorsToAdmin && session.role == Session.adminRole)
  }

  /// The snapshot to answer by; plans made for an older one are dropped.
  func currentSnapshot() throws(RequestFailure) -> PublishedSnapshot {
    if let snapshot, snapshot.value.generation == snapshots.generation { return snapshot }
    guard let current = snapshots.current else {
      throw RequestFailure(HasuraError(.unexpected, "the engine has not started"), .execution)
    }
    let published = PublishedSnapshot(current)
    snapshot = published
    operations.removeAll()
    roles = WorkerRoles()
    return published
  }

  /// The schema of a role, where this loop has it at hand.
  private func knownSchema(of role: RoleKey, in snapshot: PublishedSnapshot) -> RoleSchema? {
    if role.role == Session.adminRole, !role.isRelay { return snapshot.value.adminSchema }
    if roles.evictions != snapshot.value.roles.evictions {
      operations.removeAll()
      roles = WorkerRoles(evictions: snapshot.value.roles.evictions)
    }
    return roles.schemas[role]
  }

  /// The schema of a role, which is made away from the loop where nobody has asked for it yet.
  func schema(
    of role: RoleKey,
    in snapshot: PublishedSnapshot
  ) async throws(RequestFailure) -> RoleSchema {
    if let known = knownSchema(of: role, in: snapshot) { return known }
    let schema: RoleSchema
    if let kept = snapshot.value.roles.kept(role) {
      schema = kept
    } else {
      do {
        schema = try await loop.offload { () throws(HasuraError) -> RoleSchema in
          if let kept = snapshot.value.roles.kept(role) { return kept }
          return try snapshot.value.roles.make(role)
        }
      } catch {
        throw RequestFailure(error, .execution)
      }
    }
    // Another version may have come meanwhile: this request ends on the one that it began with.
    if snapshot === self.snapshot { roles.schemas[role] = schema }
    return schema
  }

  func body(
    _ request: GraphQLRequest,
    _ session: Session,
    _ snapshot: PublishedSnapshot
  ) async throws(RequestFailure) -> Answer {
    let roleSchema =
      if let known = knownSchema(of: session.key, in: snapshot) {
        known
      } else {
        try await schema(of: session.key, in: snapshot)
      }
    let planned = try operation(request, session, roleSchema, snapshot)
    let variables = try variables(of: request, planned.operation, roleSchema)
    var cached = try plan(planned, variables, roleSchema)
    if !cached.plan.partialColumns.isEmpty {
      cached = try await withCurrentDefaults(cached, planned, variables, roleSchema)
    }
    // Webhooks are asked before the key is claimed, so that they must not be asked again.
    if planned.operation.kind == .mutation, cached.plan.asksWebhooks,
      let body = try await firstAnswer(to: request, cached.plan, session)
    {
      return Answer(body: body, isReplay: true, kind: .mutation)
    }
    // Before anything is done: nothing is half done when one is refused.
    if !cached.plan.checks.isEmpty {
      try await check(
        cached.plan.checks,
        variables,
        session,
        roleSchema,
        clientHeaders: request.clientHeaders
      )
    }
    let external =
      cached.plan.externals.isEmpty
      ? Externals()
      : try await externals(
        cached,
        planned.operation,
        request,
        variables,
        session,
        roleSchema
      )
    if planned.operation.kind == .mutation {
      var answer = try await mutate(
        request,
        cached,
        variables,
        external.values,
        session,
        roleSchema
      )
      answer.headers = external.headers
      answer.kind = .mutation
      return answer
    }
    let rows = try await rows(cached, variables, session, roleSchema)
    let remotes =
      cached.plan.remotes.isEmpty
      ? []
      : try await remoteValues(
        cached.plan,
        rows.results,
        RequestContext(variables, session, roleSchema)
      )
    return Answer(
      body: encode(
        cached,
        rows.results,
        external.values,
        remotes: remotes,
        gatheredRow: rows.gatheredRow
      ),
      headers: external.headers,
      kind: .query
    )
  }

  /// The values that a request gives to the variables of its operation.
  func variables(
    of request: GraphQLRequest,
    _ operation: Operation,
    _ roleSchema: RoleSchema
  ) throws(RequestFailure) -> VariableValues {
    if let error = HasuraError.unexpectedVariables(request, in: operation) {
      throw RequestFailure(error, .variables)
    }
    do {
      return try operation.coerceVariables(
        request.variables,
        rows: request.rows,
        takesNull: configuration.takesNullForNonNull
      ) {
        InsertArrays.columns(of: $0, roleSchema) != nil
      }
    } catch {
      throw RequestFailure(HasuraError(error, in: operation), .variables)
    }
  }

  /// The body of an answer.
  func encode(
    _ cached: CachedPlan,
    _ results: [QueryResult],
    _ external: [[UInt8]],
    remotes: [RemoteValues] = [],
    gatheredRow: Int? = nil
  ) -> [UInt8] {
    let size = external.reduce(cached.bodySize + cached.bodySize / 4) { $0 + $1.count }
    let body = ResponseEncoder.encode(
      cached.plan,
      results,
      external: external,
      remotes: remotes,
      gatheredRow: gatheredRow,
      size: size
    )
    cached.bodySize = max(body.count, cached.bodySize - cached.bodySize / 16)
    return body
  }

  // MARK: - Planning

  func operation(
    _ request: GraphQLRequest,
    _ session: Session,
    _ roleSchema: RoleSchema,
    _ snapshot: PublishedSnapshot
  ) throws(RequestFailure) -> PlannedOperation {
    let key = OperationKey(
      role: session.key,
      operationName: request.operationName,
      query: request.query
    )
    if let known = operations[key], known.roleSchema === roleSchema {
      try known.operation.check(request)
      return known
    }
    try checkAllowlist(request, session, snapshot)
    let operation = try Operation.validated(
      request,
      roleSchema.schema,
      configuration.limits,
      allowsIntrospection: snapshot.value.allowsIntrospection(by: session.role)
    )
    let planned = PlannedOperation(
      operation,
      roleSchema,
      planCapacity: configuration.limits.cachedPlansPerOperation
    )
    if request.query.count <= configuration.limits.cachedDocumentBytes {
      operations[key] = planned
    }
    return planned
  }

  func plan(
    _ planned: PlannedOperation,
    _ variables: VariableValues,
    _ roleSchema: RoleSchema
  ) throws(RequestFailure) -> CachedPlan {
    let shape = VariableShape(variables, roleSchema)
    if let known = planned.plans[shape] { return known }
    let plan = try compile(planned, variables, roleSchema, options: planningOptions).plan
    let cached = CachedPlan(plan)
    // Its shape has hardly come before, and hardly comes again: it would only fill the memory.
    if plan.queries.count <= configuration.limits.cachedStatements { planned.plans[shape] = cached }
    return cached
  }

  var planningOptions: PlanningOptions {
    PlanningOptions(
      collapsesNullInConditions: configuration.collapsesNullInConditions,
      limits: configuration.limits
    )
  }

  /// Plans and compiles an operation anew; the planner knows more of what it has planned.
  func compile(
    _ planned: PlannedOperation,
    _ variables: VariableValues,
    _ roleSchema: RoleSchema,
    options: PlanningOptions,
    tables: [BoundTable]? = nil
  ) throws(RequestFailure) -> (plan: Plan, planner: Planner) {
    var planner = Planner(
      planned.operation,
      variables,
      in: roleSchema,
      options: options
    )
    let read: ReadPlan
    do {
      if planned.operation.kind == .mutation {
        let requests = try planner.mutations()
        read = Compiler.compile(
          requests,
          tables: tables ?? roleSchema.tables,
          externals: planner.externals.count
        )
      } else {
        read = Compiler.compile(try planner.roots(), tables: roleSchema.tables)
      }
    } catch {
      throw RequestFailure(error, .validation)
    }
    let plan = Plan(
      read: read,
      queries: read.statements.map { query($0.sql) },
      gatheredQuery: read.gathered.map { query($0.sql) },
      recipes: planner.recipes,
      streamCursor: planner.streamCursor,
      streamKeys: planner.streamKeys,
      externals: planner.externals.map { external in
        switch external {
        case .introspection: return external
        case .native(let native, _):
          return .native(native, rows: rowsPlan(of: native, roleSchema, planner))
        case .action(let action, _):
          return .action(action, relationships: plans(of: action, roleSchema, planner))
        }
      },
      checks: planner.checks,
      partialColumns: planner.partialColumns,
      database: roleSchema.database(of: read),
      parts: PlanPart.parts(
        of: read,
        in: roleSchema,
        keepsFieldsApart: planned.operation.kind == .mutation
      ),
      remotes: remotePlans(of: read, planner.remotes, planner.recipes, roleSchema)
    )
    return (plan, planner)
  }

  func query(_ sql: String) -> PreparedQuery {
    if let known = statements[sql] { return known }
    let query = PreparedQuery(sql)
    statements[sql] = query
    return query
  }
}
