import CPostgres

extension Wire {
  /// Reads what has come and hands out the answers that are complete.
  func receive(isBroken: Bool = false) {
    guard isOpen else { return }
    let isAlive = PQconsumeInput(connection) == 1
    takeResults()
    guard isOpen else { return }
    if isAlive && !isBroken && PQstatus(connection) == CONNECTION_OK { return }
    // The server's last words, if it had any, else what libpq found.
    let reason = requests.first?.failure ?? PostgresError(connection: connection)
    close(reason)
  }

  private func takeResults() {
    // One nil ends a command's results. A second in a row would mean that libpq has no more to
    // tell while we expect more: then only the next input can help.
    var ends = 0
    while isOpen, let request = requests.first, PQisBusy(connection) == 0 {
      guard let result = PQgetResult(connection) else {
        ends += 1
        if ends == 2 { return }
        commandEnded(request)
        continue
      }
      ends = 0
      take(result, for: request)
    }
  }

  private func take(_ result: OpaquePointer, for request: Request) {
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      if isAnswer {
        request.results.append(QueryResult(owning: result))
        return
      }
    case PGRES_PIPELINE_SYNC:
      advance()
      finishFirst()
    case PGRES_PIPELINE_ABORTED:
      forgetStatement(of: request)
    case PGRES_COPY_IN:
      guard case .copy = request.work else { fallthrough }
      isCopying = true
      finishFirst()
    case PGRES_COPY_OUT, PGRES_COPY_BOTH:
      // Nobody gives or takes the data: the connection is of no use any more.
      PQclear(result)
      request.failure = .misuse("COPY from or to the client is not possible here")
      return close(.misuse("COPY from or to the client is not possible here"))
    default:
      fail(request, result)
    }
    PQclear(result)
  }

  /// What the server is answering now; nil outside of pipelines.
  private var command: Command? {
    nextCommand < commands.count ? commands[nextCommand] : nil
  }

  /// Whether a result is one that the caller asked for.
  private var isAnswer: Bool {
    switch command {
    case .execute, nil: true
    case .own, .prepare, .sync: false
    }
  }

  private func fail(_ request: Request, _ result: OpaquePointer) {
    forgetStatement(of: request)
    guard request.failure == nil else { return }
    keptSetting.batchFailed()
    var error = PostgresError(result: result)
    if case .prepare(let statement) = command { error.statement = statement }
    if case .execute(let statement) = command { error.statement = statement }
    request.failure = error
    repair(after: error, request)
  }

  /// A statement that could not be prepared is not prepared.
  private func forgetStatement(of request: Request) {
    guard case .prepare(let index) = command, case .batch(let batch) = request.work,
      case .prepared(let query) = batch.statements[index].text
    else { return }
    statements.forget(query)
  }

  /// Makes ready for another try after errors that only say that what is prepared is out of date.
  private func repair(after error: PostgresError, _ request: Request) {
    if error.sqlstate == .invalidStatementName {
      statements.renewAll()
    } else if error.isStalePlan, let index = error.statement, case .batch(let batch) = request.work,
      case .prepared(let query) = batch.statements[index].text
    {
      statements.renew(query)
    }
  }

  private func commandEnded(_ request: Request) {
    guard case .batch = request.work else { return finishFirst() }
    // What only the commit finds, a deferred constraint say, is an error of its own before the
    // batch's end, which is still to come.
    if case .sync = command { return }
    advance()
  }

  private func advance() {
    nextCommand += 1
    guard nextCommand == commands.count else { return }
    commands.removeAll(keepingCapacity: true)
    nextCommand = 0
  }

  private func finishFirst() {
    let request = removeFirst()
    pool.assumeIsolated { $0.finished(self, request) }
  }
}

extension PostgresError {
  /// The table has changed since the statement was prepared, so its result has another form; or a
  /// type of its parameters was dropped, with an extension say, and made again under its name.
  ///
  /// PostgreSQL has no SQLSTATE of its own for either, and the messages are translated.
  var isStalePlan: Bool {
    switch sqlstate {
    case .featureNotSupported: routine == "RevalidateCachedQuery"
    case .internalError: routine == "getTypeInputInfo" || routine == "getTypeBinaryInputInfo"
    default: false
    }
  }

  /// Whether the same batch succeeds on a second try because the connection prepares it anew.
  package var isStaleStatement: Bool {
    kind == .server && (isStalePlan || sqlstate == .invalidStatementName)
  }
}
