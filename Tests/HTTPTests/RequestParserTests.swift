import Testing

@testable import HTTP

/// Requests out of bytes, without sockets.
@Suite("Request parser")
struct RequestParserTests {
  private let settings = ParserSettings()

  /// What comes out of bytes: one line a request, and at the end what is wanting or wrong.
  private func outcome(
    _ bytes: [UInt8],
    piece: Int = .max,
    _ change: (inout HTTPLimits) -> Void = { _ in }
  ) -> [String] {
    var limits = HTTPLimits()
    change(&limits)
    var parser = RequestParser(settings, limits: limits)
    var lines: [String] = []
    var start = 0
    while start < bytes.count {
      let end = start + min(piece, bytes.count - start)
      var offset = 0
      // A copy of its own, so that reading past the end is found.
      let input = Array(bytes[start..<end])
      let isOver = input.withUnsafeBytes { input in
        while true {
          switch parser.next(input, &offset) {
          case .needsMoreBytes:
            return false
          case .request(let request, let isPersistent):
            lines.append(describe(request) + (isPersistent ? "" : " close"))
          case .refused(let refusal):
            lines.append("\(refusal.status) \(refusal.message)")
            return true
          }
        }
      }
      if isOver { return lines }
      start = end
    }
    if parser.phase != .idle { lines.append("\(parser.phase)…") }
    return lines
  }

  private func outcome(_ text: String, piece: Int = .max) -> [String] {
    outcome(Array(text.utf8), piece: piece)
  }

  private func describe(_ request: HTTPRequest) -> String {
    var line = "\(request.method.rawValue) \(request.path)"
    if let query = request.query { line += " ?\(query)" }
    line += " 1.\(request.minorVersion)"
    request.headers.forEach { line += " \($0)=\($1)" }
    if !request.body.isEmpty { line += " [\(String(decoding: request.body, as: UTF8.self))]" }
    return line
  }

  // MARK: - What is read

  @Test(
    arguments: [
      ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", ["GET / 1.1 host=x"]),
      ("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", ["GET / 1.1 host=x"]),
      ("GET / HTTP/1.0\r\n\r\n", ["GET / 1.0 close"]),
      ("GET /a%2Fb//?c=d?e HTTP/1.1\r\nhOST:x\r\n\r\n", ["GET /a%2Fb// ?c=d?e 1.1 host=x"]),
      ("GET /? HTTP/1.1\r\nHost:\r\n\r\n", ["GET / ? 1.1 host="]),
      ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", ["OPTIONS * 1.1 host=x"]),
      ("GET http://a:80/b?c HTTP/1.1\r\nHost: x\r\n\r\n", ["GET /b ?c 1.1 host=x"]),
      ("GET http://a?c HTTP/1.1\r\nHost: x\r\n\r\n", ["GET / ?c 1.1 host=x"]),
      (
        "GET / HTTP/1.1\r\nHost: x\r\nA: \t b  c \t\r\na:\r\nB-_.~!#$%&'*+^`|9: é\u{7F9A}\r\n\r\n",
        ["GET / 1.1 host=x a=b  c a= b-_.~!#$%&'*+^`|9=é\u{7F9A}"]
      ),
      (
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: x\r\n\r\n",
        ["POST / 1.1 host=x content-length=3 [abc]", "GET /2 1.1 host=x"]
      ),
      (
        "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nDELETE / HTTP/1.1\r\nHost: x\r\n\r\n",
        ["PUT / 1.1 host=x content-length=0", "DELETE / 1.1 host=x"]
      ),
      (
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
          + "3\r\nabc\r\n0a;x=\"y z\"\r\n0123456789\r\n00\r\nHost: y\r\nA: b\r\n\r\n"
          + "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        [
          "POST / 1.1 host=x transfer-encoding=Chunked [abc0123456789]", "GET / 1.1 host=x",
        ]
      ),
      (
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
          + "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        ["GET / 1.1 host=x connection=Upgrade, HTTP2-Settings upgrade=h2c", "GET / 1.1 host=x"]
      ),
      (
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\na",
        ["POST / 1.1 host=x connection=close content-length=1 [a] close"]
      ),
      ("GET / HTTP/1.1\r\nHost: x\r\n", ["head…"]),
      ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na", ["body…"]),
    ]
  )
  func reads(text: String, as lines: [String]) {
    for piece in [Int.max, 1, 2, 3, 7, 64] { #expect(outcome(text, piece: piece) == lines) }
  }

  @Test func readsHeadersThatAreNotUTF8AsLatin1() {
    let bytes = Array("GET / HTTP/1.1\r\nHost: x\r\nA: ".utf8) + [0xE9, 0x0D, 0x0A, 0x0D, 0x0A]
    #expect(outcome(bytes) == ["GET / 1.1 host=x a=é"])
  }

  // MARK: - What is refused

  private static let host = "Host: x\r\n"

  @Test(
    arguments: [
      // Lengths that two readers could understand differently.
      "POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "POST / HTTP/1.1\r\n\(host)Content-Length: 1, 1\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length: +1\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length: 0x1\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length: 1 1\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length:\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length: a\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length: 18446744073709551617\r\n\r\na",
      "POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
      // Transfer codings in disguise.
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: identity\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: \u{B}chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding:\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\n\(host) Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      // Line ends that some accept.
      "GET / HTTP/1.1\n\(host)\r\n",
      "GET / HTTP/1.1\r\nHost: x\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\n\n",
      "GET / HTTP/1.1\r\nHost: x\r\r\n",
      "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA:\rB: c\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA: \nB: c\r\n\r\n",
      "GET / HTTP/1.1\rHost: x\r\n\r\n",
      "\nGET / HTTP/1.1\r\n\(host)\r\n",
      "\r\n\r\nGET / HTTP/1.1\r\n\(host)\r\n",
      // Folded lines, and white space where none belongs.
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n",
      "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost\t: x\r\n\r\n",
      "GET  / HTTP/1.1\r\n\(host)\r\n",
      "GET /  HTTP/1.1\r\n\(host)\r\n",
      "GET / HTTP/1.1 \r\n\(host)\r\n",
      "GET\t/ HTTP/1.1\r\n\(host)\r\n",
      " GET / HTTP/1.1\r\n\(host)\r\n",
      // Characters that names and values do not have.
      "GET / HTTP/1.1\r\n\(host)A\u{0}: b\r\n\r\n",
      "GET / HTTP/1.1\r\n\(host)A: b\u{0}c\r\n\r\n",
      "GET / HTTP/1.1\r\n\(host)A: b\u{7F}c\r\n\r\n",
      "GET / HTTP/1.1\r\n\(host)A: \u{1}\r\n\r\n",
      "GET / HTTP/1.1\r\n\(host)A(: b\r\n\r\n",
      "GET / HTTP/1.1\r\n\(host)Ä: b\r\n\r\n",
      "GET / HTTP/1.1\r\n\(host): b\r\n\r\n",
      "GET / HTTP/1.1\r\n\(host)A\r\n\r\n",
      // Targets and hosts.
      "GET /a#b HTTP/1.1\r\n\(host)\r\n",
      "GET /\u{7F} HTTP/1.1\r\n\(host)\r\n",
      "GET /é HTTP/1.1\r\n\(host)\r\n",
      "GET a HTTP/1.1\r\n\(host)\r\n",
      "GET * HTTP/1.1\r\n\(host)\r\n",
      "GET http:///a HTTP/1.1\r\n\(host)\r\n",
      "GET ftp://a/b HTTP/1.1\r\n\(host)\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x y\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x,y\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: user@x\r\n\r\n",
      // Not the protocol.
      "get / HTTP/1.1\r\n\(host)\r\n",
      "GET / http/1.1\r\n\(host)\r\n",
      "GET / HTTP/1.2\r\n\(host)\r\n",
      "GET / HTTP/1.10\r\n\(host)\r\n",
      "GET / HTTP/2.0\r\n\(host)\r\n",
      "GET / HTTP/0.9\r\n\(host)\r\n",
      "GET / RTSP/1.0\r\n\(host)\r\n",
      "OPTIONS / RTSP/1.0\r\n\(host)\r\n",
      "SOURCE / ICE/1.0\r\n\(host)\r\n",
      "GET /\r\n\r\n",
      "GET / \r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "CONNECT x:80 HTTP/1.1\r\n\(host)\r\n",
      "TRACE / HTTP/1.1\r\n\(host)\r\n",
      "FOO / HTTP/1.1\r\n\(host)\r\n",
      "HTTP/1.1 200 OK\r\n\r\n",
      "\u{16}\u{3}\u{1}",
      "GET / HTTP/1.1\r\n\(host)Expect: 200-ok\r\n\r\n",
    ]
  )
  func refuses(text: String) {
    for piece in [Int.max, 1] {
      let lines = outcome(text, piece: piece)
      #expect(lines.count == 1)
      #expect(["400", "417", "501", "505"].contains(lines.first?.prefix(3)))
    }
  }

  @Test(
    arguments: [
      "3\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabc\r\n0\n\r\n", "3\r\nabc\r\n0\r\n\n",
      "3\rabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\nab\r\n0\r\n\r\n",
      " 3\r\nabc\r\n0\r\n\r\n",
      "0x3\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n",
      "\r\nabc\r\n0\r\n\r\n",
      "g\r\nabc\r\n0\r\n\r\n", "3;a=\u{0}\r\nabc\r\n0\r\n\r\n", "3;a\n\r\nabc\r\n0\r\n\r\n",
      "3;\u{1}\r\nabc\r\n0\r\n\r\n", "10000000000000003\r\nabc\r\n0\r\n\r\n",
      "3\r\nabc\r\n0\r\nA: b\r\n c\r\n\r\n", "3\r\nabc\r\n0\r\nA: b\nC: d\r\n\r\n",
      "3\r\nabc\r\n0\r\n A: b\r\n\r\n", "3\r\nabc\r\n0\r\nA: b\rC: d\r\n\r\n",
      "3\r\nabc\r\n0\r\nA\u{0}: b\r\n\r\n", "3 3\r\nabc\r\n0\r\n\r\n",
    ]
  )
  func refusesChunks(text: String) {
    let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    for piece in [Int.max, 1, 2] {
      #expect(outcome(head + text, piece: piece) == ["400 malformed request: chunked body"])
    }
  }

  // MARK: - Limits

  private func isAllowed(_ text: String, _ change: (inout HTTPLimits) -> Void) -> String {
    let whole = outcome(Array(text.utf8), change)
    #expect(outcome(Array(text.utf8), piece: 5, change) == whole)
    return whole.last.map { String($0.prefix(3)) } ?? ""
  }

  @Test func limitsTheHead() {
    let start = "GET / HTTP/1.1\r\nHost: x\r\nA: "
    let fill = String(repeating: "a", count: 100 - start.utf8.count - 4)
    #expect(isAllowed(start + fill + "\r\n\r\n") { $0.maximumHeadBytes = 100 } == "GET")
    #expect(isAllowed(start + fill + "a\r\n\r\n") { $0.maximumHeadBytes = 100 } == "431")
    #expect(isAllowed(start + fill + fill) { $0.maximumHeadBytes = 100 } == "431")
  }

  @Test func limitsTheNumberOfHeaders() {
    let start = "GET / HTTP/1.1\r\nHost: x\r\n"
    #expect(isAllowed(start + "A: b\r\n\r\n") { $0.maximumHeaderCount = 2 } == "GET")
    #expect(isAllowed(start + "A: b\r\nA: b\r\n\r\n") { $0.maximumHeaderCount = 2 } == "431")
  }

  @Test func limitsTheTarget() {
    let end = " HTTP/1.1\r\nHost: x\r\n\r\n"
    #expect(isAllowed("GET /abc" + end) { $0.maximumTargetBytes = 4 } == "GET")
    #expect(isAllowed("GET /abcd" + end) { $0.maximumTargetBytes = 4 } == "414")
    let long = "GET /" + String(repeating: "a", count: 200)
    #expect(isAllowed(long) { $0.maximumHeadBytes = 100 } == "414")
  }

  @Test func limitsTheBody() {
    let start = "POST / HTTP/1.1\r\nHost: x\r\n"
    let length = start + "Content-Length: "
    #expect(isAllowed(length + "4\r\n\r\nabcd") { $0.maximumBodyBytes = 4 } == "POS")
    #expect(isAllowed(length + "5\r\n\r\n") { $0.maximumBodyBytes = 4 } == "413")
    #expect(isAllowed(length + "9223372036854775808\r\n\r\n") { $0.maximumBodyBytes = 4 } == "413")
    let chunked = start + "Transfer-Encoding: chunked\r\n\r\n"
    #expect(
      isAllowed(chunked + "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n") { $0.maximumBodyBytes = 4 } == "POS"
    )
    #expect(isAllowed(chunked + "2\r\nab\r\n3\r\ncde") { $0.maximumBodyBytes = 4 } == "413")
  }

  @Test func limitsWhatStandsAroundChunks() {
    let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    let many = String(repeating: "1\r\na\r\n", count: 1000)
    #expect(isAllowed(head + many + "0\r\n\r\n") { $0.maximumHeadBytes = 100 } == "POS")
    let extensions = String(
      repeating: "1;\(String(repeating: "x", count: 50))\r\na\r\n",
      count: 100
    )
    #expect(isAllowed(head + extensions) { $0.maximumHeadBytes = 100 } == "400")
    let trailer = "0\r\nA: " + String(repeating: "x", count: 200)
    #expect(isAllowed(head + trailer) { $0.maximumHeadBytes = 100 } == "400")
  }

  @Test func asksForTheLimitOfEachBody() {
    var limits = HTTPLimits()
    limits.maximumBodyBytes = 1
    var parser = RequestParser(settings, limits: limits) { request in
      request.headers["x-big"] == "yes" && request.path == "/a" ? 10 : 2
    }
    func next(_ text: String) -> String {
      Array(text.utf8).withUnsafeBytes { bytes in
        var offset = 0
        switch parser.next(bytes, &offset) {
        case .needsMoreBytes: return "…"
        case .request(let request, _): return String(decoding: request.body, as: UTF8.self)
        case .refused(let refusal): return "\(refusal.status)"
        }
      }
    }
    let big = "POST /a HTTP/1.1\r\nHost: x\r\nX-Big: yes\r\n"
    #expect(next(big + "Content-Length: 10\r\n\r\n0123456789") == "0123456789")
    #expect(next(big + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n") == "abc")
    #expect(next("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc") == "413")
    #expect(next("GET / HTTP/1.1\r\nHost: x\r\n\r\n") == "413")
  }

  // MARK: - Expect

  @Test func tellsOnceThatAClientWaits() {
    var parser = RequestParser(settings, limits: HTTPLimits())
    func take(_ text: String) -> Bool {
      Array(text.utf8).withUnsafeBytes { bytes in
        var offset = 0
        _ = parser.next(bytes, &offset)
      }
      return parser.takeExpectation()
    }
    let fields = "Host: x\r\nExpect: 100-Continue\r\n"
    #expect(take("POST / HTTP/1.1\r\n\(fields)Content-Length: 1\r\n\r\n"))
    #expect(!take(""))
    #expect(!take("a"))
    // Nothing to wait for, or a version that does not know how.
    #expect(!take("POST / HTTP/1.1\r\n\(fields)Content-Length: 0\r\n\r\n"))
    #expect(!take("POST / HTTP/1.0\r\n\(fields)Content-Length: 1\r\n\r\n"))
  }
}
