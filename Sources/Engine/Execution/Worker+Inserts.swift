import EventLoop
import GraphQLCore
import PostgresClient
import SQLCompiler

extension Worker {
  /// A row of a result, -1 for none.
  struct GatheredRow {
    var result: QueryResult
    var index: Int
  }

  /// Inserts a request's row along with those of others; nil where it has to go by itself, as one does
  /// whose like is not on its way.
  ///
  /// Without a row it is counted as running: `cached.inserts.leave` has to follow.
  func gatheredRow(
    _ cached: CachedPlan,
    _ variables: VariableValues,
    _ session: Session,
    _ roleSchema: RoleSchema
  ) async throws(RequestFailure) -> GatheredRow? {
    let plan = cached.plan
    guard let insert = plan.read.gatheredInsert, let query = plan.insertQuery,
      cached.inserts.isBusy(now: loop.now)
    else {
      cached.inserts.enter(now: loop.now)
      return nil
    }
    let slots = insert.statement.parameters
    let texts = try texts(slots, plan, variables, session, roleSchema)
    let turn = await withUnsafeContinuation {
      cached.inserts.wait(InsertLane.Waiting(session: session, texts: texts, continuation: $0))
    }
    switch turn {
    case .row(let result, let index): return GatheredRow(result: result, index: index)
    case .failure(let error): throw RequestFailure(HasuraError(error), .execution)
    case .alone:
      cached.inserts.enter(now: loop.now)
      return nil
    case .lead(let others):
      guard !others.isEmpty else { return nil }
      let group = InsertGroup(own: texts, others: others)
      var batch = QueryBatch()
      batch.append(Self.sessionQuery, settingParameters(of: session))
      batch.append(query, group.parameters(isArray: slots.map { $0.owner == .request }))
      switch await written(batch) {
      case .success(let results):
        cached.inserts.leave(now: loop.now)
        return GatheredRow(result: results[1], index: group.answer(results[1]))
      case .failure(let error) where error.kind == .server:
        group.goAlone()
        return nil
      case .failure(let error):
        cached.inserts.leave(now: loop.now)
        group.fail(error)
        throw RequestFailure(HasuraError(error), .execution)
      }
    }
  }

  /// Runs a batch for several requests: that one of them is cancelled does not end it.
  private func written(_ batch: QueryBatch) async -> Result<[QueryResult], PostgresError> {
    await withUnsafeContinuation { continuation in
      loop.spawn { [pool] in
        do throws(PostgresError) {
          continuation.resume(returning: .success(try await pool.execute(batch, access: .write)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
  }
}
