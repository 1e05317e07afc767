import EventLoop
import HTTP
import Synchronization
import Testing

/// Clients that are slow, wrong or gone, over real sockets.
@Suite("Hostile clients", .timeLimit(.minutes(1)))
struct HostileClientTests {
  private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  private func refusal(_ status: Int, _ message: String) -> TestClient.Answer {
    TestClient.Answer(
      status: status,
      headers: [
        "content-type": "text/plain; charset=utf-8", "connection": "close",
        "content-length": "\(message.utf8.count + 1)",
      ],
      body: Array((message + "\n").utf8)
    )
  }

  @Test func answersWhatCameBeforeARefusalFirst() async throws {
    let server = try TestServer { _, loop in
      try? await loop.sleep(for: .milliseconds(5))
      return .text(200, "fine")
    }
    let client = try server.client()
    try client.send(get + get + "GET / HTTP/1.1\nHost: x\n\n" + get)
    #expect(try client.receive().text == "fine")
    #expect(try client.receive().text == "fine")
    #expect(try client.receive() == refusal(400, "malformed request: head"))
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  @Test func refusesALargeBodyBeforeItIsSent() async throws {
    let server = try TestServer.echo { $0.limits.maximumBodyBytes = 10 }
    let client = try server.client()
    let head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n"
    #expect(try client.ask(head) == refusal(413, "the request's body is too large"))
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  @Test func refusesALargeBodyWithoutLosingTheAnswer() async throws {
    let server = try TestServer.echo { $0.limits.maximumBodyBytes = 10 }
    let client = try server.client()
    try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n")
    // A reset for bytes that nobody reads would take the answer away.
    try client.send([UInt8](repeating: 0x61, count: 3_000_000))
    #expect(try client.receive() == refusal(413, "the request's body is too large"))
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  @Test func readsNoMoreBodiesThanItMayHold() async throws {
    let mayGoOn = Atomic(false)
    let bodies = Atomic(0)
    let server = try TestServer({
      $0.limits.maximumBodyBytes = 1 << 20
      $0.bodyLimit = { _ in
        bodies.add(1, ordering: .relaxed)
        return 1 << 20
      }
    }) { request, loop in
      if request.path == "/ping" { return .text(200, "") }
      while !mayGoOn.load(ordering: .relaxed) { try? await loop.sleep(for: .milliseconds(1)) }
      return .text(200, "")
    }
    let client = try server.client()
    let body = String(repeating: "a", count: 1 << 19)
    let request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(1 << 19)\r\n\r\n\(body)"
    // One is served, three are more than may wait; the others stay in the socket's buffers.
    let loop = server.group.loops[0]
    let bytes = Array(String(repeating: request, count: 12).utf8)
    let sending = loop.spawn {
      await #expect(throws: Never.self) { try await loop.offload { try client.send(bytes) } }
    }
    while bodies.load(ordering: .relaxed) < 4 { await Task.yield() }
    let other = try server.client()
    for _ in 0..<20 {
      #expect(try other.ask("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n").status == 200)
    }
    let count = bodies.load(ordering: .relaxed)
    #expect(count == 4)
    mayGoOn.store(true, ordering: .relaxed)
    await sending.value
    for _ in 0..<12 { #expect(try client.receive().status == 200) }
    await server.stop()
  }

  @Test func limitsABodyByItsRequest() async throws {
    let server = try TestServer.echo {
      $0.limits.maximumBodyBytes = 1
      $0.bodyLimit = { $0.headers["x-secret"] == "s" ? 5 : 2 }
    }
    func ask(_ field: String, _ count: Int) throws -> Int {
      let body = String(repeating: "a", count: count)
      return try server.client().ask(
        "POST / HTTP/1.1\r\nHost: x\r\n\(field)Content-Length: \(count)\r\n\r\n\(body)"
      ).status
    }
    #expect(try ask("X-Secret: s\r\n", 5) == 200)
    #expect(try ask("X-Secret: s\r\n", 6) == 413)
    #expect(try ask("", 2) == 200)
    #expect(try ask("", 3) == 413)
    await server.stop()
  }

  @Test func answersRefusalsInTheWordsOfItsOwner() async throws {
    let server = try TestServer.echo {
      $0.refusalResponse = { .json($0.status, Array("{\"error\":\"\($0.message)\"}".utf8)) }
    }
    let answer = try server.client().ask("GET / HTTP/3.0\r\nHost: x\r\n\r\n")
    #expect(answer.status == 505)
    #expect(answer.text == #"{"error":"the version of HTTP is not 1.0 or 1.1"}"#)
    await server.stop()
  }

  // MARK: - Slowness

  @Test func endsWaitingForAHead() async throws {
    let server = try TestServer.echo { $0.headTimeout = .milliseconds(1) }
    let client = try server.client()
    try client.send("GET / HTTP/1.1\r\nHost: ")
    #expect(try client.receive() == refusal(408, "the request's head did not come in time"))
    #expect(try client.receiveRest() == "")
    // Who says nothing at all is told nothing.
    #expect(try server.client().receiveRest() == "")
    await server.stop()
  }

  @Test func endsWaitingForABody() async throws {
    let server = try TestServer.echo { $0.bodyTimeout = .milliseconds(1) }
    let client = try server.client()
    try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na")
    #expect(try client.receive() == refusal(408, "the request's body did not come in time"))
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  @Test func endsABodyThatTricklesIn() async throws {
    let server = try TestServer.echo {
      $0.minimumBodyRate = 1 << 40
      $0.bodyRateGrace = .milliseconds(1)
    }
    let client = try server.client()
    try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n")
    try client.send([UInt8](repeating: 0x61, count: 10000))
    #expect(try client.receive().status == 408)
    await server.stop()
  }

  @Test func endsIdleConnections() async throws {
    let server = try TestServer.echo { $0.idleTimeout = .milliseconds(1) }
    let client = try server.client()
    #expect(try client.ask(get).status == 200)
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  @Test func endsClientsThatTakeNothing() async throws {
    let isCancelled = Atomic(false)
    let body = [UInt8](repeating: 1, count: 32 << 20)
    let server = try TestServer({ $0.writeTimeout = .milliseconds(1) }) { request, loop in
      if request.path == "/large" { return HTTPResponse(status: 200, body: body) }
      try? await loop.sleep(for: .seconds(3600))
      isCancelled.store(true, ordering: .relaxed)
      return .text(200, "")
    }
    let client = try server.client()
    try client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
    while !isCancelled.load(ordering: .relaxed) { await Task.yield() }
    await server.stop()
  }
}
