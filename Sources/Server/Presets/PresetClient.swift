import EventLoop
import HTTP
import JSON

/// Asks a running server for its saved queries.
struct PresetClient: Sendable {
  private let server: String
  private let headers: [(name: String, value: String)]
  private let client: HTTPClient
  private let hasSecret: Bool

  init(_ options: OptionValues, on loop: EventLoop) {
    var server = options.text(.server) ?? ""
    while server.hasSuffix("/") { server.removeLast() }
    self.server = server
    var headers = [(name: "content-type", value: "application/json")]
    if let token = options.text(.token) {
      headers.append((name: "authorization", value: "Bearer \(token)"))
    } else if let secret = options.text(.adminSecret) {
      headers.append((name: "x-hasura-admin-secret", value: secret))
    }
    hasSecret = headers.count > 1
    if options.isGiven(.role), let role = options.text(.role) {
      headers.append((name: "x-hasura-role", value: role))
    }
    for pair in options.list(.header) {
      let (name, value) = Self.split(pair)
      headers.append((name: name, value: value))
    }
    self.headers = headers
    client = HTTPClient(on: loop)
  }

  func close() async {
    await client.close()
  }

  /// The saved queries that may be run, as `/api/queries` tells them.
  func list() async throws -> [JSONValue] {
    try await send(.get, "/api/queries", nil)["queries"]?.array ?? []
  }

  /// The variables that the command line gives, by the types that the saved query declares.
  func variables(_ pairs: [String], of name: String) async throws -> JSONObject {
    let queries = try await list().filter { query in
      let known = query["name"]?.string ?? ""
      return name == known || name == "\(query["collection"]?.string ?? "")/\(known)"
    }
    guard let query = queries.first else {
      throw CommandFailure("there is no saved query '\(name)', or you may not run it")
    }
    let declared = query["variables"]?.array ?? []
    var variables = JSONObject()
    for pair in pairs {
      let (key, value) = Self.split(pair)
      guard let variable = declared.first(where: { $0["name"]?.string == key }) else {
        let names = declared.compactMap { $0["name"]?.string }.joined(separator: ", ")
        throw CommandFailure("'\(name)' has no variable '\(key)'; it has \(names)")
      }
      variables[key] = Self.value(of: value, type: variable["type"]?.string ?? "")
    }
    return variables
  }

  /// A text as JSON where its type asks for that: lists, numbers and truth values.
  private static func value(of text: String, type: String) -> JSONValue {
    let isList = type.hasPrefix("[")
    let name = type.filter { $0 != "[" && $0 != "]" && $0 != "!" }
    guard !["String", "ID", "uuid"].contains(name) || isList,
      let value = try? JSONValue(parsing: text)
    else { return .string(text) }
    switch value {
    case .array, .object, .number, .bool: return value
    case .null, .string: return .string(text)
    }
  }

  /// Runs a saved query; the answer is what stands under `data`.
  func run(_ name: String, _ variables: JSONObject) async throws -> JSONValue {
    try await ask(["documentId": .string(name), "variables": .object(variables)])
  }

  /// Asks a question of one's own.
  func ask(_ query: String, _ variables: JSONObject) async throws -> JSONValue {
    try await ask(["query": .string(query), "variables": .object(variables)])
  }

  private func ask(_ call: JSONValue) async throws -> JSONValue {
    let answer = try await send(.post, "/v1/graphql", call)
    if let errors = answer["errors"]?.array, let error = errors.first {
      throw CommandFailure(message(of: error))
    }
    guard let data = answer["data"] else { throw CommandFailure("the server answered no data") }
    return data
  }

  private func send(
    _ method: HTTPMethod,
    _ path: String,
    _ body: JSONValue?
  ) async throws -> JSONValue {
    let request = HTTPClientRequest(
      method: method,
      url: server + path,
      headers: headers,
      body: body?.serialized,
      maximumBodyBytes: 256 << 20
    )
    let response: HTTPClientResponse
    do {
      response = try await client.send(request)
    } catch {
      throw CommandFailure(
        "\(server): \(error); is a server running there? --server says where it is"
      )
    }
    guard let value = try? JSONValue(parsing: response.body.span) else {
      throw CommandFailure("\(server)\(path) answered \(response.status), and no JSON")
    }
    guard response.status == 200 else { throw CommandFailure(message(of: value)) }
    return value
  }

  private func message(of error: JSONValue) -> String {
    var message = error["message"]?.string ?? error["error"]?.string ?? "the request failed"
    let code = error["extensions"]?["code"]?.string ?? error["code"]?.string
    if code == "access-denied", !hasSecret {
      message += "; --admin-secret (HASURA_GRAPHQL_ADMIN_SECRET) or --token says who asks"
    }
    let path = error["extensions"]?["path"]?.string ?? error["path"]?.string ?? "$"
    return path == "$" ? message : "\(message) (at \(path))"
  }

  private static func split(_ pair: String) -> (String, String) {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }
}
