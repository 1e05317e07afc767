import CPostgres
import EventLoop

extension Wire {
  /// Puts a request into libpq's buffer and sends what the socket takes.
  ///
  /// A connection that breaks meanwhile ends as any other does: through ``close(_:)``.
  func send(_ request: Request) {
    request.wire = self
    request.sentAt = EventLoop.nanoseconds
    request.isInTransaction = isLeased && isInTransaction
    requests.append(request)
    let isWritten =
      switch request.work {
      case .batch(let batch): write(batch, access: request.access)
      case .text(let sql), .copy(let sql): write(text: sql)
      case .copyEnd(let failure): write(copyEnd: failure)
      case .lease: preconditionFailure("a lease is not sent")
      }
    guard isWritten else { return receive(isBroken: true) }
    flush()
    // When the server refused the data of a copy, its answer came long before this end of it, and
    // the socket will not tell again.
    if case .copyEnd = request.work { receive() }
  }

  private func write(_ batch: QueryBatch, access: Access) -> Bool {
    if PQpipelineStatus(connection) == PQ_PIPELINE_OFF, PQenterPipelineMode(connection) != 1 {
      return false
    }
    guard policy.keepsStatements ? writePrepared(batch) : writeUnkept(batch, access),
      PQpipelineSync(connection) == 1
    else { return false }
    commands.append(.sync)
    return true
  }

  // MARK: - Statements that stay prepared

  private func writePrepared(_ batch: QueryBatch) -> Bool {
    statements.beginBatch()
    // What its holder has set is undone with the transaction.
    let setting = isLeased ? batch.setting : keptSetting.change(to: batch.setting)
    let setter = isLeased ? SessionSetting.local : SessionSetting.lasting
    let lacksSetter = setting != nil && !statements.use(setter)
    var missing: [Int] = []
    for (index, statement) in batch.statements.enumerated() {
      if case .prepared(let query) = statement.text, !statements.use(query) {
        missing.append(index)
      }
    }
    if lacksSetter || !missing.isEmpty { statements.evict() }
    // First of all, so that no error of the batch can keep the server from forgetting them.
    if !statements.deallocations.isEmpty, !writeOwn(statements.takeDeallocations()) { return false }
    if let setting, !write(setting, by: setter, isMissing: lacksSetter) { return false }
    for index in missing {
      guard case .prepared(let query) = batch.statements[index].text,
        PQsendPrepare(connection, query.name, query.sql, 0, nil) == 1
      else { return false }
      commands.append(.prepare(statement: index))
    }
    for (index, statement) in batch.statements.enumerated() {
      let isWritten =
        switch statement.text {
        case .plain(let sql): write(sql, statement.parameters)
        case .prepared(let query): write(query, statement.parameters)
        }
      guard isWritten else { return false }
      commands.append(.execute(statement: index))
    }
    return true
  }

  /// Has the server set what the statements of the batch are to see.
  private func write(
    _ setting: SessionSetting,
    by setter: PreparedQuery,
    isMissing: Bool
  ) -> Bool {
    if isMissing {
      guard PQsendPrepare(connection, setter.name, setter.sql, 0, nil) == 1 else { return false }
      commands.append(.own)
    }
    commands.append(.own)
    return write(setter, setting.parameters)
  }

  private func write(_ query: PreparedQuery, _ parameters: Parameters) -> Bool {
    let count = Int32(parameters.count)
    return pointers.with(parameters) { values in
      PQsendQueryPrepared(connection, query.name, count, values, nil, nil, 0) == 1
    }
  }

  // MARK: - Statements parsed each time

  /// Makes the batch a transaction with settings of its own, unless its holder has opened one.
  private func writeUnkept(_ batch: QueryBatch, _ access: Access) -> Bool {
    if !isLeased, !writeOwn(policy.prologue(access)) { return false }
    if let setting = batch.setting {
      guard write(SessionSetting.local.sql, setting.parameters) else { return false }
      commands.append(.own)
    }
    for (index, statement) in batch.statements.enumerated() {
      let sql =
        switch statement.text {
        case .prepared(let query): query.sql
        case .plain(let sql): sql
        }
      guard write(sql, statement.parameters) else { return false }
      commands.append(.execute(statement: index))
    }
    return isLeased || writeOwn(policy.epilogue)
  }

  private func write(_ sql: String, _ parameters: Parameters) -> Bool {
    let count = Int32(parameters.count)
    return pointers.with(parameters) { values in
      PQsendQueryParams(connection, sql, count, nil, values, nil, nil, 0) == 1
    }
  }

  private func writeOwn(_ statements: [String]) -> Bool {
    for sql in statements {
      guard PQsendQueryParams(connection, sql, 0, nil, nil, nil, nil, 0) == 1 else { return false }
      commands.append(.own)
    }
    return true
  }

  // MARK: - The simple protocol

  private func write(text: String) -> Bool {
    // The simple protocol does not go with pipeline mode; leaving and entering it is free.
    if PQpipelineStatus(connection) != PQ_PIPELINE_OFF, PQexitPipelineMode(connection) != 1 {
      return false
    }
    isSoiled = true
    return PQsendQuery(connection, text) == 1
  }

  private func write(copyEnd failure: String?) -> Bool {
    isCopying = false
    return PQputCopyEnd(connection, failure) == 1
  }
}
