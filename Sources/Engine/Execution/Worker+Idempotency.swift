import GraphQLCore
import JSON
import PostgresClient

extension Worker {
  /// The body that answers a mutation, and whether it is that of an earlier request.
  struct Answer {
    var body: [UInt8]
    var isReplay = false
    /// What goes into the head of the answer.
    var headers: [WebhookHeaderField] = []
    var kind: OperationKind?
  }

  /// Carries a mutation out unless its key says that it was before: then the first answer comes again.
  ///
  /// The key is claimed before anything is written and its answer stored before the commit. A request
  /// that fails leaves no trace, so that it can be sent again under its key; so does one whose answer
  /// cannot be completed, since `encode` reads what rows lead to elsewhere before the commit.
  func answerOnce(
    _ claim: IdempotencyStore.Claim,
    _ cached: CachedPlan,
    _ statements: QueryBatch,
    from firstStatement: Int,
    encode: ([QueryResult], PostgresConnection?) async throws(RequestFailure) -> [UInt8]
  ) async throws(RequestFailure) -> Answer {
    let pool = try keyPool(of: cached.plan)
    // Two statements about the key go before all others.
    let firstStatement = firstStatement + 2
    // The table may have to be made, and a key may expire between two looks at it.
    var tries = 3
    // What a connection has prepared may be out of date, and the next try may come to another one.
    var staleTries = pool.configuration.maximumWriteConnections
    while tries > 0 {
      tries -= 1
      let failure: PostgresError
      do throws(AttemptFailure) {
        return Answer(
          body: try await attempt(claim, statements, from: firstStatement, on: pool, encode)
        )
      } catch {
        switch error {
        case .database(let error): failure = error
        case .request(let error): throw error
        }
      }
      if failure.isStaleStatement, staleTries > 0 {
        staleTries -= 1
        tries += 1
      } else if failure.sqlstate == "42P01" || failure.sqlstate == "3F000", failure.statement == 0 {
        try await makeIdempotencyTable(on: pool)
      } else if failure.tellsOfAnotherClaim {
        if let body = try await storedAnswer(claim, on: pool) {
          return Answer(body: body, isReplay: true)
        }
        if failure.sqlstate == "40001" {
          throw RequestFailure(
            HasuraError(failure, of: cached.plan, firstStatement: firstStatement),
            .execution
          )
        }
      } else if failure.sqlstate == "42501", (failure.statement ?? 2) < 2 {
        throw RequestFailure(failure.ofIdempotencyTable, .execution)
      } else {
        throw RequestFailure(
          HasuraError(failure, of: cached.plan, firstStatement: firstStatement),
          .execution
        )
      }
    }
    throw RequestFailure(
      HasuraError(.conflict, "the idempotency key is in use by another request", httpStatus: 409),
      .execution
    )
  }

  /// The answer to an earlier request under the same key; nil where there is none.
  func firstAnswer(
    to request: GraphQLRequest,
    _ plan: Plan,
    _ session: Session
  ) async throws(RequestFailure) -> [UInt8]? {
    guard let claim = request.claim(session, lifetime: configuration.idempotencyLifetime) else {
      return nil
    }
    return try await storedAnswer(claim, on: try keyPool(of: plan))
  }

  /// The connections to the database of a plan, which has the keys as well.
  private func keyPool(of plan: Plan) throws(RequestFailure) -> PostgresPool {
    do {
      return try pool(of: plan)
    } catch {
      throw RequestFailure(HasuraError(error), .execution)
    }
  }

  private enum AttemptFailure: Error {
    case database(PostgresError)
    case request(RequestFailure)
  }

  /// Claims the key, writes, and stores the answer, in one transaction.
  private func attempt(
    _ claim: IdempotencyStore.Claim,
    _ statements: QueryBatch,
    from firstStatement: Int,
    on pool: PostgresPool,
    _ encode: ([QueryResult], PostgresConnection?) async throws(RequestFailure) -> [UInt8]
  ) async throws(AttemptFailure) -> [UInt8] {
    do {
      return try await pool.withTransaction { connection in
        var batch = QueryBatch()
        batch.append(IdempotencyStore.cleaning)
        batch.append(IdempotencyStore.claiming, claim.parameters)
        batch.append(contentsOf: statements)
        let results = try await connection.execute(batch)
        let body = try await encode(Array(results[firstStatement...]), connection)
        _ = try await connection.execute(
          QueryBatch(IdempotencyStore.storing, claim.storing(body))
        )
        return body
      }
    } catch let error as PostgresError {
      throw .database(error)
    } catch let error as RequestFailure {
      throw .request(error)
    } catch {
      throw .database(PostgresError(kind: .misuse, sqlstate: SQLState(""), message: "\(error)"))
    }
  }

  /// The answer that a key stands for; nil where it stands for nothing any more.
  private func storedAnswer(
    _ claim: IdempotencyStore.Claim,
    on pool: PostgresPool
  ) async throws(RequestFailure) -> [UInt8]? {
    let rows: QueryResult
    do {
      rows = try await pool.execute(
        QueryBatch(IdempotencyStore.finding, claim.finding),
        access: .write
      )[0]
    } catch {
      // The first key of all makes the table.
      if error.sqlstate == "42P01" || error.sqlstate == "3F000" { return nil }
      throw RequestFailure(error.ofIdempotencyTable, .execution)
    }
    guard rows.rowCount == 1 else { return nil }
    guard rows.string(0, 0) == "t" else {
      throw RequestFailure(
        HasuraError(
          .conflict,
          "the idempotency key was used with another request",
          httpStatus: 422
        ),
        .execution
      )
    }
    return rows.bytes(0, 1)
  }

  private func makeIdempotencyTable(on pool: PostgresPool) async throws(RequestFailure) {
    var batch = QueryBatch()
    for sql in IdempotencyStore.layout { batch.append(sql: sql) }
    do {
      _ = try await pool.execute(batch, access: .write)
    } catch {
      throw RequestFailure(error.ofIdempotencyTable, .execution)
    }
  }
}

extension PostgresError {
  /// Whether a key could not be claimed because of another transaction's claim.
  ///
  /// The claim is the second statement, and its own values are always well-formed: what is not is the
  /// text that stands for another claim. That is told by the place and the code alone, for messages
  /// are translated and show values of users. In isolation above `read committed` a serialization
  /// failure says the same; and the claim waits no longer for the other one than for any lock.
  var tellsOfAnotherClaim: Bool {
    statement == 1 && ["22P02", "40001", "55P03"].contains(sqlstate)
  }

  /// What a failure to use or to make the table of the keys is to the client.
  fileprivate var ofIdempotencyTable: HasuraError {
    guard sqlstate == "42501" else { return HasuraError(self) }
    return HasuraError(
      .notSupported,
      "idempotency keys are kept in \(IdempotencyStore.table) of the database that is written, "
        + "which the user of the connection may neither use nor create",
      internal: .string(message)
    )
  }
}
