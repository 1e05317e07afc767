import EventLoop
import HTTP
import Synchronization
import TestSupport
import Testing

@Suite("HTTPClient", .timeLimit(.minutes(1)))
struct HTTPClientTests {
  /// A client on a loop of its own, ended however the test goes.
  private func withClient(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
    _ test: (HTTPClient) async throws -> Void
  ) async throws {
    let loop = EventLoop.start()
    let client = HTTPClient(configuration, on: loop)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await test(client)) } catch { outcome = .failure(error) }
    await client.close()
    await loop.shutDown()
    try outcome.get()
  }

  /// Why a request fails; nil where it does not.
  private func failure(
    of request: HTTPClientRequest,
    _ client: HTTPClient
  ) async -> HTTPClientError.Reason? {
    do throws(HTTPClientError) {
      _ = try await client.send(request)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test(arguments: [
    (HTTPMethod.get, [UInt8]?.none, "GET /a?b=c "),
    (.delete, nil, "DELETE /a?b=c "),
    (.put, Array("body".utf8), "PUT /a?b=c body"),
    (.patch, Array("body".utf8), "PATCH /a?b=c body"),
    (.post, Array("null\0byte".utf8), "POST /a?b=c null\0byte"),
    (.post, nil, "POST /a?b=c "),
    (.post, [], "POST /a?b=c "),
  ])
  func sendsMethodAndBody(method: HTTPMethod, body: [UInt8]?, expected: String) async throws {
    let server = try TestServer.echo()
    try await withClient { client in
      let url = "http://127.0.0.1:\(server.port)/a?b=c"
      let answer = try await client.send(HTTPClientRequest(method: method, url: url, body: body))
      #expect(answer.status == 200)
      #expect(String(decoding: answer.body, as: UTF8.self) == expected)
    }
    await server.stop()
  }

  @Test func sendsHeadersAndReadsThem() async throws {
    let server = try TestServer { request, _ in
      var seen: [String] = []
      request.headers.forEach { seen.append("\($0)=\($1)") }
      return HTTPResponse(
        status: 401,
        headers: [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x-empty", "")],
        body: Array(seen.sorted().joined(separator: "\n").utf8)
      )
    }
    try await withClient { client in
      let answer = try await client.send(
        HTTPClientRequest(
          url: "http://127.0.0.1:\(server.port)/",
          headers: [("x-one", "1"), ("x-none", ""), ("Accept", "application/json")]
        )
      )
      #expect(answer.status == 401)
      #expect(answer.all("Set-Cookie") == ["a=1", "b=2"])
      #expect(answer["x-empty"] == "")
      #expect(answer["missing"] == nil)
      let expected = [
        "accept=application/json", "host=127.0.0.1:\(server.port)", "user-agent=apus", "x-none=",
        "x-one=1",
      ]
      #expect(String(decoding: answer.body, as: UTF8.self) == expected.joined(separator: "\n"))
    }
    await server.stop()
  }

  @Test(arguments: [nil, "application/json"])
  func callsABodyWhatTheCallerCallsIt(type: String?) async throws {
    let server = try TestServer { request, _ in
      .text(200, request.headers.all("content-type").joined(separator: "|"))
    }
    try await withClient { client in
      let answer = try await client.send(
        HTTPClientRequest(
          method: .post,
          url: "http://127.0.0.1:\(server.port)/",
          headers: type.map { [("content-type", $0)] } ?? [],
          body: [1]
        )
      )
      #expect(String(decoding: answer.body, as: UTF8.self) == type ?? "")
    }
    await server.stop()
  }

  @Test func serves200RequestsAtOnceOverFewConnections() async throws {
    let server = try TestServer.echo()
    var configuration = HTTPClientConfiguration()
    configuration.maximumHostConnections = 4
    try await withClient(configuration) { client in
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask {
            let url = "http://127.0.0.1:\(server.port)/\(number)"
            let answer = try await client.send(HTTPClientRequest(url: url))
            return String(decoding: answer.body, as: UTF8.self) == "GET /\(number) " ? 1 : 0
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(statuses == 200)
    }
    await server.stop()
  }

  @Test func doesNotFollowARedirect() async throws {
    let server = try TestServer { request, _ in
      HTTPResponse(status: 302, headers: [("location", "/elsewhere")], body: [])
    }
    try await withClient { client in
      let url = "http://127.0.0.1:\(server.port)/"
      let answer = try await client.send(HTTPClientRequest(url: url))
      #expect(answer.status == 302)
      #expect(answer["location"] == "/elsewhere")
    }
    await server.stop()
  }

  @Test(arguments: [
    "", "/relative", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a b/",
    "http://127.0.0.1:99999/", "gopher://127.0.0.1/", "http://127.0.0.1/\r\nx: y",
  ])
  func refusesWhatIsNoURL(url: String) async throws {
    try await withClient { client in
      let reason = await failure(of: HTTPClientRequest(url: url), client)
      #expect(reason == .invalidURL)
    }
  }

  @Test(arguments: [("a\r\nb", "x"), ("", "x"), ("a:b", "x"), ("a", "x\r\ny: z"), ("a", "\0")])
  func refusesHeadersThatAreMoreThanOne(name: String, value: String) async throws {
    try await withClient { client in
      let request = HTTPClientRequest(url: "http://127.0.0.1:1/", headers: [(name, value)])
      #expect(await failure(of: request, client) == .invalidHeader)
    }
  }

  @Test func saysThatNobodyListens() async throws {
    let port = try FreePort.find()
    try await withClient { client in
      let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/")
      #expect(await failure(of: request, client) == .connectionFailed)
    }
  }

  @Test func saysThatAHostIsNotKnown() async throws {
    try await withClient { client in
      let request = HTTPClientRequest(url: "http://no-such-host.invalid/")
      #expect(await failure(of: request, client) == .unknownHost)
    }
  }

  @Test func givesUpInTimeWhereTheServerHangs() async throws {
    let server = try TestServer { _, loop in
      try? await loop.sleep(for: .seconds(30))
      return .text(200, "late")
    }
    try await withClient { client in
      let request = HTTPClientRequest(
        url: "http://127.0.0.1:\(server.port)/",
        timeout: .milliseconds(50)
      )
      #expect(await failure(of: request, client) == .timedOut)
    }
    await server.stop()
  }

  @Test func givesUpWhenItsTaskIsCancelled() async throws {
    let reached = Atomic(false)
    let server = try TestServer { _, loop in
      reached.store(true, ordering: .relaxed)
      try? await loop.sleep(for: .seconds(30))
      return .text(200, "late")
    }
    try await withClient { client in
      let url = "http://127.0.0.1:\(server.port)/"
      let task = Task { await failure(of: HTTPClientRequest(url: url), client) }
      while !reached.load(ordering: .relaxed) { await Task.yield() }
      task.cancel()
      #expect(await task.value == .cancelled)
      // One that is cancelled before it begins does not begin.
      let other = Task {
        while !Task.isCancelled { await Task.yield() }
        return await failure(of: HTTPClientRequest(url: url), client)
      }
      other.cancel()
      #expect(await other.value == .cancelled)
    }
    await server.stop()
  }

  @Test func givesAllUpWhenItIsClosed() async throws {
    let reached = Atomic(false)
    let server = try TestServer { _, loop in
      reached.store(true, ordering: .relaxed)
      try? await loop.sleep(for: .seconds(30))
      return .text(200, "late")
    }
    try await withClient { client in
      let url = "http://127.0.0.1:\(server.port)/"
      let task = Task { await failure(of: HTTPClientRequest(url: url), client) }
      while !reached.load(ordering: .relaxed) { await Task.yield() }
      await client.close()
      #expect(await task.value == .closed)
      #expect(await failure(of: HTTPClientRequest(url: url), client) == .closed)
    }
    await server.stop()
  }

  @Test func refusesABodyThatIsTooLarge() async throws {
    let server = try TestServer { _, _ in .text(200, String(repeating: "x", count: 1001)) }
    try await withClient { client in
      let url = "http://127.0.0.1:\(server.port)/"
      let large = HTTPClientRequest(url: url, maximumBodyBytes: 1000)
      #expect(await failure(of: large, client) == .bodyTooLarge)
      let fitting = HTTPClientRequest(url: url, maximumBodyBytes: 1001)
      #expect(await failure(of: fitting, client) == nil)
    }
    await server.stop()
  }

  @Test(arguments: [
    ("", HTTPClientError.Reason.brokenAnswer),
    ("no HTTP at all\r\n\r\n", .brokenAnswer),
    ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort", .brokenAnswer),
    ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", .brokenAnswer),
    (
      "HTTP/1.1 200 OK\r\nx: " + String(repeating: "y", count: 70_000) + "\r\n\r\n",
      .headersTooLarge
    ),
  ])
  func saysThatAnAnswerIsBroken(answer: String, expected: HTTPClientError.Reason) async throws {
    let server = try RawServer()
    let other = EventLoop.start()
    other.spawn { await other.offload { server.answerOnce(Array(answer.utf8)) } }
    try await withClient { client in
      let request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/")
      #expect(await failure(of: request, client) == expected)
    }
    await other.shutDown()
  }
}
