import Engine
import EventLoop
import HTTP
import Observability
import Resolvers

/// The websocket of one reader of a feed.
///
/// It says one `runtime_config`, then of each bin a `grid_update` and its columns. What the reader sends is
/// not listened to.
final class FeedSocket: WebSocketHandler, @unchecked Sendable {
  // Touched on the loop's thread only: by the websocket, and by the task that was spawned there.

  struct Request: Sendable {
    var feed: Feed
    var stream: GridStream
    var every: Int
    var wantsGold: Bool
  }

  private let socket: WebSocket
  private let session: Session
  private let host: SocketHost
  private let id: String
  private var work: Task<Void, Never>?
  /// That of the metadata by which the reader may have it.
  private var generation: Int
  /// Waits until a bin has left.
  private var waiter: UnsafeContinuation<Void, Never>?

  init(_ socket: WebSocket, _ request: Request, _ session: Session, _ host: SocketHost) {
    self.socket = socket
    self.session = session
    self.host = host
    id = host.ids.id(given: nil)
    generation = host.engine.generation
    host.opened()
    log(.accepted)
    socket.send(request.stream.runtimeConfig)
    work = socket.loop.spawn { [self] in await follow(request) }
  }

  private func follow(_ request: Request) async {
    let stream = request.stream
    let end = await request.feed.channel.follow(
      "stream \(request.wantsGold)",
      every: request.every,
      encode: { bin, skipped in stream.messages(of: bin, skipped: skipped) },
      send: send
    )
    switch end {
    case .stopped: socket.close(WebSocketClose(1000, "the feed has ended"))
    case .failed(let reason):
      socket.send(GridStream.error(reason))
      socket.close(WebSocketClose(1011, "the feed has failed"))
    case nil: break
    }
  }

  /// Sends a bin and returns when it has left; false where nobody reads any more.
  private func send(_ messages: [[UInt8]]) async -> Bool {
    guard socket.isOpen else { return false }
    socket.send(messages[0])
    socket.send(binary: messages[1])
    guard socket.isOpen else { return false }
    await withUnsafeContinuation { waiter = $0 }
    return socket.isOpen
  }

  private func release() {
    waiter?.resume()
    waiter = nil
  }

  // MARK: - From the websocket

  func receive(_ text: [UInt8]) {}

  func drained() { release() }

  func tick(_ now: UInt64) {
    if let end = session.expiresAt, end <= Timestamp.now().millisecondsSinceEpoch {
      return socket.close(WebSocketClose(4403, "the token has expired"))
    }
    guard host.engine.generation != generation else { return }
    generation = host.engine.generation
    if host.settings.closesOnMetadataChange { return socket.close(.metadataChanged) }
    let loop = socket.loop
    loop.spawn { [self] in
      guard await !host.engine.offersSubscription("order_book_grid", to: session, on: loop) else {
        return
      }
      socket.close(WebSocketClose(4403, "the role has no field 'order_book_grid' any more"))
    }
  }

  func shutDown() { socket.close(.goingAway) }

  func closed(_ close: WebSocketClose) {
    host.closed()
    work?.cancel()
    work = nil
    release()
    log(.closed(code: Int(close.code), reason: close.reason))
  }

  private func log(_ event: WebSocketExchange.Event) {
    guard host.logger.isEnabled(.websocketLog, event.level) else { return }
    host.logger.log(
      .webSocket(
        WebSocketExchange(
          id: id,
          role: session.role,
          sessionEnd: session.expiresAt,
          event: event
        )
      )
    )
  }
}
