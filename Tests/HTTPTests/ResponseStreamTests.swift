import EventLoop
import HTTP
import Synchronization
import Testing

/// Bodies that come in pieces, over real sockets.
@Suite("Response stream", .timeLimit(.minutes(1)))
struct ResponseStreamTests {
  private final class Counter: ResponseProducer {
    private let stream: ResponseStream
    private let last: Int
    private let isCancelled: Flag
    private var next = 1

    init(_ stream: ResponseStream, last: Int, _ isCancelled: Flag) {
      self.stream = stream
      self.last = last
      self.isCancelled = isCancelled
      drained()
    }

    func drained() {
      guard next <= last else { return stream.finish() }
      stream.write(Array("\(next)\n".utf8))
      next += 1
    }

    func tick(_ now: UInt64) {}
    func shutDown() { stream.finish() }
    func cancelled() { isCancelled.value.store(true, ordering: .relaxed) }
  }

  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  private let isCancelled = Flag()

  private func server() throws -> TestServer {
    try TestServer { [isCancelled] request, _ in
      guard let last = Int(request.path.dropFirst()) else { return .text(200, "plain") }
      return .stream(contentType: "text/event-stream") { Counter($0, last: last, isCancelled) }
    }
  }

  private let head = "HTTP/1.1 200 OK\r\n"

  @Test func sendsPiecesAndServesOn() async throws {
    let server = try server()
    let client = try server.client()
    try client.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    let answer = try client.receive()
    #expect(
      answer.headers
        == ["content-type": "text/event-stream", "transfer-encoding": "chunked"]
    )
    let body = "2\r\n1\n\r\n2\r\n2\n\r\n2\r\n3\n\r\n0\r\n\r\n"
    #expect(String(decoding: try client.receive(count: body.utf8.count), as: UTF8.self) == body)
    #expect(try client.receive().text == "plain")
    await server.stop()
  }

  @Test func endsTheConnectionWithTheBodyForHTTP10() async throws {
    let server = try server()
    let client = try server.client()
    try client.send("GET /3 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(
      try client.receive().headers == ["content-type": "text/event-stream", "connection": "close"]
    )
    #expect(try client.receiveRest() == "1\n2\n3\n")
    await server.stop()
  }

  @Test func sendsNoBodyToHEAD() async throws {
    let server = try server()
    let client = try server.client()
    try client.send("HEAD /3 HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.receive(hasBody: false).status == 200)
    #expect(try client.receive().text == "plain")
    await server.stop()
  }

  @Test func cancelsWhenTheClientLeaves() async throws {
    let server = try server()
    do {
      let client = try server.client()
      _ = try client.ask("GET /1000000000 HTTP/1.1\r\nHost: x\r\n\r\n")
    }
    while !isCancelled.value.load(ordering: .relaxed) {
      try await Task.sleep(for: .milliseconds(5))
    }
    await server.stop()
  }

  @Test func endsWhenTheServerStops() async throws {
    let server = try server()
    let client = try server.client()
    try client.send("GET /1000000000 HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try client.receive()
    async let stopped: Void = server.server.shutDown(grace: .seconds(5))
    #expect(try client.receiveRest().hasSuffix("\n\r\n0\r\n\r\n"))
    await stopped
    await server.group.shutDown()
  }
}
