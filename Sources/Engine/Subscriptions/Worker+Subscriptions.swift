import GraphQLCore
import PostgresClient
import SQLCompiler

extension Worker {
  /// What an operation is that came by a way on which results may follow each other.
  enum SubscriptionAnswer {
    case live(CohortKey)
    case stream(StreamRequest)
    case native(NativeStream)
    /// What is not answered by statements alone: it is answered like a query once in so many milliseconds.
    case repeated(every: Int)
    /// A query or mutation, which is over with its one result.
    case answered(GraphQLAnswer)
    /// With the databases that could not be read when the metadata were last looked at.
    case refused(GraphQLAnswer, absent: Set<DatabaseID>)
  }

  func subscription(_ request: GraphQLRequest, _ session: Session) async -> SubscriptionAnswer {
    var absent: Set<DatabaseID> = []
    do throws(RequestFailure) {
      let snapshot = try currentSnapshot()
      absent = snapshot.value.absentDatabases
      let request = try resolved(request, snapshot)
      let roleSchema = try await schema(of: session.key, in: snapshot)
      let planned = try operation(request, session, roleSchema, snapshot)
      guard planned.operation.kind == .subscription else {
        let answer = await answer(request, session)
        if case .requestError = answer.outcome { return .refused(answer, absent: []) }
        return .answered(answer)
      }
      let variables = try variables(of: request, planned.operation, roleSchema)
      let cached = try plan(planned, variables, roleSchema)
      if let native = native(cached.plan) {
        return .native(
          NativeStream(
            request: native,
            call: call(of: native, request, variables, session, roleSchema),
            showsInternal: showsInternal(to: session)
          )
        )
      }
      if cached.plan.isAnsweredByItself {
        let interval = try interval(planned.operation, variables)
        return .repeated(every: interval ?? configuration.subscriptions.liveInterval)
      }
      let live = cached.live ?? LivePlan(cached.plan)
      cached.live = live
      var values: [[[UInt8]?]] = []
      for statement in cached.plan.read.statements {
        values.append(
          try texts(statement.parameters, cached.plan, variables, session, roleSchema)
        )
      }
      let group = LiveGroupKey(
        plan: live,
        interval: try interval(planned.operation, variables),
        showsInternal: showsInternal(to: session)
      )
      if live.plan.read.stream != nil {
        var request = StreamRequest(group: group, values: values)
        if let passed = try passedRows(planned, cached, variables, roleSchema) {
          var values: [[[UInt8]?]] = []
          let plan = passed.plan.plan
          for statement in plan.read.statements {
            values.append(try texts(statement.parameters, plan, variables, session, roleSchema))
          }
          request.passed = PassedRowsRequest(plan: passed, values: values)
        }
        return .stream(request)
      }
      return .live(CohortKey(group: group, parameters: values.map { Parameters($0) }))
    } catch {
      return .refused(
        GraphQLAnswer(
          body: error.error.answer(.graphQL, showingInternal: showsInternal(to: session)),
          httpStatus: error.error.httpStatus,
          outcome: .requestError(error.stage)
        ),
        absent: absent
      )
    }
  }

  /// The field written in Swift that a subscription is to.
  private func native(_ plan: Plan) -> NativeRequest? {
    for external in plan.externals {
      if case .native(let request, _) = external { return request }
    }
    return nil
  }

  /// How a stream's rows are fetched that it has passed; nil where its table has no key.
  private func passedRows(
    _ planned: PlannedOperation,
    _ cached: CachedPlan,
    _ variables: VariableValues,
    _ roleSchema: RoleSchema
  ) throws(RequestFailure) -> PassedRowsPlan? {
    if let known = cached.passed { return known }
    var options = planningOptions
    options.fetchesPassedRows = true
    let (plan, planner) = try compile(planned, variables, roleSchema, options: options)
    guard let order = planner.streamOrder else { return nil }
    let table = roleSchema.tables[order.table]
    guard let key = table.primaryKey, !key.isEmpty,
      !key.contains(where: { table.columns[$0].type.isArray })
    else { return nil }
    let column = table.columns[order.column]
    let passed = PassedRowsPlan(
      LivePlan(plan),
      table: table.sqlName,
      keyColumns: key.map { table.columns[$0].name },
      order: CursorOrder(
        column: column.name,
        type: column.type.name,
        isDescending: order.isDescending
      )
    )
    cached.passed = passed
    return passed
  }

  /// The interval that `@refetch` asks for.
  private func interval(
    _ operation: Operation,
    _ variables: VariableValues
  ) throws(RequestFailure) -> Int? {
    let value = operation.argument(
      "interval",
      of: "refetch",
      as: TypeReference(.int).nonNull,
      variables
    )
    guard case .int(let text)? = value else { return nil }
    let shortest = configuration.subscriptions.shortestInterval
    guard let interval = Int(text), interval >= shortest,
      interval <= SubscriptionOptions.longestInterval
    else {
      throw RequestFailure(
        HasuraError(
          .validationFailed,
          "the interval of \"refetch\" has to be from \(shortest) to "
            + "\(SubscriptionOptions.longestInterval) milliseconds",
          path: "$"
        ),
        .validation
      )
    }
    return interval
  }
}

extension Parameters {
  /// Nil stands for NULL.
  init(_ texts: [[UInt8]?]) {
    self.init()
    for text in texts {
      if let text { append(text: text) } else { appendNull() }
    }
  }
}

extension Plan {
  /// Whether its answer is more than what statements come to.
  fileprivate var isAnsweredByItself: Bool {
    read.stream == nil && externals.contains { if case .action = $0 { true } else { false } }
  }
}
