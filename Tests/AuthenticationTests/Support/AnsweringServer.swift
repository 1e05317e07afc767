import EventLoop
import HTTP
import Synchronization

/// A server of the loopback that answers as a test tells it, and remembers what it was asked.
struct AnsweringServer {
  private let group: EventLoopGroup
  private let server: HTTPServer
  private let script: Script
  let port: Int

  /// What the handler and the test share.
  private final class Script: Sendable {
    let answer: Mutex<HTTPResponse?>
    let requests = Mutex<[HTTPRequest]>([])

    init(_ answer: HTTPResponse?) {
      self.answer = Mutex(answer)
    }

    func respond(to request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse {
      requests.withLock { $0.append(request) }
      if let answer = answer.withLock({ $0 }) { return answer }
      // Hangs, for longer than anyone waits.
      try? await loop.sleep(for: .seconds(60))
      return HTTPResponse(status: 200)
    }
  }

  init(_ answer: HTTPResponse?) throws {
    let script = Script(answer)
    self.script = script
    group = EventLoopGroup(count: 1)
    server = HTTPServer(HTTPConfiguration(), group: group) { request, loop in
      await script.respond(to: request, on: loop)
    }
    port = try server.start()
  }

  var url: String { "http://127.0.0.1:\(port)/path?a=b" }
  var requests: [HTTPRequest] { script.requests.withLock { $0 } }

  /// Answers so from now on; nil hangs.
  func answer(_ response: HTTPResponse?) { script.answer.withLock { $0 = response } }

  /// Runs a test and ends the server however it goes.
  static func with(
    _ answer: HTTPResponse?,
    _ test: (AnsweringServer) async throws -> Void
  ) async throws {
    let server = try AnsweringServer(answer)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await test(server)) } catch { outcome = .failure(error) }
    await server.server.shutDown(grace: .zero)
    await server.group.shutDown()
    try outcome.get()
  }
}
