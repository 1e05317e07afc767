import GraphQLCore
import PostgresClient
import SQLCompiler

// Operations whose root fields are of several databases, and the connections to each.
extension Worker {
  /// The connections to the database of a plan.
  func pool(of plan: Plan) throws(PostgresError) -> PostgresPool {
    plan.database == .main ? pool : try pool(of: plan.database)
  }

  func pool(of database: DatabaseID) throws(PostgresError) -> PostgresPool {
    if database == .main { return pool }
    return try databases.connections(to: database, on: loop)
  }

  /// The results of a query's statements, in their order; each database answers by one snapshot.
  func partResults(
    _ plan: Plan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> [QueryResult] {
    var results = [QueryResult?](repeating: nil, count: plan.queries.count)
    for part in plan.parts {
      var batch = QueryBatch()
      try append(part, of: plan, variables, session, roleSchema, to: &batch)
      do {
        let access: Access = plan.read.mayWrite ? .write : .read
        let answers = try await pool(of: part.database).execute(batch, access: access)
        for (index, answer) in zip(part.statements, answers) { results[index] = answer }
      } catch {
        let statement = error.statement.map { plan.queries[part.statements[$0]].sql }
        throw RequestFailure(HasuraError(error, statement: statement), .execution)
      }
    }
    return results.compactMap { $0 }
  }

  /// Carries out a mutation of several databases.
  ///
  /// Each root field is a transaction of its own, in their order, as in Hasura: what an earlier one has
  /// written stays when a later one fails.
  func mutateParts(
    _ request: GraphQLRequest,
    _ plan: Plan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> [QueryResult] {
    guard request.idempotencyKey == nil else {
      throw RequestFailure(
        HasuraError(
          .notSupported,
          "an idempotency key can only stand with mutations of one database",
          httpStatus: 400
        ),
        .execution
      )
    }
    var results = [QueryResult?](repeating: nil, count: plan.queries.count)
    for part in plan.parts {
      var batch = QueryBatch()
      tellSession(request, session, to: &batch)
      let first = batch.count
      try append(part, of: plan, variables, session, roleSchema, to: &batch)
      do {
        let answers = try await pool(of: part.database).execute(batch, access: .write)
        for (index, answer) in zip(part.statements, answers[first...]) { results[index] = answer }
      } catch {
        var error = error
        // Told by its place in the plan, as if all were one batch.
        error.statement = error.statement.flatMap {
          $0 >= first ? part.statements[$0 - first] : nil
        }
        throw RequestFailure(HasuraError(error, of: plan, firstStatement: 0), .execution)
      }
    }
    return results.compactMap { $0 }
  }

  private func append(
    _ part: PlanPart,
    of plan: Plan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema,
    to batch: inout QueryBatch
  ) throws(RequestFailure) {
    for index in part.statements {
      let slots = plan.read.statements[index].parameters
      batch.append(
        plan.queries[index],
        try parameters(of: slots, plan, variables, session, roleSchema)
      )
    }
  }
}
