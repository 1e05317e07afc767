import CPostgres
package import EventLoop
import Glibc

/// The changes of a database in the order in which they are committed, by logical replication.
///
/// A temporary slot goes with the connection, so that a server that dies leaves nothing behind that
/// would keep the log from being recycled. Whoever opens it closes it.
package actor ReplicationStream {
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: PostgresConfiguration
  private let publication: String
  private var connection: OpaquePointer?
  private var poller: Poller?
  private var timer: LoopTimer?
  private var waiter: UnsafeContinuation<Void, Never>?
  private var collector = ChangeCollector()
  private var changes: [CommittedChange] = []
  private var isCopying = false
  private var isIdle = false
  private var reported: UInt64 = 0
  private var failure: PostgresError?

  /// With each beat the server is told how far its log was read; it gives up after 60 s by default.
  private var heartbeat: Heartbeat
  /// What waits to be taken before no more is read: the server then waits too.
  private static let maximumWaiting = 10_000

  package init(
    _ configuration: PostgresConfiguration,
    publication: String,
    heartbeat: Heartbeat = Heartbeat(),
    on loop: EventLoop
  ) {
    self.configuration = configuration
    self.publication = publication
    self.heartbeat = heartbeat
    self.loop = loop
  }

  /// Connects and begins: what is committed from here on is told.
  ///
  /// Waits for the transactions that are under way as it begins.
  package func open(slot: String) async throws(PostgresError) {
    guard connection == nil else { throw .misuse("the stream is open already") }
    failure = nil
    var target = try await configuration.target.current(on: loop)
    target["replication"] = "database"
    target["client_encoding"] = "UTF8"
    target.setDefault("application_name", "apus changes")
    target.setLinkDefaults()
    let given = target["options"].map { $0 + " " } ?? ""
    target["options"] =
      given + "-c datestyle=ISO -c bytea_output=hex -c extra_float_digits=1"
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
    do {
      try await command(
        "CREATE_REPLICATION_SLOT \(Self.quoted(slot)) TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT"
      )
      let names = publication.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "''")
      try await command(
        "START_REPLICATION SLOT \(Self.quoted(slot)) LOGICAL 0/0 "
          + "(proto_version '1', publication_names '\(Self.quoted(names))')"
      )
    } catch {
      close()
      throw error
    }
    let timer = LoopTimer(on: loop)
    self.timer = timer
    heartbeat.heard()
    timer.start(afterMilliseconds: heartbeat.interval, repeating: heartbeat.interval) {
      [unowned self] in assumeIsolated { $0.beat() }
    }
  }

  /// Says whose inserted rows are wanted, see ``ChangeCollector/wanted``; counts from the next message on.
  package func want(_ relations: [UInt32: Set<String>]) { collector.wanted = relations }

  /// The changes since the last call, at least one.
  ///
  /// Throws when the connection is lost or the stream is closed.
  package func next() async throws(PostgresError) -> [CommittedChange] {
    await wait { changes.isEmpty && failure == nil && connection != nil }
    if !changes.isEmpty {
      defer { changes = [] }
      if changes.count >= Self.maximumWaiting {
        loop.atTurnEnd { self.assumeIsolated { $0.receive() } }
      }
      return changes
    }
    throw failure ?? .closed
  }

  /// How far the server's log was known to reach when it last said so.
  package var logEnd: UInt64 { collector.end }

  /// Asks the server how far its log reaches by now; ``logEnd`` has the answer soon.
  package func askForLogEnd() { report(asksForReply: true) }

  /// Ends the stream; whoever waits for changes is told the reason.
  package func close(_ reason: PostgresError = .closed) { end(reason) }

  // MARK: - Commands

  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  private func command(_ text: String) async throws(PostgresError) {
    guard let connection else { throw failure ?? .closed }
    isIdle = false
    guard PQsendQuery(connection, text) == 1, PQflush(connection) >= 0 else {
      throw PostgresError(connection: connection)
    }
    while !isIdle, !isCopying, self.connection != nil {
      receiveResults()
      if isIdle || isCopying { break }
      await wait { !isIdle && !isCopying && self.connection != nil }
    }
    if let failure { throw failure }
    guard self.connection != nil else { throw .closed }
  }

  /// Waits for `wake()` if a condition holds, which is looked at within: things may happen on the way
  /// into the wait.
  private func wait(while isDue: () -> Bool) async {
    await withUnsafeContinuation { continuation in
      if isDue() { waiter = continuation } else { continuation.resume() }
    }
  }

  private func receiveResults() {
    guard let connection else { return }
    while !isCopying, PQisBusy(connection) == 0 {
      guard let result = PQgetResult(connection) else {
        isIdle = true
        return
      }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COPY_BOTH: isCopying = true
      case PGRES_FATAL_ERROR: failure = PostgresError(result: result)
      default: break
      }
    }
  }

  // MARK: - Receiving

  private func receive() {
    guard let connection else { return }
    guard PQconsumeInput(connection) == 1, PQstatus(connection) == CONNECTION_OK else {
      return end(PostgresError(connection: connection))
    }
    heartbeat.heard()
    guard isCopying else { return wake() }
    while changes.count < Self.maximumWaiting {
      var buffer: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(connection, &buffer, 1)
      if length == 0 { break }
      guard length > 0, let buffer else {
        return end(lastError(of: connection))
      }
      defer { PQfreemem(buffer) }
      let bytes = UnsafeRawBufferPointer(start: buffer, count: Int(length))
        .assumingMemoryBound(to: UInt8.self)
      guard let message = ReplicationMessage(bytes) else {
        return end(.connection("the server sent what is no message of replication"))
      }
      if let change = collector.take(message) { changes.append(change) }
    }
    if collector.owesReply { report(asksForReply: false) }
    if !changes.isEmpty { wake() }
  }

  /// Why the stream has ended; what the server said, if it did.
  private func lastError(of connection: OpaquePointer) -> PostgresError {
    while let result = PQgetResult(connection) {
      defer { PQclear(result) }
      if PQresultStatus(result) == PGRES_FATAL_ERROR { return PostgresError(result: result) }
      if PQresultStatus(result) == PGRES_COPY_BOTH { break }
    }
    return .connection("the stream of changes has ended")
  }

  private func beat() {
    guard heartbeat.beat() else { return end(Heartbeat.silence) }
    report(asksForReply: true)
  }

  /// Tells the server how far its log was read, so that it can recycle it.
  private func report(asksForReply: Bool) {
    guard let connection, isCopying else { return }
    collector.replied()
    reported = collector.end
    var message: [UInt8] = [UInt8(ascii: "r")]
    // Written, flushed, applied; the time, which nobody needs.
    for number in [reported, reported, reported, 0] {
      withUnsafeBytes(of: number.bigEndian) { message.append(contentsOf: $0) }
    }
    message.append(asksForReply ? 1 : 0)
    let isSent = message.withUnsafeBytes { bytes in
      PQputCopyData(
        connection,
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(bytes.count)
      ) >= 0
    }
    if !isSent || PQflush(connection) < 0 { end(PostgresError(connection: connection)) }
  }

  private func end(_ reason: PostgresError) {
    guard let connection else { return }
    failure = reason
    self.connection = nil
    isCopying = false
    let wanted = collector.wanted
    collector = ChangeCollector()
    collector.wanted = wanted
    reported = 0
    timer?.close()
    timer = nil
    poller?.close()
    poller = nil
    PQfinish(connection)
    wake()
  }

  private func wake() {
    let waiting = waiter
    waiter = nil
    waiting?.resume()
  }
}
