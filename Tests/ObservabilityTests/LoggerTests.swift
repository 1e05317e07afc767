import Glibc
import JSON
import Observability
import Testing

/// Each test reads what the logger wrote from the other end of a pipe.
struct LoggerTests {
  private let readEnd: Int32
  private let writeEnd: Int32
  private let noon = Timestamp(secondsSinceEpoch: 1_777_896_000, milliseconds: 5)

  init() {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  private func written() -> String {
    close(writeEnd)
    defer { close(readEnd) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(readEnd, &chunk, chunk.count), count > 0 {
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func exchange(error: [UInt8]? = nil, query: [UInt8]? = nil) -> HTTPExchange {
    HTTPExchange(
      requestID: "id-1",
      method: "POST",
      url: "/v1/graphql",
      httpVersion: "HTTP/1.1",
      remoteAddress: "127.0.0.1",
      role: "admin",
      status: 200,
      responseBytes: 42,
      executionNanoseconds: 1_250_999,
      error: error,
      query: query
    )
  }

  @Test func tellsOfACommandWhereThatIsWanted() {
    func line(_ query: [UInt8]) -> String {
      var line: [UInt8] = []
      Event.http(exchange(query: query)).appendLine(at: noon, to: &line)
      return String(decoding: line, as: UTF8.self)
    }
    #expect(line(Array(#"{"type":"x"}"#.utf8)).contains(#","query":{"type":"x"}},"http_info""#))
    #expect(!line(Array(repeating: 0x20, count: 70_000)).contains(#""query":"#))
  }

  @Test func writesOneObjectALine() {
    let logger = Logger(descriptor: writeEnd)
    logger.log(.stopping(signal: "SIGTERM"), at: noon)
    logger.log(.message(.postgres, .warn, "two\nlines"), at: noon)
    #expect(
      written() == """
        {"type":"startup","timestamp":"2026-05-04T12:00:00.005+0000","level":"info",\
        "detail":{"kind":"shutdown","info":{"signal":"SIGTERM"}}}
        {"type":"pg-client","timestamp":"2026-05-04T12:00:00.005+0000","level":"warn",\
        "detail":"two\\nlines"}

        """
    )
  }

  @Test func gathersRequestsUntilTheFlush() {
    let logger = Logger(descriptor: writeEnd)
    logger.log(.http(exchange()), at: noon)
    #expect(logger.hasPendingLines)
    logger.flush()
    #expect(!logger.hasPendingLines)
    #expect(
      written() == """
        {"type":"http-log","timestamp":"2026-05-04T12:00:00.005+0000","level":"info","detail":\
        {"request_id":"id-1","operation":{"request_id":"id-1","request_mode":"single",\
        "query_execution_time":0.001250,"response_size":42,"user_vars":{"x-hasura-role":"admin"}},\
        "http_info":{"status":200,"http_version":"HTTP/1.1","url":"/v1/graphql",\
        "ip":"127.0.0.1","method":"POST"}}}

        """
    )
  }

  @Test func repeatsTheErrorOfAFailedRequest() throws {
    var line: [UInt8] = []
    Event.http(exchange(error: Array(#"{"errors":[]}"#.utf8))).appendLine(at: noon, to: &line)
    let value = try JSONValue(parsing: line.span)
    #expect(value["level"] == "error")
    #expect(value["detail"]?["operation"]?["error"] == ["errors": []])
    #expect(value["detail"]?["operation"]?["request_mode"] == "error")
  }

  @Test func dropsAndCountsRequestsBeyondItsCapacity() {
    let logger = Logger(descriptor: writeEnd, capacity: 1)
    for _ in 0..<4 { logger.log(.http(exchange())) }
    logger.flush()
    let lines = written().split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.last?.hasSuffix(#""detail":{"kind":"lines_dropped","info":3}}"#) == true)
  }

  @Test func leavesOutWhatIsNotEnabled() {
    let logger = Logger(descriptor: writeEnd, types: [.startup], level: .warn)
    logger.log(.http(exchange()))
    logger.log(.stopped)
    logger.log(.failed(message: "no"), at: noon)
    #expect(!logger.isEnabled(.httpLog))
    #expect(
      written() == """
        {"type":"startup","timestamp":"2026-05-04T12:00:00.005+0000","level":"error",\
        "detail":{"kind":"error","info":"no"}}

        """
    )
  }

  private func detail(_ event: WebSocketExchange.Event) throws -> JSONValue {
    let exchange = WebSocketExchange(
      id: "socket-1",
      role: "desk",
      sessionEnd: 1_777_896_000_005,
      event: event
    )
    var line: [UInt8] = []
    Event.webSocket(exchange).appendLine(at: noon, to: &line)
    return try #require(try JSONValue(parsing: line.span)["detail"])
  }

  @Test func tellsWhatHappensOnWebSockets() throws {
    let connection: JSONValue = [
      "websocket_id": "socket-1", "token_expiry": "2026-05-04T12:00:00.005+0000", "msg": nil,
    ]
    #expect(
      try detail(.accepted) == [
        "event": ["type": "accepted"], "connection_info": connection,
        "user_vars": ["x-hasura-role": "desk"],
      ]
    )
    let events: [(WebSocketExchange.Event, JSONValue)] = [
      (.connectionError("no"), ["type": "connection_error", "detail": "no"]),
      (
        .rejected(Array(#"{"error":"x"}"#.utf8)),
        ["type": "rejected", "detail": ["error": "x"]]
      ),
      (
        .closed(code: 1000, reason: ""),
        ["type": "closed", "detail": ["code": 1000, "reason": ""]]
      ),
      (
        .operation(id: "1", name: nil, requestID: "r", .started),
        [
          "type": "operation",
          "detail": [
            "operation_id": "1", "request_id": "r", "operation_name": nil,
            "operation_type": ["type": "started"],
          ],
        ]
      ),
      (
        .operation(id: "1", name: "q", requestID: nil, .failed(Array(#"{"errors":[]}"#.utf8))),
        [
          "type": "operation",
          "detail": [
            "operation_id": "1", "request_id": nil, "operation_name": "q",
            "operation_type": ["type": "query_err", "detail": ["errors": []]],
          ],
        ]
      ),
    ]
    for (event, expected) in events { #expect(try detail(event)["event"] == expected) }
  }

  @Test func writesMistakesOfClientsAsErrors() {
    #expect(WebSocketExchange.Event.accepted.level == .info)
    #expect(WebSocketExchange.Event.connectionError("").level == .error)
    #expect(
      WebSocketExchange.Event.operation(id: "", name: nil, requestID: nil, .failed([])).level
        == .error
    )
  }
}
