package import EventLoop

/// The connections of one event loop to one database.
///
/// Reads, quick reads and writes have connections of their own, opened when they are needed. A request takes an
/// idle one, or waits in line for so long as the configuration lets it. While the database is away
/// requests fail at once, and one connection at a time tries again, several times a second.
/// ``close()`` ends the pool; until then it stays alive.
package actor PostgresPool {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
  package nonisolated let configuration: PostgresConfiguration

  let policy: SessionPolicy
  private let reads: Connections
  private let quickReads: Connections
  private let writes: Connections
  private var timer: LoopTimer?
  /// When the timer goes off, by the loop's clock.
  private var alarm: UInt64?
  private var onClosed: [UnsafeContinuation<Void, Never>] = []

  /// Makes a pool without any connection; on any thread.
  package init(_ configuration: PostgresConfiguration, on loop: EventLoop) {
    self.loop = loop
    self.configuration = configuration
    policy = SessionPolicy(configuration)
    reads = Connections(configuration, .read)
    quickReads = Connections(configuration, .quickRead)
    writes = Connections(configuration, .write)
  }

  func connections(_ access: Access) -> Connections {
    switch access {
    case .read: reads
    case .quickRead: quickReads
    case .write: writes
    }
  }

  // MARK: - Requests

  /// Sends a batch in one piece and returns the result of each statement.
  ///
  /// The statements of a `.read` batch see one snapshot; those of a `.write` batch are committed
  /// together. Cancelling the calling task cancels the statement in the server.
  package func execute(
    _ batch: QueryBatch,
    access: Access = .read
  ) async throws(PostgresError) -> [QueryResult] {
    try await answer(batch, access: access).results
  }

  /// The same, with the time that it took.
  package func answer(
    _ batch: QueryBatch,
    access: Access
  ) async throws(PostgresError) -> BatchAnswer {
    if let defect = batch.defect { throw defect }
    let isShared = access != .quickRead || configuration.maximumQuickConnections > 0
    switch await answer(to: Request(.batch(batch), access: isShared ? access : .read)) {
    case .results(let answer): return answer
    case .failure(let error): throw error
    case .wire: preconditionFailure("a batch is not answered with a connection")
    }
  }

  /// Takes a connection for exclusive use; whoever calls it gives the connection back.
  func lease(_ access: Access) async throws(PostgresError) -> Wire {
    switch await answer(to: Request(.lease, access: access)) {
    case .wire(let wire): return wire
    case .failure(let error): throw error
    case .results: preconditionFailure("a lease is not answered with results")
    }
  }

  private func answer(to request: Request) async -> Request.Answer {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        if request.wait(continuation) { submit(request) }
      }
    } onCancel: {
      loop.execute { self.assumeIsolated { $0.cancel(request) } }
    }
  }

  private func submit(_ request: Request, isRetry: Bool = false) {
    let verdict = connections(request.access).lane
      .submit(request, request.use, isRetry: isRetry, now: loop.milliseconds)
    switch verdict {
    case .use(let slot): serve(request, slot)
    case .refuse(let error): request.finish(.failure(error))
    case .wait: pump(request.access)
    }
  }

  private func serve(_ request: Request, _ slot: Int) {
    guard let wire = connections(request.access).wires[slot] else {
      preconditionFailure("a slot in use has no connection")
    }
    if case .lease = request.work {
      wire.isLeased = true
      request.finish(.wire(wire))
    } else {
      wire.send(request)
    }
  }

  private func cancel(_ request: Request) {
    guard !request.isOver else { return }
    request.finish(.failure(.cancelled))
    if let wire = request.wire {
      // Others on the same connection would be hit in its place; then it just runs on, unheard.
      guard wire.requests.count == 1 else { return }
      connections(wire.access).lane.hold(wire.slot)
      wire.cancel(request)
    } else {
      _ = connections(request.access).lane.cancel { $0 === request }
    }
  }

  // MARK: - What connections tell

  func finished(_ wire: Wire, _ request: Request) {
    if wire.isLeased { return request.finish() }
    if request.isCleaning, let failure = request.failure { return wire.close(failure) }
    // It would never be at rest if quick reads went on to share it.
    if connections(wire.access).lane.isOld(wire.slot, now: loop.milliseconds) {
      connections(wire.access).lane.hold(wire.slot)
    }
    let isDone = connections(wire.access).lane.finished(wire.slot)
    if let failure = request.failure, failure.isStaleStatement, mayPrepareAnew(request) {
      request.staleTries += 1
      retry(request)
    } else {
      request.finish()
    }
    if isDone {
      settle(wire)
    } else if connections(wire.access).lane.waiting > 0 {
      pump(wire.access)
    }
  }

  func ended(_ wire: Wire, _ reason: PostgresError, _ orphans: [Request]) {
    connections(wire.access).wires[wire.slot] = nil
    connections(wire.access).lane.lost(wire.slot)
    for request in orphans {
      let error = reason.asEnd(of: request, isLeased: wire.isLeased)
      let isUnanswered = request.results.isEmpty && error.kind == .connection
      if request.access.isRead && !wire.isLeased && isUnanswered && mayRetry(request) {
        retry(request)
      } else {
        request.finish(.failure(error))
      }
    }
    pump(wire.access)
    resumeClosers()
  }

  private func mayRetry(_ request: Request) -> Bool { !request.hasRetried && !request.isOver }

  /// Each try mends one connection, and the next one may come to another.
  private func mayPrepareAnew(_ request: Request) -> Bool {
    let connections = max(
      configuration.maximumReadConnections,
      configuration.maximumQuickConnections,
      configuration.maximumWriteConnections
    )
    return !request.isOver && request.staleTries <= connections
  }

  private func retry(_ request: Request) {
    request.hasRetried = true
    request.failure = nil
    request.results.removeAll()
    submit(request, isRetry: true)
  }

  func cancellationArrived(_ wire: Wire) {
    wire.cancellationArrived()
    settle(wire)
  }

  /// Makes a connection that has nothing to do fit for the next user, and then hands it on.
  func settle(_ wire: Wire) {
    guard wire.isOpen, !wire.isLeased, wire.requests.isEmpty, !wire.cancellation.isOnTheWay else {
      return
    }
    if wire.isCopying {
      wire.send(Request(.copyEnd(failure: "the copy was given up"), access: wire.access))
    } else if wire.isInTransaction {
      clean(wire, .batch(QueryBatch(sql: "ROLLBACK")))
    } else if wire.isSoiled {
      clean(wire, .text("DISCARD ALL"))
      // Sending text soils.
      wire.isSoiled = false
      wire.statements.clear()
      wire.keptSetting = KeptSetting()
    } else if connections(wire.access).lane.isClosed
      || connections(wire.access).lane.isOld(wire.slot, now: loop.milliseconds)
    {
      wire.close()
    } else {
      connections(wire.access).lane.released(wire.slot, now: loop.milliseconds)
      if connections(wire.access).lane.waiting > 0 {
        pump(wire.access)
      } else {
        setAlarm(wire.access)
      }
    }
  }

  private func clean(_ wire: Wire, _ work: Request.Work) {
    let request = Request(work, access: wire.access)
    request.isCleaning = true
    wire.send(request)
  }

  /// Ends the exclusive use of a connection.
  func giveBack(_ wire: Wire) {
    wire.isLeased = false
    settle(wire)
  }

  // MARK: - Opening

  private func pump(_ access: Access) {
    while let (request, slot) = connections(access).lane.dispatch() {
      serve(request, slot)
    }
    while let slot = connections(access).lane.slotToOpen(now: loop.milliseconds) {
      loop.spawn { await self.open(access, slot) }
    }
    setAlarm(access)
  }

  private func open(_ access: Access, _ slot: Int) async {
    do {
      let target = try await configuration.target.current(on: loop)
      let connection = try await EstablishedConnection.make(
        policy.parameters(for: target, access: access),
        timeout: configuration.connectTimeout,
        on: loop
      )
      let wire = try Wire(
        connection,
        access: access,
        slot: slot,
        policy: policy,
        statements: configuration.maximumPreparedStatements,
        pool: self
      )
      connections(access).wires[slot] = wire
      connections(access).lane.connected(slot, now: loop.milliseconds)
      wire.open()
      if connections(access).lane.isClosed { wire.close() }
    } catch {
      let refused = connections(access).lane
        .connectFailed(slot, error, now: loop.milliseconds, jitter: UInt8.random(in: 0...255))
      for request in refused { request.finish(.failure(error)) }
    }
    pump(access)
    resumeClosers()
  }

  // MARK: - Time

  private func setAlarm(_ access: Access) {
    if let time = connections(access).lane.nextEvent() { setAlarm(time) }
  }

  func setAlarm(_ time: UInt64) {
    if let alarm, alarm <= time { return }
    alarm = time
    let timer = timer ?? LoopTimer(on: loop)
    self.timer = timer
    timer.start(at: time) {
      self.assumeIsolated { $0.ring() }
    }
  }

  private func ring() {
    alarm = nil
    for access in Access.allCases {
      let expired = connections(access).lane.expire(now: loop.milliseconds)
      for request in expired { request.finish(.failure(.poolTimeout)) }
      while let slot = connections(access).lane.slotToClose(now: loop.milliseconds) {
        connections(access).wires[slot]?.close()
      }
      for wire in connections(access).wires {
        guard let wire, let deadline = wire.cancellation.deadline else { continue }
        if deadline <= loop.milliseconds { wire.close(.cancelled) } else { setAlarm(deadline) }
      }
      pump(access)
    }
  }

  // MARK: - End

  /// Refuses what waits and what comes, lets what is under way finish, and closes the connections.
  package func close() async {
    for access in Access.allCases {
      let waiting = connections(access).lane.close()
      for request in waiting { request.finish(.failure(.closed)) }
      for wire in connections(access).wires { if let wire { settleClosing(wire) } }
    }
    // Looked at within: a task from elsewhere is enqueued anew on its way into the wait, and the last
    // connection may end meanwhile.
    await withUnsafeContinuation { continuation in
      if isEmpty { continuation.resume() } else { onClosed.append(continuation) }
    }
    timer?.close()
    timer = nil
  }

  private func settleClosing(_ wire: Wire) {
    guard !wire.isLeased, wire.requests.isEmpty, !wire.cancellation.isOnTheWay else { return }
    wire.close()
  }

  private var isEmpty: Bool { reads.isEmpty && quickReads.isEmpty && writes.isEmpty }

  private func resumeClosers() {
    guard isEmpty, !onClosed.isEmpty else { return }
    for continuation in onClosed { continuation.resume() }
    onClosed.removeAll()
  }
}
