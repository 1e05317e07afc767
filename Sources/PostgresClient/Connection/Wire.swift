import CPostgres
import EventLoop

/// One connection to the server: requests go out in order, answers come back in order.
///
/// `@unchecked Sendable`: used on its loop's thread only. It decides nothing about who may use it;
/// the pool does, and hears of every end of a request and of the connection's own.
final class Wire: @unchecked Sendable {
  /// What the server's next answer is about.
  enum Command {
    /// A statement of the pool's own.
    case own
    case prepare(statement: Int)
    case execute(statement: Int)
    /// The end of a batch, and with it the commit of the transaction that the batch is.
    case sync
  }

  let loop: EventLoop
  let connection: OpaquePointer
  let access: Access
  /// The number of the connection in its lane.
  let slot: Int
  let policy: SessionPolicy

  /// Told on the loop what becomes of the requests and of the connection; the two hold each other
  /// until the connection ends.
  let pool: PostgresPool

  /// Sent and not yet answered in full.
  var requests: [Request] = []
  /// What the answers to them will be about, from `nextCommand` on.
  var commands: [Command] = []
  var nextCommand = 0
  var statements: StatementCache
  var keptSetting = KeptSetting()
  /// Whether one request has the connection to itself until it gives it back.
  var isLeased = false
  /// Whether the server waits for the data of a `COPY`.
  var isCopying = false
  /// Whether settings, prepared statements or locks may have been changed by the user's own SQL.
  var isSoiled = false
  /// Resumed when all that was written has gone to the socket, or the connection is gone.
  var onDrain: (() -> Void)?
  /// When the last answer was complete.
  private var answeredAt: UInt64 = 0
  private(set) var isOpen = true
  private(set) var cancellation = Cancellation()

  private let canceller: Canceller?
  private let poller: Poller
  private var watched = Poller.Events.readable
  var pointers = ParameterPointers()

  /// Takes over a connection that is established.
  init(
    _ connection: EstablishedConnection,
    access: Access,
    slot: Int,
    policy: SessionPolicy,
    statements: Int,
    pool: PostgresPool
  ) throws(PostgresError) {
    poller = try connection.watched(on: pool.loop)
    let connection = connection.pointer
    loop = pool.loop
    self.pool = pool
    self.connection = connection
    self.access = access
    self.slot = slot
    self.policy = policy
    self.statements = StatementCache(bound: statements)
    canceller = Canceller(connection)
  }

  deinit {
    precondition(!isOpen, "a connection was not closed")
  }

  /// Starts to listen; the wire lives until ``close()`` or the connection's end.
  func open() {
    poller.start(.readable) { events in self.ready(events) }
  }

  private func ready(_ events: Poller.Events) {
    if events.contains(.readable) || !requests.isEmpty { receive() }
    if events.contains(.writable) { flush() }
  }

  /// Whether the server is in no transaction, so that the next request may be another's.
  var isInTransaction: Bool { PQtransactionStatus(connection) != PQTRANS_IDLE }

  /// Sends what libpq holds, and asks to be called when the socket takes more.
  func flush() {
    guard isOpen else { return }
    switch PQflush(connection) {
    case 0:
      watch(.readable)
      drained()
    case 1: watch([.readable, .writable])
    // The next read finds out why, and fetches the server's last words.
    default: receive(isBroken: true)
    }
  }

  private func watch(_ events: Poller.Events) {
    guard events != watched else { return }
    watched = events
    poller.watch(events)
  }

  private func drained() {
    guard let onDrain else { return }
    self.onDrain = nil
    onDrain()
  }

  // MARK: - End

  /// Closes an idle connection, or breaks off whatever it does.
  func close(_ reason: PostgresError = .closed) {
    guard isOpen else { return }
    isOpen = false
    poller.close()
    PQfinish(connection)
    let orphans = requests
    requests.removeAll()
    for request in orphans { request.wire = nil }
    drained()
    pool.assumeIsolated { $0.ended(self, reason, orphans) }
  }

  // MARK: - Cancellation

  /// Asks the server, over a connection of its own, to cancel what this one does.
  ///
  /// The request stays until its answer comes. libpq blocks while it connects, so it does that on
  /// one of libuv's threads.
  func cancel(_ request: Request) {
    guard isOpen, let canceller else { return }
    cancellation.sent(for: request, deadline: loop.milliseconds &+ Self.cancellationLimit)
    pool.assumeIsolated { $0.setAlarm(loop.milliseconds &+ Self.cancellationLimit) }
    loop.spawn { [loop] in
      await loop.offload { canceller.cancel() }
      await self.pool.cancellationArrived(self)
    }
  }

  func cancellationArrived() {
    cancellation.arrived()
  }

  /// How long, in milliseconds, the server may take to obey.
  private static let cancellationLimit: UInt64 = 5_000

  /// Takes a request that has been answered off the wire.
  func removeFirst() -> Request {
    let request = requests.removeFirst()
    request.wire = nil
    let now = EventLoop.nanoseconds
    request.serviceTime = now &- max(request.sentAt, answeredAt)
    answeredAt = now
    cancellation.answered(request)
    return request
  }
}
