import CPostgres
package import EventLoop

/// Waits for the notifications of a channel, on a connection of its own.
///
/// A connection pooler between statements (PgBouncer's transaction mode) passes none on: whoever
/// listens must not rely on it alone. Whoever opens it closes it.
package actor PostgresListener {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: PostgresConfiguration
  private let channel: String
  private var connection: OpaquePointer?
  private var poller: Poller?
  private var timer: LoopTimer?
  private var heartbeat: Heartbeat
  private var waiter: UnsafeContinuation<Void, Never>?
  /// The texts that the channel was notified with and that nobody has taken.
  private var notifications: Set<String> = []
  private var failure: PostgresError?
  /// Whether PostgreSQL has said that it notifies this connection.
  private var isListening = false

  package init(
    _ configuration: PostgresConfiguration,
    channel: String,
    heartbeat: Heartbeat = Heartbeat(),
    on loop: EventLoop
  ) {
    self.configuration = configuration
    self.channel = channel
    self.heartbeat = heartbeat
    self.loop = loop
  }

  /// Connects and listens; notifications count from here on.
  package func open() async throws(PostgresError) {
    guard connection == nil else { throw .misuse("the listener is open already") }
    failure = nil
    isListening = false
    var target = try await configuration.target.current(on: loop)
    target.setLinkDefaults()
    let established = try await EstablishedConnection.make(
      target.parameters,
      timeout: configuration.connectTimeout,
      on: loop
    )
    let poller = try established.watched(on: loop)
    let connection = established.pointer
    self.poller = poller
    self.connection = connection
    poller.start(.readable) { [unowned self] _ in assumeIsolated { $0.receive() } }
    let quoted = "\"" + channel.split(separator: "\"").joined(separator: "\"\"") + "\""
    guard PQsendQuery(connection, "LISTEN \(quoted)") == 1, PQflush(connection) >= 0 else {
      let error = PostgresError(connection: connection)
      close()
      throw error
    }
    let timer = LoopTimer(on: loop)
    self.timer = timer
    heartbeat.heard()
    timer.start(afterMilliseconds: heartbeat.interval, repeating: heartbeat.interval) {
      [unowned self] in assumeIsolated { $0.beat() }
    }
    // Not before: what is changed in between nobody would tell.
    while !isListening, failure == nil { await wait { !isListening && failure == nil } }
    if let failure { throw failure }
  }

  /// Returns when the channel was notified since the last call, at once if it was before this one, with
  /// the different texts that it was notified with.
  ///
  /// Throws when the connection is lost or the listener is closed.
  @discardableResult
  package func next() async throws(PostgresError) -> Set<String> {
    await wait { notifications.isEmpty && failure == nil && connection != nil }
    if let failure { throw failure }
    guard connection != nil else { throw .closed }
    defer { notifications = [] }
    return notifications
  }

  package func close() {
    end(.closed)
  }

  private func receive() {
    guard let connection else { return }
    guard PQconsumeInput(connection) == 1, PQstatus(connection) == CONNECTION_OK else {
      return end(PostgresError(connection: connection))
    }
    heartbeat.heard()
    while PQisBusy(connection) == 0, let result = PQgetResult(connection) {
      let isRefusal = PQresultStatus(result) == PGRES_FATAL_ERROR
      let error = isRefusal ? PostgresError(result: result) : nil
      PQclear(result)
      if let error { return end(error) }
      // Later answers are to what was asked for a sign of life.
      guard !isListening else { continue }
      isListening = true
      wake()
    }
    while let notification = PQnotifies(connection) {
      notifications.insert(String(cString: notification.pointee.extra))
      PQfreemem(notification)
    }
    if !notifications.isEmpty { wake() }
  }

  /// Asks the server for a sign of life, by a statement without anything in it.
  private func beat() {
    guard let connection else { return }
    guard heartbeat.beat() else { return end(Heartbeat.silence) }
    // While one is on its way, as LISTEN is at first, its answer is the sign.
    guard PQtransactionStatus(connection) != PQTRANS_ACTIVE else { return }
    guard PQsendQuery(connection, "") == 1, PQflush(connection) >= 0 else {
      return end(PostgresError(connection: connection))
    }
  }

  private func end(_ reason: PostgresError) {
    guard let connection else { return }
    failure = reason
    self.connection = nil
    timer?.close()
    timer = nil
    poller?.close()
    poller = nil
    PQfinish(connection)
    wake()
  }

  /// Waits for `wake()` if a condition holds, which is looked at within: things may happen on the way
  /// into the wait.
  private func wait(while isDue: () -> Bool) async {
    await withUnsafeContinuation { continuation in
      if isDue() { waiter = continuation } else { continuation.resume() }
    }
  }

  private func wake() {
    waiter?.resume()
    waiter = nil
  }
}
