package import EventLoop

/// A connection that its holder has to itself, for transactions, plain SQL text and `COPY`.
///
/// Lent by ``PostgresPool/withConnection(access:_:)`` and of no use after that. What the holder
/// leaves behind is undone before the next one gets it: an open transaction is rolled back, and
/// after ``simpleQuery(_:)`` and ``copyIn(_:next:)`` the session is reset.
package actor PostgresConnection {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let wire: Wire
  private let pool: PostgresPool
  private var isOver = false

  init(_ wire: Wire, _ pool: PostgresPool) {
    loop = wire.loop
    self.wire = wire
    self.pool = pool
  }

  /// Sends a batch in one piece; outside of a transaction it is one.
  package func execute(_ batch: QueryBatch) async throws(PostgresError) -> [QueryResult] {
    if let defect = batch.defect { throw defect }
    return try await send(.batch(batch))
  }

  /// Runs text with any number of statements, and returns a result for each.
  ///
  /// The server takes them as one transaction, unless the text holds `BEGIN` or `COMMIT`.
  package func simpleQuery(_ sql: String) async throws(PostgresError) -> [QueryResult] {
    try Self.check(sql)
    return try await send(.text(sql))
  }

  static func check(_ sql: String) throws(PostgresError) {
    // libpq would run the text up to the zero byte.
    guard !sql.utf8.contains(0) else { throw .misuse("a statement cannot hold a zero byte") }
  }

  /// Sets it for the transaction, or for as long as the connection is lent.
  package func set(_ setting: SessionSetting, isLocal: Bool) async throws(PostgresError) {
    let setter = isLocal ? SessionSetting.local : SessionSetting.lasting
    if !isLocal { wire.isSoiled = true }
    _ = try await send(.batch(QueryBatch(setter, setting.parameters)))
  }

  /// Has the server forget what earlier batches of others were to see.
  func takeBackSetting() async throws(PostgresError) {
    guard let setting = wire.keptSetting.remains else { return }
    _ = try await send(.batch(QueryBatch(SessionSetting.lasting, setting.parameters)))
    wire.keptSetting = KeptSetting()
  }

  func send(_ work: Request.Work, isCommit: Bool = false) async throws(PostgresError)
    -> [QueryResult]
  {
    let request = Request(work, access: wire.access)
    request.isCommit = isCommit
    let answer = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        guard request.wait(continuation) else { return }
        if let error = refusal { return request.finish(.failure(error)) }
        wire.send(request)
      }
    } onCancel: {
      loop.execute { self.assumeIsolated { $0.cancel(request) } }
    }
    switch answer {
    case .results(let answer): return answer.results
    case .failure(let error): throw error
    case .wire: preconditionFailure("a connection is not answered with a connection")
    }
  }

  /// Why nothing can be sent now.
  private var refusal: PostgresError? {
    if isOver { return .misuse("the connection was given back") }
    if !wire.isOpen { return .connection("the connection to the server was lost") }
    if !wire.requests.isEmpty { return .misuse("the connection is busy with another request") }
    return nil
  }

  private func cancel(_ request: Request) {
    guard !request.isOver else { return }
    request.finish(.failure(.cancelled))
    if request.wire != nil { wire.cancel(request) }
  }

  /// Returns the connection to the pool.
  func finish() async {
    isOver = true
    await pool.giveBack(wire)
  }
}
