import EventLoop
import HTTP

/// A server on a port of its own, with loops of its own.
struct TestServer {
  let group: EventLoopGroup
  let server: HTTPServer
  let port: Int

  init(
    loops: Int = 1,
    _ configure: (inout HTTPConfiguration) -> Void = { _ in },
    handler: @escaping @Sendable (HTTPRequest, EventLoop) async -> HTTPResponse
  ) throws {
    var configuration = HTTPConfiguration()
    configure(&configuration)
    group = EventLoopGroup(count: loops)
    server = HTTPServer(configuration, group: group, handler: handler)
    port = try server.start()
  }

  /// A server that tells what it was asked.
  static func echo(
    loops: Int = 1,
    _ configure: (inout HTTPConfiguration) -> Void = { _ in }
  ) throws -> TestServer {
    try TestServer(loops: loops, configure) { request, _ in
      let query = request.query.map { "?\($0)" } ?? ""
      let body = String(decoding: request.body, as: UTF8.self)
      return .text(200, "\(request.method.rawValue) \(request.path)\(query) \(body)")
    }
  }

  func client() throws -> TestClient { try TestClient(port: port) }

  func stop() async {
    await server.shutDown(grace: .zero)
    await group.shutDown()
  }
}
