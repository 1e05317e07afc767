import EventLoop
import HTTP
import Synchronization
import Testing

/// The server over real sockets.
@Suite("HTTP server", .timeLimit(.minutes(1)))
struct HTTPServerTests {
  private func answer(_ body: String, status: Int = 200) -> TestClient.Answer {
    TestClient.Answer(
      status: status,
      headers: [
        "content-type": "text/plain; charset=utf-8",
        "content-length": "\(body.utf8.count)",
      ],
      body: Array(body.utf8)
    )
  }

  @Test func answersOneRequestAfterTheOtherOnOneConnection() async throws {
    let server = try TestServer.echo(loops: 2)
    let client = try server.client()
    for _ in 0..<3 {
      let get = "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"
      #expect(try client.ask(get) == answer("GET /a?b=c "))
      let post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
      #expect(try client.ask(post) == answer("POST / hello"))
    }
    await server.stop()
  }

  @Test func takesRequestsByteByByte() async throws {
    let server = try TestServer.echo()
    let client = try server.client()
    for byte in "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi".utf8 {
      try client.send([byte])
    }
    #expect(try client.receive() == answer("POST /p hi"))
    await server.stop()
  }

  @Test func takesChunkedBodies() async throws {
    let server = try TestServer.echo()
    let client = try server.client()
    let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in 0..<2 {
      try client.send(head + "3\r\nabc\r\n")
      try client.send("A;name=value\r\n0123456789\r\n0\r\nTrailer: dropped\r\n\r\n")
      #expect(try client.receive() == answer("POST / abc0123456789"))
    }
    await server.stop()
  }

  @Test func answersHeadAsGetWithoutABody() async throws {
    let server = try TestServer.echo()
    let client = try server.client()
    try client.send("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
    var head = answer("HEAD /x ")
    head.body = []
    #expect(try client.receive(hasBody: false) == head)
    #expect(try client.receive() == answer("GET / "))
    await server.stop()
  }

  @Test func tellsHowTheRequestCame() async throws {
    let server = try TestServer { request, loop in
      #expect(loop.isCurrent)
      #expect(request.elapsedNanoseconds < 60_000_000_000)
      return .text(200, "\(request.remoteAddress) \(request.headers["X-A"] ?? "")")
    }
    let client = try server.client()
    let request = "GET / HTTP/1.1\r\nHost: x\r\nx-a:  b c \r\n\r\n"
    #expect(try client.ask(request) == answer("127.0.0.1 b c"))
    await server.stop()
  }

  // MARK: - Order and number

  @Test func answersPipelinedRequestsInOrder() async throws {
    let server = try TestServer(loops: 1) { request, loop in
      // The first takes longest.
      let delay = Int(request.path.dropFirst()) ?? 0
      try? await loop.sleep(for: .milliseconds(30 - 3 * delay))
      return .text(200, request.path)
    }
    let client = try server.client()
    try client.send((0..<10).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
    for index in 0..<10 { #expect(try client.receive().text == "/\(index)") }
    await server.stop()
  }

  @Test func servesABoundedNumberOfRequestsOfOneConnectionAtOnce() async throws {
    let running = Mutex((now: 0, most: 0))
    let server = try TestServer({ $0.maximumPipelined = 4 }) { request, loop in
      running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      try? await loop.sleep(for: .milliseconds(1))
      running.withLock { $0.now -= 1 }
      return .text(200, request.path)
    }
    let client = try server.client()
    try client.send((0..<100).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
    for index in 0..<100 { #expect(try client.receive().text == "/\(index)") }
    #expect(running.withLock { $0.most } == 4)
    await server.stop()
  }

  @Test func servesWhatMayChangeSomethingAlone() async throws {
    let log = Mutex<[String]>([])
    let server = try TestServer { request, loop in
      log.withLock { $0.append("+" + request.path) }
      try? await loop.sleep(for: .milliseconds(1))
      log.withLock { $0.append("-" + request.path) }
      return .text(200, "")
    }
    let client = try server.client()
    func request(_ method: String, _ path: String) -> String {
      "\(method) \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    }
    try client.send(request("GET", "/1") + request("POST", "/2") + request("POST", "/3"))
    try client.send(request("GET", "/4"))
    for _ in 0..<4 { #expect(try client.receive() == answer("")) }
    #expect(log.withLock { $0 } == ["+/1", "-/1", "+/2", "-/2", "+/3", "-/3", "+/4", "-/4"])
    await server.stop()
  }

  // MARK: - Persistence

  @Test(
    arguments: [
      ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.0", "", false),
      ("1.0", "Connection: keep-alive\r\n", true), ("1.1", "Connection: x, Close\r\n", false),
    ]
  )
  func closesWhenTheClientWantsIt(version: String, field: String, persists: Bool) async throws {
    let server = try TestServer.echo()
    let client = try server.client()
    try client.send("GET / HTTP/\(version)\r\nHost: x\r\n\(field)\r\n")
    var expected = answer("GET / ")
    if !persists { expected.headers["connection"] = "close" }
    if persists && version == "1.0" { expected.headers["connection"] = "keep-alive" }
    #expect(try client.receive() == expected)
    if persists {
      try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.receive() == answer("GET / "))
    } else {
      #expect(try client.receiveRest() == "")
    }
    await server.stop()
  }

  @Test func closesAfterAnAnswerThatSaysSo() async throws {
    let server = try TestServer { _, _ in
      var response = HTTPResponse.text(200, "bye")
      response.closesConnection = true
      return response
    }
    let client = try server.client()
    try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
    var expected = answer("bye")
    expected.headers["connection"] = "close"
    #expect(try client.receive() == expected)
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  // MARK: - Expect

  @Test func asksForTheBodyOfAClientThatWaits() async throws {
    let server = try TestServer.echo()
    let client = try server.client()
    let head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    for _ in 0..<2 {
      try client.send(head)
      #expect(try client.receive().status == 100)
      try client.send("hi")
      #expect(try client.receive() == answer("POST / hi"))
    }
    // Who does not wait is not asked.
    #expect(try client.ask(head + "hi") == answer("POST / hi"))
    await server.stop()
  }

  @Test func asksForABodyAfterTheAnswersBeforeIt() async throws {
    let server = try TestServer { request, loop in
      try? await loop.sleep(for: .milliseconds(5))
      return .text(200, "\(request.method)")
    }
    let client = try server.client()
    try client.send(
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        + "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    )
    #expect(try client.receive() == answer("get"))
    #expect(try client.receive().status == 100)
    try client.send("hi")
    #expect(try client.receive() == answer("post"))
    await server.stop()
  }

  // MARK: - Large answers

  @Test func sendsLargeAnswersToSlowReaders() async throws {
    let body = [UInt8]((0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) })
    let server = try TestServer { _, _ in HTTPResponse(status: 200, body: body) }
    let client = try server.client()
    for _ in 0..<2 {
      try client.send(String(repeating: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", count: 2))
      for _ in 0..<2 {
        let answer = try client.receive()
        #expect(answer.body == body)
      }
    }
    await server.stop()
  }

  @Test func startsNothingForAClientThatTakesNothing() async throws {
    let started = Mutex(0)
    let body = [UInt8](repeating: 1, count: 16 << 20)
    let server = try TestServer { _, _ in
      started.withLock { $0 += 1 }
      return HTTPResponse(status: 200, body: body)
    }
    let client = try server.client()
    // Each is served alone, and the first answer does not go into the socket's buffers.
    let request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    try client.send(String(repeating: request, count: 4))
    let other = try server.client()
    try other.send(request)
    #expect(try other.receive().body.count == body.count)
    #expect(started.withLock { $0 } == 2)
    for _ in 0..<4 { #expect(try client.receive().body.count == body.count) }
    await server.stop()
  }

  // MARK: - End

  @Test func cancelsTheHandlerWhenTheClientLeaves() async throws {
    let events = Mutex<[String]>([])
    let server = try TestServer { _, loop in
      events.withLock { $0.append("started") }
      do {
        try await loop.sleep(for: .seconds(3600))
      } catch {
        events.withLock { $0.append("cancelled") }
      }
      return .text(200, "")
    }
    do {
      let client = try server.client()
      try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      while events.withLock({ $0.isEmpty }) { await Task.yield() }
    }
    while events.withLock({ $0.count }) < 2 { await Task.yield() }
    #expect(events.withLock { $0 } == ["started", "cancelled"])
    await server.stop()
  }

  @Test func finishesWhatIsUnderWayWhenItStops() async throws {
    let events = Mutex(0)
    let isReleased = Atomic(false)
    let server = try TestServer({ $0.bodyRateGrace = .seconds(60) }) { request, loop in
      events.withLock { $0 += 1 }
      while request.path == "/wait", !isReleased.load(ordering: .relaxed) {
        try? await loop.sleep(for: .milliseconds(1))
      }
      return .text(200, "done")
    }
    let idle = try server.client()
    _ = try idle.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    let busy = try server.client()
    let half = try server.client()
    try busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    try half.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1")
    while events.withLock({ $0 }) < 2 { await Task.yield() }
    // On the loop, for the thread of this test waits for the clients below.
    let end = server.group.loops[0].spawn { await server.server.shutDown(grace: .seconds(30)) }
    #expect(try idle.receiveRest() == "")
    isReleased.store(true, ordering: .relaxed)
    var expected = answer("done")
    expected.headers["connection"] = "close"
    #expect(try busy.receive() == expected)
    #expect(try busy.receiveRest() == "")
    #expect(throws: TestClient.Failure.self) { _ = try server.client() }
    try half.send("2")
    #expect(try half.receive() == expected)
    half.endSending()
    busy.endSending()
    await end.value
    await server.group.shutDown()
  }

  @Test func cutsWhatIsNotDoneWithinTheGrace() async throws {
    let server = try TestServer { _, loop in
      try? await loop.sleep(for: .seconds(3600))
      return .text(200, "")
    }
    let client = try server.client()
    try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await server.server.shutDown(grace: .milliseconds(20))
    #expect(try client.receiveRest() == "")
    await server.group.shutDown()
  }

  // MARK: - Listening

  @Test func refusesAPortThatIsTaken() async throws {
    let server = try TestServer.echo(loops: 2)
    let port = server.port
    #expect {
      _ = try TestServer.echo(loops: 2) { $0.port = port }
    } throws: { error in
      "\(error)" == "cannot listen on 127.0.0.1:\(port): Address already in use"
    }
    await server.stop()
  }

  @Test func spreadsConnectionsOverTheLoopsEvenly() async throws {
    let server = try TestServer(loops: 2) { _, loop in
      .text(200, "\(ObjectIdentifier(loop))")
    }
    var clients: [TestClient] = []
    var counts: [String: Int] = [:]
    for _ in 0..<10 {
      let client = try server.client()
      clients.append(client)
      counts[try client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").text, default: 0] += 1
    }
    #expect(counts.values.sorted() == [5, 5])
    await server.stop()
  }

  @Test func letsNoMoreInThanItMay() async throws {
    let server = try TestServer.echo { $0.maximumConnections = 2 }
    var clients = try (0..<3).map { _ in try server.client() }
    let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    try clients[2].send(get)
    for client in clients.prefix(2) { #expect(try client.ask(get) == answer("GET / ")) }
    // The third waits until one of the others leaves.
    clients.removeFirst()
    #expect(try clients[1].receive() == answer("GET / "))
    await server.stop()
  }
}
