import Engine
import HTTP
import JSON
import Testing

@testable import Authentication

@Suite("Webhook", .timeLimit(.minutes(1)))
struct WebhookTests {
  private static let good: JSONValue = ["X-Hasura-Role": "user", "x-hasura-user-id": "1"]
  private static let user = Session.expected("user", [("x-hasura-user-id", "1")])

  private static func answer(
    _ value: JSONValue = good,
    _ headers: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    HTTPResponse(status: 200, headers: headers, body: value.serialized)
  }

  private func with(
    _ server: AnsweringServer,
    isPost: Bool = false,
    sendsRequest: Bool = true,
    timeout: Duration = .seconds(20),
    _ test: (AuthenticatorFixture) async throws -> Void
  ) async throws {
    let configuration = try AuthenticationConfiguration(
      secrets: ["the admin secret"],
      webhook: try WebhookConfiguration(
        url: server.url,
        isPost: isPost,
        sendsRequest: sendsRequest,
        timeout: timeout
      )
    )
    try await AuthenticatorFixture.with(configuration, test)
  }

  private static let client: AuthenticatorFixture.Headers = [
    ("Host", "api.example"), ("User-Agent", "client/1"), ("Origin", "https://page.example"),
    ("Authorization", "Bearer x"), ("Cookie", "a=b"), ("X-Hasura-Role", "admin"),
    ("Content-Type", "application/json"), ("Content-Length", "2"), ("Accept", "*/*"),
    ("Accept-Encoding", "gzip"), ("Accept-Language", "de"), ("Referer", "https://x"),
    ("Cache-Control", "no-cache"), ("Connection", "close"), ("DNT", "1"),
    ("Transfer-Encoding", "chunked"), ("Upgrade", "h2c"), ("X-Empty", ""),
    ("X-Forwarded-Host", "forged"),
  ]

  @Test func asksByGet() async throws {
    try await AnsweringServer.with(Self.answer()) { server async throws in
      try await with(server) { fixture async throws in
        #expect(try await fixture.finding(Self.client, body: "{}").session == Self.user)
      }
      let request = try #require(server.requests.first)
      #expect(request.method == .get)
      #expect("\(request.path)?\(request.query ?? "")" == "/path?a=b")
      #expect(request.body == [])
      var fields: [String] = []
      request.headers.forEach { fields.append("\($0): \($1)") }
      #expect(
        fields.sorted() == [
          "accept: */*", "authorization: Bearer x", "cookie: a=b", "host: 127.0.0.1:\(server.port)",
          "user-agent: apus", "x-empty: ", "x-forwarded-host: api.example",
          "x-forwarded-origin: https://page.example", "x-forwarded-user-agent: client/1",
          "x-hasura-role: admin",
        ]
      )
    }
  }

  @Test(arguments: [
    (#"{"query":"{ a }"}"#, #"{"query":"{ a }"}"#),
    (
      #"{"variables":{"a":1.10},"query":"{ a }","operationName":"b","extensions":{}}"#,
      #"{"operationName":"b","query":"{ a }","variables":{"a":1.10}}"#
    ),
    (#"[{"query":"{ a }"},{"query":"{ b }"}]"#, #"[{"query":"{ a }"},{"query":"{ b }"}]"#),
    ("nonsense", "null"), ("{}", "null"), (#"[{"query":"{ a }"},1]"#, "null"), ("", "null"),
  ])
  func asksByPost(body: String, request: String) async throws {
    try await AnsweringServer.with(Self.answer()) { server async throws in
      try await with(server, isPost: true) { fixture async throws in
        let headers = [
          (name: "Authorization", value: "Bearer x"), (name: "x-twice", value: "1"),
          (name: "x-twice", value: "2"),
        ]
        #expect(try await fixture.finding(headers, body: body).session == Self.user)
      }
      let asked = try #require(server.requests.first)
      #expect(asked.method == .post)
      #expect(asked.headers["content-type"] == "application/json")
      #expect(asked.headers["authorization"] == nil)
      #expect(
        String(decoding: asked.body, as: UTF8.self)
          == #"{"headers":{"Authorization":"Bearer x","x-twice":"2"},"request":\#(request)}"#
      )
    }
  }

  @Test func leavesTheRequestOut() async throws {
    try await AnsweringServer.with(Self.answer()) { server async throws in
      try await with(server, isPost: true, sendsRequest: false) { fixture async throws in
        _ = try await fixture.finding([], body: #"{"query":"{ a }"}"#)
      }
      let asked = try #require(server.requests.first)
      #expect(String(decoding: asked.body, as: UTF8.self) == #"{"headers":{}}"#)
    }
  }

  @Test func theAdminSecretIsNotForTheHook() async throws {
    try await AnsweringServer.with(Self.answer()) { server async throws in
      try await with(server) { fixture async throws in
        let right = (name: "x-hasura-admin-secret", value: "the admin secret")
        #expect(try await fixture.finding([right]).session == Session.expected("admin"))
        #expect(await fixture.refusal([("x-hasura-admin-secret", "wrong")]) != nil)
      }
      #expect(server.requests.isEmpty)
    }
  }

  // MARK: - What it answers

  @Test(arguments: [
    (HTTPResponse(status: 401), "401 access-denied: Authentication hook unauthorized this request"),
    (HTTPResponse(status: 500), "500 unexpected: Invalid response from authorization hook"),
    (HTTPResponse(status: 302), "500 unexpected: Invalid response from authorization hook"),
    (HTTPResponse(status: 201), "500 unexpected: Invalid response from authorization hook"),
    (
      HTTPResponse(status: 200, body: Array("garbage".utf8)),
      "500 unexpected: Invalid response from authorization hook: Error in $: not a valid json value"
    ),
    (
      answer([]),
      "500 unexpected: Invalid response from authorization hook: Error in $: parsing HashMap "
        + "~Text failed, expected Object, but encountered Array"
    ),
    (
      answer(["x-hasura-role": "user", "x-hasura-a": ["b": 1]]),
      "500 unexpected: Invalid response from authorization hook: Error in $['x-hasura-a']: "
        + "parsing Text failed, expected String, but encountered Object"
    ),
    (answer([:]), "400 invalid-params: \"x-hasura-role\" not found in session variables"),
    (
      answer(["x-hasura-role": ""]),
      "400 invalid-params: \"x-hasura-role\" not found in session variables"
    ),
  ])
  func refusesWithTheReason(response: HTTPResponse, expected: String) async throws {
    try await AnsweringServer.with(response) { server async throws in
      try await with(server) { fixture async throws in
        #expect(await fixture.refusal([]) == expected)
        // The next request is asked anew.
        server.answer(Self.answer())
        #expect(try await fixture.finding([]).session == Self.user)
      }
    }
  }

  @Test func refusesAnAnswerThatIsTooLarge() async throws {
    let large = HTTPResponse(status: 200, body: [UInt8](repeating: 0x20, count: 300_000))
    try await AnsweringServer.with(large) { server async throws in
      try await with(server) { fixture async throws in
        #expect(
          await fixture.refusal([]) == "500 unexpected: webhook authentication request failed"
        )
      }
    }
  }

  @Test func refusesWhereTheHookHangsOrIsNotThere() async throws {
    let failed = "500 unexpected: webhook authentication request failed"
    try await AnsweringServer.with(nil) { server async throws in
      try await with(server, timeout: .milliseconds(50)) { fixture async throws in
        #expect(await fixture.refusal([]) == failed)
        let secret = (name: "x-hasura-admin-secret", value: "the admin secret")
        #expect(try await fixture.finding([secret]).session == Session.expected("admin"))
      }
    }
    let configuration = try AuthenticationConfiguration(
      secrets: ["s"],
      webhook: try WebhookConfiguration(url: "http://127.0.0.1:1/")
    )
    try await AuthenticatorFixture.with(configuration) { fixture async throws in
      #expect(await fixture.refusal([]) == failed)
    }
  }

  @Test func takesTheSession() async throws {
    let value: JSONValue = [
      "X-Hasura-Role": "user", "x-hasura-ids": [1, 2], "other": ["ignored": true],
      "Expires": "Wed, 21 Oct 2095 07:28:00 GMT",
    ]
    try await AnsweringServer.with(Self.answer(value)) { server async throws in
      try await with(server) { fixture async throws in
        let expected = Session.expected(
          "user",
          [("x-hasura-ids", "{1,2}")],
          expiresAt: 3970020480000
        )
        #expect(try await fixture.finding([]).session == expected)
      }
    }
  }

  @Test func theSessionEndsAsTheAnswerSays() async throws {
    let value: JSONValue = ["x-hasura-role": "user", "Cache-Control": "max-age=60"]
    try await AnsweringServer.with(Self.answer(value)) { server async throws in
      try await with(server) { fixture async throws in
        let before = UnixTime.now()
        let expiry = try #require(try await fixture.finding([]).session.expiresAt)
        #expect(expiry >= before + 60_000)
        #expect(expiry <= UnixTime.now() + 60_000)
      }
    }
  }

  @Test func passesCookiesOn() async throws {
    let cookies = [(name: "Set-Cookie", value: "a=1; Secure"), (name: "Set-Cookie", value: "b=2")]
    try await AnsweringServer.with(Self.answer(Self.good, cookies)) { server async throws in
      try await with(server) { fixture async throws in
        let headers = try await fixture.finding([]).responseHeaders
        #expect(
          headers.map { "\($0.name): \($0.value)" } == [
            "set-cookie: a=1; Secure", "set-cookie: b=2",
          ]
        )
      }
    }
  }

  // MARK: - What is remembered

  @Test(
    arguments: [
      ([("Cache-Control", "max-age=60")], 1), ([("Expires", "Wed, 21 Oct 2095 07:28:00 GMT")], 1),
      ([("Expires", "Wed, 21 Oct 2015 07:28:00 GMT")], 2), ([], 2),
      ([("Cache-Control", "no-store, max-age=60")], 2), ([("Cache-Control", "max-age=0")], 2),
      ([("Cache-Control", "max-age=60"), ("Set-Cookie", "a=b")], 2),
    ] as [([(name: String, value: String)], Int)]
  )
  func asksAgainUnlessTheAnswerMayBeKept(
    headers: [(name: String, value: String)],
    times: Int
  ) async throws {
    try await AnsweringServer.with(Self.answer(Self.good, headers)) { server async throws in
      try await with(server) { fixture async throws in
        let mine = [(name: "Authorization", value: "Bearer mine")]
        for _ in 0..<2 { #expect(try await fixture.finding(mine).session == Self.user) }
        #expect(server.requests.count == times)
        // Another client is never answered with it.
        _ = try await fixture.finding([("Authorization", "Bearer other")])
        #expect(server.requests.count == times + 1)
      }
    }
  }

  @Test func keepsNoRefusal() async throws {
    let refusal = HTTPResponse(status: 401, headers: [("Cache-Control", "max-age=60")])
    try await AnsweringServer.with(refusal) { server async throws in
      try await with(server) { fixture async throws in
        #expect(await fixture.refusal([]) != nil)
        server.answer(Self.answer())
        #expect(await fixture.refusal([]) == nil)
      }
    }
  }
}
