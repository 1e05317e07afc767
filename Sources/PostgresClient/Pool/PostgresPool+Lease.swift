extension PostgresPool {
  /// Lends a connection for exclusive use.
  package nonisolated func withConnection<R>(
    access: Access = .write,
    _ body: (PostgresConnection) async throws -> R
  ) async throws -> R {
    let connection = PostgresConnection(try await lease(access), self)
    do {
      try await connection.takeBackSetting()
      let value = try await body(connection)
      await connection.finish()
      return value
    } catch {
      await connection.finish()
      throw error
    }
  }

  /// Runs a transaction: committed when `body` returns, rolled back when it throws.
  ///
  /// When the connection breaks at the commit nobody knows whether it happened: the error then says
  /// so (``PostgresError/isOutcomeUnknown``), and nothing is tried again.
  package nonisolated func withTransaction<R>(
    access: Access = .write,
    _ body: (PostgresConnection) async throws -> R
  ) async throws -> R {
    try await withConnection(access: access) { connection in
      try await connection.begin()
      // Giving the connection back rolls back what was not committed.
      let value = try await body(connection)
      try await connection.commit()
      return value
    }
  }
}

extension PostgresConnection {
  func begin() async throws(PostgresError) {
    var batch = QueryBatch()
    for sql in wire.policy.transactionStart(wire.access) { batch.append(sql: sql) }
    _ = try await send(.batch(batch))
  }

  func commit() async throws(PostgresError) {
    let results = try await send(.batch(QueryBatch(sql: "COMMIT")), isCommit: true)
    // After an error that the body has caught, COMMIT is answered with ROLLBACK, which is no error.
    guard results.first?.commandTag == "COMMIT" else {
      throw PostgresError(
        kind: .server,
        sqlstate: "25P02",
        message: "the transaction was rolled back because a statement in it had failed"
      )
    }
  }
}
