package import EventLoop
import Glibc

/// An HTTP/1.1 server: a listening socket and its connections on each loop of a group.
///
/// The handler runs as a task on the loop of the connection and is cancelled when the client goes
/// away. Its answers to one connection leave in the order of the requests.
package final class HTTPServer: @unchecked Sendable {
  // `start` and `shutDown` are called by the one who owns the server, one after the other.

  package let configuration: HTTPConfiguration
  private let group: EventLoopGroup
  private let handler: @Sendable (HTTPRequest, EventLoop) async -> HTTPResponse
  private var listeners: [HTTPListener] = []

  package init(
    _ configuration: HTTPConfiguration,
    group: EventLoopGroup,
    handler: @escaping @Sendable (HTTPRequest, EventLoop) async -> HTTPResponse
  ) {
    self.configuration = configuration
    self.group = group
    self.handler = handler
  }

  /// Throws what keeps a server from listening now; another may take the port meanwhile.
  package static func checkAddress(_ configuration: HTTPConfiguration) throws(HTTPServerError) {
    var address = try ListeningSocket.resolve(configuration)
    close(try ListeningSocket.bind(&address, configuration, isShared: false))
  }

  /// Listens; returns the port, which the system has chosen where the configuration has 0.
  ///
  /// Resolves the host's name, which blocks: before serving begins.
  @discardableResult
  package func start() throws(HTTPServerError) -> Int {
    var address = try ListeningSocket.resolve(configuration)
    // Several processes could share a port that allows several sockets, without either knowing:
    // so first see that nobody else has it.
    let probe = try ListeningSocket.bind(&address, configuration, isShared: false)
    let isShared = group.loops.count > 1
    var sockets = [probe]
    if isShared {
      close(probe)
      sockets = []
      do {
        for _ in group.loops {
          sockets.append(try ListeningSocket.bind(&address, configuration, isShared: true))
        }
      } catch {
        for socket in sockets { close(socket) }
        throw error
      }
    }
    for socket in sockets where listen(socket, ListeningSocket.backlog) != 0 {
      let error = HTTPServerError(configuration, String(cString: strerror(errno)))
      for socket in sockets { close(socket) }
      throw error
    }
    listeners = zip(group.loops, sockets).map { loop, socket in
      HTTPListener(
        configuration,
        descriptor: socket,
        loop: loop,
        loopCount: group.loops.count,
        handler: handler
      )
    }
    let listeners = listeners
    for listener in listeners { listener.loop.execute { listener.start(peers: listeners) } }
    return address.port
  }

  /// Stops: new connections are refused, idle ones end, requests under way are answered.
  ///
  /// Returns when all is over, at the latest after the grace, when what is left is cut.
  package func shutDown(grace: Duration) async {
    let listeners = listeners
    self.listeners = []
    // All have to be deaf before any is done, for they hand connections to each other.
    for listener in listeners { await listener.stopAccepting() }
    await withTaskGroup(of: Void.self) { group in
      for listener in listeners { group.addTask { await listener.endConnections(grace: grace) } }
    }
  }
}
