import EventLoop
import Glibc
import HTTP
import Synchronization
import Testing

/// Websockets over real sockets, with a handler that sends back what it gets.
@Suite("WebSocket server", .timeLimit(.minutes(1)))
struct WebSocketServerTests {
  private let closes = HandlerCloses()

  private func server(
    compresses: Bool = false,
    _ configure: (inout WebSocketConfiguration) -> Void = { _ in }
  ) throws -> TestServer {
    var configuration = WebSocketConfiguration()
    configure(&configuration)
    return try TestServer { [configuration, closes] request, _ in
      guard WebSocketHandshake.isRequested(by: request), request.path == "/socket" else {
        return .text(200, "plain")
      }
      do throws(HTTPResponseError) {
        let handshake = try WebSocketHandshake(request)
        return .webSocket(
          handshake,
          subprotocol: handshake.subprotocols.first { $0 == "echo" },
          compresses: compresses,
          configuration
        ) { EchoHandler($0, closes) }
      } catch {
        var response = HTTPResponse.text(error.status, error.message)
        response.headers += error.headers
        return response
      }
    }
  }

  private func request(
    path: String = "/socket",
    key: String = "dGhlIHNhbXBsZSBub25jZQ==",
    version: String = "13",
    connection: String = "keep-alive, Upgrade",
    extra: String = ""
  ) -> String {
    "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: \(connection)\r\nUpgrade: WebSocket\r\n"
      + "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: \(version)\r\n\(extra)\r\n"
  }

  private func open(_ server: TestServer, extra: String = "") throws -> TestClient {
    let client = try server.client()
    #expect(try client.ask(request(extra: extra)).status == 101)
    return client
  }

  /// The next frame of a server.
  private func frame(_ client: TestClient) throws -> (first: UInt8, payload: [UInt8]) {
    let head = try client.receive(count: 2)
    var count = Int(head[1])
    if count == 126 { count = try client.receive(count: 2).reduce(0) { $0 << 8 | Int($1) } }
    if count == 127 { count = try client.receive(count: 8).reduce(0) { $0 << 8 | Int($1) } }
    return (head[0], try client.receive(count: count))
  }

  private func expectText(_ client: TestClient, _ text: String) throws {
    let (first, payload) = try frame(client)
    #expect(first == 0x81)
    #expect(String(decoding: payload, as: UTF8.self) == text)
  }

  private func expectClose(_ client: TestClient, _ close: WebSocketClose) throws {
    let (first, payload) = try frame(client)
    #expect(first == 0x88)
    #expect(try WebSocketClose(payload: payload) == close)
  }

  // MARK: - Handshake

  @Test func acceptsAHandshakeInAnyCaseOfLetters() async throws {
    let server = try server()
    let client = try server.client()
    let extra =
      "sec-websocket-protocol: other, echo\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
    let answer = try client.ask(request(extra: extra))
    #expect(
      answer
        == TestClient.Answer(
          status: 101,
          headers: [
            "upgrade": "websocket", "connection": "upgrade",
            "sec-websocket-accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "sec-websocket-protocol": "echo",
          ],
          body: []
        )
    )
    try client.send(ClientFrame.text("hello"))
    try expectText(client, "hello")
    await server.stop()
  }

  @Test func losesNoFramesThatCameWithTheRequest() async throws {
    let server = try server()
    let client = try server.client()
    try client.send(
      Array(request().utf8) + ClientFrame.text("first") + ClientFrame.text("second").dropLast(3)
    )
    #expect(try client.receive().status == 101)
    try expectText(client, "first")
    try client.send(Array(ClientFrame.text("second").suffix(3)))
    try expectText(client, "second")
    await server.stop()
  }

  @Test func readsAHandshakeByteByByte() async throws {
    let server = try server()
    let client = try server.client()
    for byte in Array(request().utf8) + ClientFrame.text("slow") { try client.send([byte]) }
    #expect(try client.receive().status == 101)
    try expectText(client, "slow")
    await server.stop()
  }

  @Test func answersWhatCameBeforeTheUpgradeFirst() async throws {
    let server = try server()
    let client = try server.client()
    try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n" + request())
    #expect(try client.receive().text == "plain")
    #expect(try client.receive().status == 101)
    try client.send(ClientFrame.text("hello"))
    try expectText(client, "hello")
    await server.stop()
  }

  @Test func servesOnWhereTheUpgradeIsNotGranted() async throws {
    let server = try server()
    let client = try server.client()
    try client.send(request(path: "/other") + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.receive().text == "plain")
    #expect(try client.receive().text == "plain")
    await server.stop()
  }

  @Test func refusesOtherVersionsAndSaysWhichOneItKnows() async throws {
    let server = try server()
    let client = try server.client()
    let answer = try client.ask(request(version: "8"))
    #expect(answer.status == 426)
    #expect(answer.headers["sec-websocket-version"] == "13")
    #expect(answer.headers["upgrade"] == "websocket")
    #expect(answer.headers["connection"] == "upgrade")
    #expect(try client.ask(request(version: "13, 8")).status == 426)
    await server.stop()
  }

  @Test(
    arguments: [
      "", "abc", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZTEyMw==",
      "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25j!Q==",
    ]
  )
  func refusesAKeyThatIsNot16Bytes(key: String) async throws {
    let server = try server()
    #expect(try server.client().ask(request(key: key)).status == 400)
    await server.stop()
  }

  @Test func takesARequestThatDoesNotAskProperlyForPlainHTTP() async throws {
    let server = try server()
    let client = try server.client()
    #expect(try client.ask(request(connection: "keep-alive")).text == "plain")
    let old = request().replacing("HTTP/1.1", with: "HTTP/1.0")
    #expect(try server.client().ask(old).text == "plain")
    await server.stop()
  }

  // MARK: - Messages

  @Test func answersPingsBetweenFragments() async throws {
    let server = try server()
    let client = try open(server)
    try client.send(
      ClientFrame.text("a", isFinal: false) + ClientFrame.make(ClientFrame.ping, [1, 2])
        + ClientFrame.make(0, Array("b".utf8))
    )
    let (first, payload) = try frame(client)
    #expect(first == 0x8A)
    #expect(payload == [1, 2])
    try expectText(client, "ab")
    await server.stop()
  }

  @Test(arguments: [125, 126, 65535, 65536, 1 << 20])
  func sendsMessagesOfAllLengths(count: Int) async throws {
    let server = try server()
    let client = try open(server)
    let text = String(repeating: "x", count: count)
    try client.send(ClientFrame.text(text))
    try expectText(client, text)
    await server.stop()
  }

  @Test func compressesWhereThatIsAgreedOn() async throws {
    let server = try server(compresses: true)
    let client = try server.client()
    let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    let answer = try client.ask(request(extra: offer))
    #expect(
      answer.headers["sec-websocket-extensions"]
        == "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    )
    try client.send(ClientFrame.text("flood"))
    let (first, payload) = try frame(client)
    #expect(first == 0xC1)
    #expect(payload.count < 1000)
    await server.stop()
  }

  // MARK: - Closing

  @Test func answersACloseByItsOwnCode() async throws {
    let server = try server()
    for (sent, answered) in [
      (WebSocketClose(1000, "done"), WebSocketClose(1000)),
      (WebSocketClose(4001), WebSocketClose(4001)),
      (.noCode, WebSocketClose(1000)),
    ] {
      let client = try open(server)
      try client.send(
        ClientFrame.make(ClientFrame.close, sent.payload) + ClientFrame.text("too late")
      )
      try expectClose(client, answered)
      #expect(try client.receiveRest() == "")
    }
    #expect(
      try await closes.wait(for: 3) == [
        WebSocketClose(1000, "done"), WebSocketClose(4001), .noCode,
      ]
    )
    await server.stop()
  }

  @Test func answersACloseOfAClientThatEndsItsSideWithIt() async throws {
    let server = try server()
    let client = try open(server)
    try client.send(ClientFrame.make(ClientFrame.close, WebSocketClose(1000).payload))
    client.endSending()
    try expectClose(client, WebSocketClose(1000))
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  @Test func sendsOneMessageATurnAtOnce() async throws {
    let server = try server()
    let client = try open(server)
    // The first goes at once, and those behind it come after it.
    try client.send(ClientFrame.text("burst"))
    for index in 0..<5 { try expectText(client, "<\(index)>") }
    while closes.drains.load(ordering: .relaxed) == 0 {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(closes.atOnce.load(ordering: .relaxed) == 1)
    await server.stop()
  }

  @Test func closesAndWaitsForTheAnswer() async throws {
    let server = try server()
    let client = try open(server)
    try client.send(ClientFrame.text("bye"))
    try expectClose(client, WebSocketClose(4409, "as asked"))
    // What is sent before the close frame means nothing any more.
    try client.send(ClientFrame.text("ignored"))
    try client.send(ClientFrame.make(ClientFrame.close, WebSocketClose(4409).payload))
    #expect(try client.receiveRest() == "")
    #expect(try await closes.wait(for: 1) == [WebSocketClose(4409, "as asked")])
    await server.stop()
  }

  @Test func givesUpWaitingForTheAnswer() async throws {
    let server = try server { $0.closeTimeout = .milliseconds(50) }
    let client = try open(server)
    try client.send(ClientFrame.text("bye"))
    try expectClose(client, WebSocketClose(4409, "as asked"))
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  @Test(
    arguments: [
      (ClientFrame.make(1, [0x61], isMasked: false), 1002),
      (ClientFrame.make(1, [0xFF]), 1007),
      (ClientFrame.head(1, count: 1 << 40) + [1, 2, 3, 4, 5], 1009),
      (ClientFrame.make(2, [1]), 1003),
    ] as [([UInt8], UInt16)]
  )
  func endsTheConnectionForAFault(bytes: [UInt8], code: UInt16) async throws {
    let server = try server()
    let client = try open(server)
    try client.send(bytes)
    let (first, payload) = try frame(client)
    #expect(first == 0x88)
    #expect(payload.prefix(2).reduce(0) { $0 << 8 | UInt16($1) } == code)
    #expect(try client.receiveRest() == "")
    #expect(try await closes.wait(for: 1).map(\.code) == [code])
    await server.stop()
  }

  @Test func refusesAMessageThatNeverEnds() async throws {
    let server = try server { $0.messageTimeout = .milliseconds(100) }
    let client = try open(server)
    try client.send(ClientFrame.text("begun", isFinal: false))
    try expectClose(client, WebSocketClose(1008, "a message took too long to come"))
    #expect(try client.receiveRest() == "")
    await server.stop()
  }

  /// Each of them is quick, though every read ends inside one.
  @Test func takesMessagesThatFollowEachOtherWithoutAPause() async throws {
    let server = try server { $0.messageTimeout = .milliseconds(1000) }
    let client = try open(server)
    let frame = ClientFrame.text("hello")
    try client.send(Array(frame.prefix(4)))
    let end = ContinuousClock.now + .milliseconds(2500)
    while ContinuousClock.now < end {
      try client.send(Array(frame.dropFirst(4) + frame.prefix(4)))
      try expectText(client, "hello")
      // A task that slept might be woken late, where other tests are busy.
      usleep(20_000)
    }
    await server.stop()
  }

  @Test func endsWhoeverTakesTooLittle() async throws {
    let server = try server { $0.closeTimeout = .milliseconds(200) }
    let client = try open(server)
    // 20 megabytes, of which nothing is read.
    try client.send(ClientFrame.text("flood"))
    let close = WebSocketClose(1013, "the client takes its messages too slowly")
    #expect(try await closes.wait(for: 1) == [close])
    _ = client
    await server.stop()
  }

  @Test func tellsWhenAllHasLeft() async throws {
    let server = try server { $0.maximumQueuedBytes = 64 << 20 }
    let client = try open(server)
    try client.send(ClientFrame.text("flood"))
    #expect(closes.drains.load(ordering: .relaxed) == 0)
    for _ in 0..<200 { #expect(try frame(client).payload.count == 100_002) }
    while closes.drains.load(ordering: .relaxed) == 0 {
      try await Task.sleep(for: .milliseconds(5))
    }
    await server.stop()
  }

  @Test func noticesClientsThatVanish() async throws {
    let server = try server()
    for _ in 0..<20 { _ = try open(server) }
    let all = try await closes.wait(for: 20)
    #expect(all == Array(repeating: .abnormal, count: 20))
    await server.stop()
  }

  @Test func closesAllWhenTheServerStops() async throws {
    let server = try server()
    let client = try open(server)
    async let stopped: Void = server.server.shutDown(grace: .seconds(5))
    try expectClose(client, .goingAway)
    try client.send(ClientFrame.make(ClientFrame.close, WebSocketClose(1001).payload))
    #expect(try client.receiveRest() == "")
    await stopped
    await server.group.shutDown()
  }
}
