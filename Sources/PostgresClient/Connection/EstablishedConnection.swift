import CPostgres
import EventLoop
import Glibc

/// A connection on its way to being established, and then the one who has to take it over.
///
/// `@unchecked Sendable`: the connection is handed from the loop to a thread of libuv's pool and
/// back, never used by two at once.
struct EstablishedConnection: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Connects without blocking the loop.
  ///
  /// Between the steps the loop waits for the socket. The steps themselves run on libuv's threads:
  /// in them libpq looks names up, reads files and derives keys from passwords (milliseconds of
  /// work).
  static func make(
    _ parameters: [ConnectionString.Parameter],
    timeout: Duration,
    on loop: EventLoop
  ) async throws(PostgresError) -> EstablishedConnection {
    let deadline = loop.milliseconds &+ timeout.milliseconds
    guard let attempt = await loop.offload({ start(parameters) }) else {
      throw .connection("out of memory", sqlstate: .cannotConnect)
    }
    let connection = attempt.pointer
    var status = PGRES_POLLING_WRITING
    // `PQconnectStart` has failed already when the parameters make no sense or no name resolves.
    if PQstatus(connection) == CONNECTION_BAD { status = PGRES_POLLING_FAILED }
    while status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING {
      let events: Poller.Events = status == PGRES_POLLING_READING ? .readable : .writable
      let left = deadline > loop.milliseconds ? deadline - loop.milliseconds : 0
      let isReady = await SocketWait.wait(
        for: events,
        of: PQsocket(connection),
        milliseconds: left,
        on: loop
      )
      guard isReady else {
        PQfinish(connection)
        throw .connection("the database did not answer in time", sqlstate: .cannotConnect)
      }
      status = await loop.offload { PQconnectPoll(attempt.pointer) }
    }
    guard status == PGRES_POLLING_OK else {
      defer { PQfinish(connection) }
      throw PostgresError(connection: connection, sqlstate: .cannotConnect)
    }
    return attempt
  }

  /// Makes it ready for its holder, who never blocks: returns what watches its socket.
  ///
  /// Where that fails it is closed. On the loop.
  func watched(on loop: EventLoop) throws(PostgresError) -> Poller {
    do {
      let poller = try Poller(on: loop, socket: PQsocket(pointer))
      PQsetnonblocking(pointer, 1)
      // libpq would print the server's notices.
      PQsetNoticeReceiver(pointer, { _, _ in }, nil)
      return poller
    } catch {
      PQfinish(pointer)
      throw .connection("cannot watch the database's socket: \(error)")
    }
  }

  private static func start(_ parameters: [ConnectionString.Parameter]) -> Self? {
    let keywords = parameters.map { strdup($0.keyword) }
    let values = parameters.map { strdup($0.value) }
    defer { for text in keywords + values { free(text) } }
    let connection = PQconnectStartParams(
      (keywords + [nil]).map { UnsafePointer($0) },
      (values + [nil]).map { UnsafePointer($0) },
      0
    )
    return connection.map { EstablishedConnection(pointer: $0) }
  }
}
