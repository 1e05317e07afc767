import Authentication
import Engine
import EventLoop
import HTTP
import JSON
import Observability
import PostgresClient
import Testing

@testable import apus

/// The endpoints over an engine that has not started: what they decide without it.
struct ServiceTests {
  private let loop = EventLoop.start()

  private func answer(
    _ method: HTTPMethod,
    _ path: String,
    query: String? = nil,
    headers: [(name: String, value: String)] = [],
    body: String = "",
    secret: String? = nil,
    apis: Set<API> = [.graphql, .metadata, .config],
    cors: CORSPolicy = .disabled
  ) async throws -> HTTPResponse {
    defer { loop.stop() }
    let database = try PostgresConfiguration(url: "postgresql://127.0.0.1:1/nowhere")
    let engine = Engine(EngineConfiguration(database: database), on: [loop])
    let authentication = try AuthenticationConfiguration(secrets: secret.map { [$0] } ?? [])
    let settings = ServiceSettings(
      authentication: authentication,
      isAllowlistEnforced: false,
      enabledAPIs: apis,
      cors: cors,
      batchLimit: 2,
      keeps401: false
    )
    let logger = Logger(types: [])
    let service = Service(
      engine: engine,
      authenticator: Authenticator(authentication, on: [loop], logger: logger),
      settings: settings,
      logger: logger
    )
    let request = HTTPRequest(
      method: method,
      path: path,
      query: query,
      headers: HTTPHeaders(headers + [(name: "x-request-id", value: "7")]),
      body: Array(body.utf8)
    )
    return await service.answer(request, on: loop)
  }

  /// The whole answer as one text.
  private func text(_ response: HTTPResponse) -> String {
    let headers = response.headers.map { "\($0.name): \($0.value)\n" }.joined()
    return "\(response.status)\n\(headers)\n\(String(decoding: response.body, as: UTF8.self))"
  }

  private static let json = (name: "content-type", value: "application/json")
  private static let draft = (name: "accept", value: "application/graphql-response+json")

  private static let notStarted =
    #"{"errors":[{"message":"the engine has not started","extensions":{"path":"$","code":"unexpected"}}]}"#

  @Test func asksTheEngine() async throws {
    let response = try await answer(
      .post,
      "/v1/graphql",
      headers: [Self.json],
      body: #"{"query":"{ a }"}"#
    )
    #expect(
      text(response) == """
        200
        content-type: application/json; charset=utf-8
        x-request-id: 7

        \(Self.notStarted)
        """
    )
  }

  @Test func answersABatchWithAList() async throws {
    let response = try await answer(
      .post,
      "/v1/graphql",
      headers: [Self.json, Self.draft],
      body: #"[{"query":"a"},{"query":"b"}]"#
    )
    #expect(
      text(response) == """
        200
        content-type: application/json; charset=utf-8
        x-request-id: 7

        [\(Self.notStarted),\(Self.notStarted)]
        """
    )
  }

  @Test func keepsTheStatusWhereItIsAsked() async throws {
    let response = try await answer(.get, "/v1alpha1/graphql", query: "query=%7Ba%7D")
    #expect(response.status == 500)
  }

  @Test(
    arguments: [
      ("application/json", "{", 200, "invalid-json"),
      ("application/json", "{}", 200, "parse-failed"),
      ("application/json", "", 200, "invalid-json"),
      ("text/plain", #"{"query":"q"}"#, 415, "bad-request"),
      ("application/x-www-form-urlencoded", "query=q", 415, "bad-request"),
    ]
  )
  func refusesABody(type: String, body: String, status: Int, code: String) async throws {
    let response = try await answer(
      .post,
      "/v1/graphql",
      headers: [(name: "content-type", value: type)],
      body: body
    )
    let value = try JSONValue(parsing: response.body.span)
    #expect(response.status == status)
    #expect(value["errors"]?.array?.first?["extensions"]?["code"]?.string == code)
  }

  @Test(arguments: [("/v1/graphql", 200), ("/v1alpha1/graphql", 401), ("/v1/metadata", 401)])
  func refusesAWrongSecret(path: String, status: Int) async throws {
    let response = try await answer(
      .post,
      path,
      headers: [Self.json, (name: "x-hasura-admin-secret", value: "wrong")],
      body: "{}",
      secret: "right"
    )
    #expect(response.status == status)
    #expect(String(decoding: response.body, as: UTF8.self).contains("access-denied"))
  }

  @Test(arguments: ["/v1/metadata", "/v2/query"])
  func keepsCommandsForTheAdmin(path: String) async throws {
    let response = try await answer(
      .post,
      path,
      headers: [Self.json, (name: "x-hasura-role", value: "trader")],
      body: "{}"
    )
    #expect(
      text(response) == """
        400
        content-type: application/json; charset=utf-8
        x-request-id: 7

        {"error":"restricted access : admin only","path":"$","code":"access-denied"}
        """
    )
  }

  @Test(
    arguments: [
      (.get, "/"), (.get, "/v1/graphql/"), (.get, "/v1/%67raphql"), (.get, "/V1/graphql"),
      (.post, "//v1/graphql"), (.get, "/v1/metadata"), (.delete, "/v1/metadata"),
      (.post, "/healthz"), (.options, "/nowhere"), (.get, "/v1/graphql/explain"),
    ] as [(HTTPMethod, String)]
  )
  func knowsNoOtherEndpoint(method: HTTPMethod, path: String) async throws {
    let response = try await answer(method, path)
    #expect(
      text(response) == """
        404
        content-type: application/json; charset=utf-8
        x-request-id: 7

        {"error":"resource does not exist","path":"$","code":"not-found"}
        """
    )
  }

  @Test func saysWhichMethodsGraphQLTakes() async throws {
    let response = try await answer(.put, "/v1/graphql")
    #expect(response.status == 405)
    #expect(response["allow"] == "GET, POST")
  }

  @Test func hidesAPIsThatAreNotEnabled() async throws {
    let response = try await answer(.get, "/v1/graphql", query: "query=q", apis: [.metadata])
    #expect(response.status == 404)
  }

  @Test(arguments: ["/healthz", "/hasura/healthz"])
  func tellsThatTheDatabaseIsAway(path: String) async throws {
    let response = try await answer(.get, path)
    #expect(response.status == 500)
    #expect(String(decoding: response.body, as: UTF8.self) == "ERROR")
  }

  @Test func tellsItsVersionToEveryone() async throws {
    let response = try await answer(.get, "/v1/version", secret: "s")
    #expect(
      String(decoding: response.body, as: UTF8.self) == #"{"version":"v2.48.0","apus":"0.1.0"}"#
    )
  }

  @Test func tellsItsConfigurationToTheAdmin() async throws {
    #expect(try await answer(.get, "/v1alpha1/config", secret: "s").status == 401)
    let headers = [(name: "x-hasura-admin-secret", value: "s")]
    let response = try await ServiceTests().answer(
      .get,
      "/v1alpha1/config",
      headers: headers,
      secret: "s"
    )
    let value = try JSONValue(parsing: response.body.span)
    #expect(value["is_admin_secret_set"] == true)
    #expect(response.status == 200)
  }

  @Test func answersPreflights() async throws {
    let response = try await answer(
      .options,
      "/v1/graphql",
      headers: [(name: "origin", value: "https://a.b")],
      cors: CORSPolicy(origins: [.any])
    )
    #expect(
      text(response) == """
        204
        allow: GET, POST
        Access-Control-Allow-Origin: *
        Access-Control-Expose-Headers: x-request-id,idempotent-replayed
        Access-Control-Allow-Methods: GET,POST,PUT,PATCH,DELETE,OPTIONS
        Access-Control-Allow-Headers: content-type
        Access-Control-Max-Age: 1728000
        x-request-id: 7


        """
    )
  }

  @Test func letsOtherOriginsReadErrorsToo() async throws {
    let response = try await answer(
      .get,
      "/nowhere",
      headers: [(name: "origin", value: "https://a.b")],
      cors: CORSPolicy(origins: [.any])
    )
    #expect(response["access-control-allow-origin"] == "*")
  }

  // MARK: - Websockets

  private static let handshake = [
    (name: "connection", value: "Upgrade"), (name: "upgrade", value: "websocket"),
    (name: "sec-websocket-version", value: "13"),
    (name: "sec-websocket-key", value: "dGhlIHNhbXBsZSBub25jZQ=="),
  ]

  @Test(arguments: ["/v1/graphql", "/v1alpha1/graphql"])
  func opensWebSocketsWhereGraphQLIs(path: String) async throws {
    let offered = (name: "sec-websocket-protocol", value: "graphql-ws, graphql-transport-ws")
    let response = try await answer(.get, path, headers: Self.handshake + [offered])
    #expect(
      text(response) == """
        101
        upgrade: websocket
        sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
        sec-websocket-protocol: graphql-transport-ws


        """
    )
  }

  @Test func opensNoWebSocketsElsewhere() async throws {
    let message = "only '/v1/graphql', '/v1alpha1/graphql' are supported on websockets"
    for path in ["/healthz", "/v1/metadata", "/nothing"] {
      let response = try await answer(.get, path, headers: Self.handshake)
      #expect(response.status == 404)
      #expect(
        String(decoding: response.body, as: UTF8.self)
          == #"{"error":"\#(message)","path":"$","code":"not-found"}"#
      )
    }
  }

  @Test func refusesHandshakesOfForeignPages() async throws {
    let listed = CORSPolicy(origins: [.exact("https://desk.example.com")])
    let origin = (name: "origin", value: "https://evil.example.com")
    let response = try await answer(
      .get,
      "/v1/graphql",
      headers: Self.handshake + [origin],
      cors: listed
    )
    #expect(response.status == 400)
    #expect(
      String(decoding: response.body, as: UTF8.self)
        == #"{"error":"received origin header does not match configured CORS domains","#
        + #""path":"$","code":"access-denied"}"#
    )
  }

  @Test func tellsFaultsOfAStreamAsEvents() async throws {
    let response = try await answer(
      .post,
      "/v1/graphql",
      headers: [Self.json, (name: "accept", value: "text/event-stream")],
      body: "{}"
    )
    #expect(response.status == 200)
    #expect(response["content-type"] == "text/event-stream; charset=utf-8")
    let body = String(decoding: response.body, as: UTF8.self)
    #expect(body.hasPrefix("event: next\ndata: {\"errors\":[{\"message\":"))
    #expect(body.hasSuffix("}\n\nevent: complete\ndata: \n\n"))
    let type = (name: "content-type", value: "text/plain")
    let accept = (name: "accept", value: "text/event-stream")
    #expect(try await answer(.post, "/v1/graphql", headers: [type, accept]).status == 415)
  }
}
