import CUV
import EventLoop
import Glibc
import Synchronization

/// One loop's share of a server: its listening socket and its connections.
final class HTTPListener: @unchecked Sendable {
  // Touched on the loop's thread only, but for what is constant and the atomic load. `peers` is
  // set before the first connection can come.

  let loop: EventLoop
  let configuration: HTTPConfiguration
  let handler: @Sendable (HTTPRequest, EventLoop) async -> HTTPResponse
  let parserSettings = ParserSettings()
  let compressor: Compressor
  let webSockets = WebSocketShare()
  let idleMilliseconds: UInt64
  let headMilliseconds: UInt64
  let bodyMilliseconds: UInt64
  let bodyRateMilliseconds: UInt64
  let writeMilliseconds: UInt64
  /// Where all connections of the loop read to.
  let readBuffer: uv_buf_t

  /// The open connections, and those that other loops have sent and that have not arrived.
  private let load = Atomic(0)
  private let maximumLoad: Int
  private var peers: [HTTPListener] = []
  private var descriptor: Int32
  private var poller: Poller?
  private var clock: LoopTimer?
  private var isPaused = false
  private var isShuttingDown = false
  private var connections: [ObjectIdentifier: any ServedConnection] = [:]
  private var whenEmpty: [() -> Void] = []
  private var scratch: [UInt8] = []
  private var date = DateField()

  init(
    _ configuration: HTTPConfiguration,
    descriptor: Int32,
    loop: EventLoop,
    loopCount: Int,
    handler: @escaping @Sendable (HTTPRequest, EventLoop) async -> HTTPResponse
  ) {
    self.loop = loop
    self.configuration = configuration
    self.descriptor = descriptor
    self.handler = handler
    compressor = Compressor(configuration)
    idleMilliseconds = configuration.idleTimeout.milliseconds
    headMilliseconds = configuration.headTimeout.milliseconds
    bodyMilliseconds = configuration.bodyTimeout.milliseconds
    bodyRateMilliseconds = configuration.bodyRateGrace.milliseconds
    writeMilliseconds = configuration.writeTimeout.milliseconds
    maximumLoad = max(configuration.maximumConnections / loopCount, 1)
    readBuffer = uv_buf_init(.allocate(capacity: 64 << 10), 64 << 10)
  }

  deinit { readBuffer.base.deallocate() }

  /// Begins to accept; `peers` are the listeners of all loops, this one among them.
  func start(peers: [HTTPListener]) {
    self.peers = peers
    clock = LoopTimer(on: loop)
    do {
      poller = try Poller(on: loop, socket: descriptor)
      poller?.start(.readable) { [unowned self] _ in accept() }
    } catch {
      preconditionFailure("a socket that was just made cannot be watched: \(error)")
    }
  }

  // MARK: - Accepting

  /// Takes those who wait, and no more of them than may have waited when it began: who connects faster
  /// than they are taken would keep the loop from all else.
  private func accept() {
    for _ in 0..<ListeningSocket.backlog where !isPaused {
      // Full: the rest waits in the kernel.
      if peers.allSatisfy({ $0.load.load(ordering: .relaxed) >= $0.maximumLoad }) {
        return pause()
      }
      var address = SocketAddress()
      let socket = address.withPointer { Glibc.accept(descriptor, $0, &$1) }
      if socket >= 0 {
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        place(socket, from: address.host)
        continue
      }
      switch errno {
      case EAGAIN: return
      case EINTR, ECONNABORTED: continue
      // Out of descriptors or memory; the listening socket stays readable, so do not look at it.
      default: return pause()
      }
    }
  }

  /// Looks again when some connections may have ended.
  private func pause() {
    isPaused = true
    poller?.stop()
    let timer = LoopTimer(on: loop)
    timer.start(afterMilliseconds: 100) { [self] in
      timer.close()
      isPaused = false
      guard !isShuttingDown else { return }
      poller?.start(.readable) { [unowned self] _ in accept() }
    }
  }

  /// Gives a connection to the loop that has the fewest: the kernel spreads them by chance, which
  /// a few long-lived clients would feel.
  private func place(_ socket: Int32, from address: String) {
    var best = self
    var least = load.load(ordering: .relaxed)
    for peer in peers {
      let count = peer.load.load(ordering: .relaxed)
      if count < least { (best, least) = (peer, count) }
    }
    best.load.add(1, ordering: .relaxed)
    if best === self { return adopt(socket, from: address) }
    best.loop.execute { [best] in best.adopt(socket, from: address) }
  }

  private func adopt(_ socket: Int32, from address: String) {
    guard let connection = HTTPConnection(socket, from: address, listener: self) else {
      Glibc.close(socket)
      load.subtract(1, ordering: .relaxed)
      return
    }
    if connections.isEmpty {
      clock?.start(afterMilliseconds: 500, repeating: 500) { [unowned self] in checkTimes() }
    }
    connections[ObjectIdentifier(connection)] = connection
    if isShuttingDown { connection.shutDown() }
    connection.startReading()
  }

  /// Notes what has become of a connection that was forgotten.
  func add(_ connection: any ServedConnection) {
    connections[ObjectIdentifier(connection)] = connection
    if isShuttingDown { connection.shutDown() }
  }

  /// Forgets a connection whose socket lives on.
  func forget(_ connection: any ServedConnection) {
    connections[ObjectIdentifier(connection)] = nil
  }

  func remove(_ connection: any ServedConnection) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    load.subtract(1, ordering: .relaxed)
    guard connections.isEmpty else { return }
    clock?.stop()
    let waiters = whenEmpty
    whenEmpty = []
    for waiter in waiters { waiter() }
  }

  private func checkTimes() {
    let now = loop.milliseconds
    for connection in Array(connections.values) { connection.checkTimes(now) }
  }

  // MARK: - What connections share

  /// A buffer to put answers together in; to be given back.
  func takeScratch() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &scratch)
    return taken
  }

  func giveBackScratch(_ bytes: consuming [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    scratch = bytes
  }

  /// The `date` field of answers that are sent now.
  func dateField() -> DateField {
    date.update(loop.milliseconds)
    return date
  }

  // MARK: - End

  /// Takes no more connections; those that the kernel has let in are taken first, for they have
  /// been told that the server is there.
  func stopAccepting() async {
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      loop.execute { [self] in
        if !isPaused { accept() }
        isShuttingDown = true
        poller?.close()
        poller = nil
        Glibc.close(descriptor)
        descriptor = -1
        continuation.resume()
      }
    }
  }

  /// Ends the idle connections, and returns when the others have ended too, or at the latest after
  /// the grace, when they are cut.
  func endConnections(grace: Duration) async {
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      loop.execute { [self] in
        for connection in Array(connections.values) { connection.shutDown() }
        if connections.isEmpty { return continuation.resume() }
        let timer = LoopTimer(on: loop)
        whenEmpty.append {
          timer.close()
          continuation.resume()
        }
        timer.start(afterMilliseconds: grace.milliseconds) { [self] in
          for connection in Array(connections.values) { connection.close() }
        }
      }
    }
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      loop.execute { [self] in
        clock?.close()
        clock = nil
        peers = []
        continuation.resume()
      }
    }
  }
}
