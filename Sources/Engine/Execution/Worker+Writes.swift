import GraphQLCore
import JSON
import PostgresClient
import SQLCompiler

extension Worker {
  /// Carries a mutation out: its statements go in one piece and as one transaction, in their order.
  ///
  /// Nothing is tried again when the connection breaks: whether it was committed is not known then.
  /// What PostgreSQL has undone, since other transactions were in the way, may be tried again.
  func mutate(
    _ request: GraphQLRequest,
    _ cached: CachedPlan,
    _ variables: VariableValues,
    _ external: [[UInt8]],
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> Answer {
    let plan = cached.plan
    func encode(
      _ results: [QueryResult],
      _ connection: PostgresConnection? = nil
    ) async throws(RequestFailure) -> [UInt8] {
      var remotes: [RemoteValues] = []
      if !plan.remotes.isEmpty {
        var context = RequestContext(variables, session, roleSchema, isMutation: true)
        context.connection = connection.map { (plan.database, $0) }
        remotes = try await remoteValues(plan, results, context)
      }
      return self.encode(
        cached,
        results,
        external + plan.read.counts(in: results),
        remotes: remotes
      )
    }
    // What a webhook has answered is kept under a key as what was written is.
    guard !plan.queries.isEmpty || (request.idempotencyKey != nil && plan.callsActions) else {
      return Answer(body: try await encode([]))
    }
    guard plan.parts.isEmpty else {
      let results = try await mutateParts(request, plan, variables, session, roleSchema)
      return Answer(body: try await encode(results))
    }
    var batch = QueryBatch()
    tellSession(request, session, to: &batch)
    let firstStatement = batch.count
    for (statement, query) in zip(plan.read.statements, plan.queries) {
      batch.append(
        query,
        try parameters(of: statement.parameters, plan, variables, session, roleSchema)
      )
    }
    if let claim = request.claim(session, lifetime: configuration.idempotencyLifetime) {
      return try await retrying { () throws(RequestFailure) in
        try await answerOnce(claim, cached, batch, from: firstStatement, encode: encode)
      }
    }
    // What is read elsewhere is read once the writes stand: a failure there undoes and repeats none.
    let results =
      configuration.mutationRetries == 0
      ? try await run(batch, from: firstStatement, cached)
      : try await retrying { () throws(RequestFailure) in
        try await run(batch, from: firstStatement, cached)
      }
    return Answer(body: try await encode(results))
  }

  /// Tries again what other transactions were in the way of.
  private func retrying<Result>(
    _ body: () async throws(RequestFailure) -> Result
  ) async throws(RequestFailure) -> Result {
    var retries = configuration.mutationRetries
    while true {
      do throws(RequestFailure) {
        return try await body()
      } catch {
        guard error.error.code == .concurrentUpdate, retries > 0 else { throw error }
        retries -= 1
      }
    }
  }

  private func run(
    _ batch: QueryBatch,
    from firstStatement: Int,
    _ cached: CachedPlan
  ) async throws(RequestFailure) -> [QueryResult] {
    do {
      let answer = try await pool(of: cached.plan).answer(batch, access: .write)
      return firstStatement == 0 ? answer.results : Array(answer.results[firstStatement...])
    } catch {
      throw RequestFailure(
        HasuraError(error, of: cached.plan, firstStatement: firstStatement),
        .execution
      )
    }
  }

  /// Tells triggers and functions on whose behalf a transaction writes, and of which trace, as Hasura
  /// does.
  func tellSession(
    _ request: GraphQLRequest,
    _ session: Session,
    to batch: inout QueryBatch
  ) {
    batch.setting = setting(of: session)
    if let trace = request.trace {
      // Another one each time, so that it would not be worth keeping.
      var parameters = Parameters()
      parameters.append(text: trace.json.serialized)
      batch.append(Self.traceQuery, parameters)
    }
  }

  /// Many requests in a row are mostly of few sessions.
  private func setting(of session: Session) -> SessionSetting {
    if let known = lastSetting, known.session == session { return known.setting }
    let setting = session.setting
    lastSetting = (session, setting)
    return setting
  }

  private static let traceQuery = PreparedQuery(
    "select set_config('hasura.tracecontext', $1, true)"
  )
}

extension Session {
  /// What triggers, functions and policies of the database may read of it.
  var setting: SessionSetting {
    SessionSetting("hasura.user", JSONValue.object(json).serialized)
  }
}

extension ReadPlan {
  /// The numbers of rows that a mutation wrote, as the answer has them.
  func counts(in results: [QueryResult]) -> [[UInt8]] {
    counts.map { sources in
      let count = sources.reduce(0) { sum, source in
        let result = results[Int(source.statement)]
        guard let cell = source.cell else { return sum + result.affectedRows }
        return sum + (result.string(0, Int(cell)).flatMap { Int($0) } ?? 0)
      }
      return Array(String(count).utf8)
    }
  }
}
