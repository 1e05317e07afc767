import GraphQLCore
import JSON
import PostgresClient
import SQLCompiler

extension Worker {
  /// What the database answered to a plan.
  struct Rows {
    var results: [QueryResult]
    /// Which row answers a look-up that was gathered with others, -1 for none.
    var gatheredRow: Int?
  }

  /// Runs a plan's statements, or has a look-up by key run together with others of its kind.
  func rows(
    _ cached: CachedPlan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> Rows {
    let plan = cached.plan
    guard !plan.queries.isEmpty else { return Rows(results: []) }
    guard let gathered = plan.read.gathered, let query = plan.gatheredQuery,
      cached.lookUps.isBusy
    else {
      cached.lookUps.enter()
      defer { cached.lookUps.leave() }
      return Rows(results: try await results(cached, variables, session, roleSchema))
    }
    let keys = try texts(gathered.keys, plan, variables, session, roleSchema)
    let turn = await withUnsafeContinuation { continuation in
      // They may have ended on the way into the wait.
      if cached.lookUps.isBusy {
        cached.lookUps.wait(keys, continuation)
      } else {
        continuation.resume(returning: .alone)
      }
    }
    switch turn {
    case .row(let result, let row): return Rows(results: [result], gatheredRow: row)
    case .alone: return Rows(results: try await results(cached, variables, session, roleSchema))
    case .lead(let others):
      defer { cached.lookUps.leave() }
      do {
        let group = LookUpGroup(own: keys, others: others)
        let batch = QueryBatch(query, group.parameters)
        let result = try await pool(of: plan).execute(batch, access: .quickRead)[0]
        return Rows(
          results: [result],
          gatheredRow: group.answer(result, numberCell: gathered.numberCell)
        )
      } catch {
        // One bad key fails the statement for all: each learns by itself whether it was its own.
        for other in others { other.continuation.resume(returning: .alone) }
        return Rows(results: try await results(cached, variables, session, roleSchema))
      }
    }
  }

  private func results(
    _ cached: CachedPlan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> [QueryResult] {
    let plan = cached.plan
    guard plan.parts.isEmpty else {
      return try await partResults(plan, variables, session, roleSchema)
    }
    var batch = QueryBatch()
    let isQuick = plan.read.gathered != nil || cached.runTime.isQuick
    for (statement, query) in zip(plan.read.statements, plan.queries) {
      batch.append(
        query,
        try parameters(of: statement.parameters, plan, variables, session, roleSchema)
      )
    }
    do {
      let access: Access = plan.read.mayWrite ? .write : isQuick ? .quickRead : .read
      let answer = try await pool(of: plan).answer(batch, access: access)
      cached.runTime.note(answer.serviceTime, asQuick: isQuick)
      return answer.results
    } catch {
      let statement = error.statement.map { plan.queries[$0].sql }
      throw RequestFailure(HasuraError(error, statement: statement), .execution)
    }
  }

  /// The values of slots, for a statement.
  func parameters(
    of slots: [ParameterSlot],
    _ plan: Plan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) throws(RequestFailure) -> Parameters {
    var parameters = Parameters()
    try eachText(of: slots, plan, variables, session, roleSchema) { text in
      if let text { parameters.append(text: text) } else { parameters.appendNull() }
    }
    return parameters
  }

  /// The texts of slots' values, nil for NULL.
  func texts(
    _ slots: [ParameterSlot],
    _ plan: Plan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) throws(RequestFailure) -> [[UInt8]?] {
    var texts: [[UInt8]?] = []
    texts.reserveCapacity(slots.count)
    try eachText(of: slots, plan, variables, session, roleSchema) { texts.append($0) }
    return texts
  }

  /// Makes one text after the other, so that only one of them is there at a time.
  private func eachText(
    of slots: [ParameterSlot],
    _ plan: Plan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema,
    _ take: ([UInt8]?) -> Void
  ) throws(RequestFailure) {
    var writer = ParameterText(roleSchema: roleSchema)
    for slot in slots {
      let recipe =
        switch slot.owner {
        case .request: plan.recipes[slot.index]
        case .role: roleSchema.recipes[slot.index]
        }
      if case .session(let name) = recipe.source {
        let text = try session.text(of: name)
        take(recipe.form == .geometry ? writer.spatialText(text) : text)
        continue
      }
      if case .sessionVariables = recipe.source {
        take(JSONValue.object(session.json).serialized)
        continue
      }
      do {
        take(try writer.text(of: recipe.value(variables), as: recipe.form))
      } catch {
        let error = HasuraError(error.code, error.message, path: error.path(below: recipe.path))
        throw RequestFailure(error, .variables)
      }
    }
  }

  /// The JSON of a root field that the schema alone answers.
  func introspection(
    _ field: CollectedField,
    _ operation: Operation,
    _ variables: VariableValues
  ) throws(RequestFailure) -> [UInt8] {
    var writer = JSONWriter()
    do {
      try operation.introspect(field, variables, into: &writer)
    } catch {
      let path = "$.selectionSet.\(field.responseName)"
      throw RequestFailure(HasuraError(.validationFailed, error.message, path: path), .validation)
    }
    return writer.finish()
  }
}
