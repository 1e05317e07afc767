import Engine
import EventLoop
import JSON
import Testing

/// Saved queries run as REST, by their names, and as the allow list has them.
@Suite(.timeLimit(.minutes(2))) struct SavedQueryTests {
  private static let sql = """
    create table desks (id bigint primary key, name text not null, open boolean, equity numeric);
    insert into desks values
      (1, 'alpha', true, 12.10), (9007199254740993, 'beta', false, null), (3, 'a b/c', null, 0.5);
    """

  private static let queries: [(name: String, text: String)] = [
    ("all", "query { desks(order_by: {id: asc}) { name } }"),
    ("by_id", "query ($id: bigint!) { desks_by_pk(id: $id) { id name } }"),
    ("named", "query ($name: String) { desks(where: {name: {_eq: $name}}) { id } }"),
    ("open", "query ($open: Boolean!) { desks(where: {open: {_eq: $open}}) { name } }"),
    ("in", "query ($ids: [bigint!]!) { desks(where: {id: {_in: $ids}}) { name } }"),
    (
      "rich",
      "# Desks with more than a sum.\nquery ($sum: numeric = 1.50) "
        + "{ desks(where: {equity: {_gt: $sum}}) { name } }"
    ),
    ("watch", "subscription { desks { name } }"),
  ]

  private static func endpoint(_ name: String, _ url: String, _ methods: JSONValue) -> JSONValue {
    [
      "name": .string("e_\(name)"), "url": .string(url), "methods": methods,
      "definition": ["query": ["collection_name": "saved", "query_name": .string(name)]],
    ]
  }

  private static var metadata: JSONValue {
    let permission: JSONValue = [
      "role": "user",
      "permission": ["columns": ["id", "name"], "filter": ["id": ["_lt": 10]]],
    ]
    var document =
      EngineHarness.metadata([
        ["table": "desks", "select_permissions": [permission]]
      ]).object ?? [:]
    let list = queries.map { ["name": .string($0.name), "query": .string($0.text)] as JSONValue }
    document["query_collections"] = [["name": "saved", "definition": ["queries": .array(list)]]]
    document["rest_endpoints"] = [
      endpoint("all", "desks", ["GET", "POST"]), endpoint("by_id", "desks/:id", ["GET"]),
      endpoint("named", "named/:name", ["GET"]), endpoint("open", "open", ["GET", "DELETE"]),
      endpoint("in", "in", ["POST"]), endpoint("rich", "rich", ["GET", "PUT", "PATCH"]),
    ]
    document["allowlist"] = [
      ["collection": "saved", "scope": ["global": false, "roles": ["user"]]]
    ]
    return .object(document)
  }

  private static let user = Session(role: "user")

  private func harness(
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    try await EngineHarness(sql: Self.sql, metadata: Self.metadata, configure)
  }

  private func rest(
    _ harness: EngineHarness,
    _ method: String,
    _ path: [String],
    _ arguments: [RESTArgument] = [],
    as session: Session = Session(role: Session.adminRole)
  ) async -> String {
    let request = RESTRequest(method: method, path: path, arguments: arguments)
    let answer = await harness.engine.rest(request, session, on: harness.loops.loops[0])
    return "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
  }

  private func text(_ name: String, _ text: String) -> RESTArgument {
    RESTArgument(name: name, value: .text(text))
  }

  @Test func answersWithTheContentOfData() async throws {
    let harness = try await harness()
    #expect(
      await rest(harness, "GET", ["desks"])
        == #"200 {"desks":[{"name":"alpha"},{"name":"a b/c"},{"name":"beta"}]}"#
    )
    #expect(
      await rest(harness, "POST", ["desks"], as: Self.user)
        == #"200 {"desks":[{"name":"alpha"},{"name":"a b/c"}]}"#
    )
    #expect(
      await rest(harness, "GET", ["desks", "9007199254740993"])
        == #"200 {"desks_by_pk":{"id":9007199254740993,"name":"beta"}}"#
    )
    #expect(await rest(harness, "GET", ["named", "a b/c"]) == #"200 {"desks":[{"id":3}]}"#)
    await harness.stop()
  }

  @Test func takesVariablesFromTexts() async throws {
    let harness = try await harness()
    #expect(
      await rest(harness, "GET", ["open"], [text("open", "")])
        == #"200 {"desks":[{"name":"alpha"}]}"#
    )
    #expect(
      await rest(harness, "DELETE", ["open"], [text("open", "false")])
        == #"200 {"desks":[{"name":"beta"}]}"#
    )
    #expect(
      await rest(harness, "GET", ["rich"]) == #"200 {"desks":[{"name":"alpha"}]}"#
    )
    #expect(
      await rest(harness, "PUT", ["rich"], [text("sum", "12.0999999999999999999")])
        == #"200 {"desks":[{"name":"alpha"}]}"#
    )
    #expect(
      await rest(harness, "PATCH", ["rich"], [text("sum", "")])
        == #"200 {"desks":[{"name":"alpha"}]}"#
    )
    #expect(
      await rest(
        harness,
        "POST",
        ["in"],
        [RESTArgument(name: "ids", value: .json([3, 1]))]
      ) == #"200 {"desks":[{"name":"alpha"},{"name":"a b/c"}]}"#
    )
    // What stands in the path counts.
    #expect(
      await rest(harness, "GET", ["desks", "1"], [text("id", "3")])
        == #"200 {"desks_by_pk":{"id":1,"name":"alpha"}}"#
    )
    await harness.stop()
  }

  @Test func refusesInHasurasWords() async throws {
    let harness = try await harness()
    let cases: [(String, [String], [RESTArgument], String)] = [
      (
        "GET", ["nothing"], [],
        #"404 {"error":"Endpoint not found","path":"$","code":"not-found"}"#
      ),
      (
        "DELETE", ["desks"], [],
        #"405 {"error":"Allowed methods: GET, POST","path":"$","code":"method-not-allowed"}"#
      ),
      (
        "TRACE", ["desks"], [],
        #"405 {"error":"Allowed methods: GET, POST","path":"$","code":"method-not-allowed"}"#
      ),
      (
        "GET", ["desks"], [text("x", "1")],
        #"400 {"error":"Unexpected variable x","path":"$","code":"bad-request"}"#
      ),
      (
        "POST", ["in"], [text("ids", "1")],
        #"400 {"error":"List variables are not currently supported in URL or Query parameters. "#
          + #"(Variable ids, with value \"1\")","path":"$","code":"bad-request"}"#
      ),
      (
        "GET", ["open"], [],
        #"400 {"error":"expecting a value for non-nullable variable: \"open\"","path":"$","#
          + #""code":"validation-failed"}"#
      ),
    ]
    for (method, path, arguments, answer) in cases {
      #expect(await rest(harness, method, path, arguments) == answer)
    }
    #expect(
      await rest(harness, "GET", ["open"], [text("open", "true")], as: Self.user)
        == #"400 {"error":"field 'open' not found in type: 'desks_bool_exp'","#
        + #""path":"$.selectionSet.desks.args.where.open","code":"validation-failed"}"#
    )
    await harness.stop()
  }

  // MARK: - By name

  private func named(
    _ harness: EngineHarness,
    _ id: String,
    _ variables: JSONObject = JSONObject(),
    as session: Session = Session(role: Session.adminRole)
  ) async -> String {
    let request = GraphQLRequest(documentID: id, variables: variables)
    let answer = await harness.engine.graphql(request, session, on: harness.loops.loops[0])
    return String(decoding: answer.body, as: UTF8.self)
  }

  @Test func runsASavedQueryByItsName() async throws {
    let harness = try await harness()
    let expected = #"{"data":{"desks_by_pk":{"id":1,"name":"alpha"}}}"#
    #expect(await named(harness, "by_id", ["id": 1]) == expected)
    #expect(await named(harness, "saved/by_id", ["id": 1]) == expected)
    #expect(
      await named(harness, "by_name")
        == #"{"errors":[{"message":"there is no saved query \"by_name\"","#
        + #""extensions":{"path":"$.documentId","code":"not-found"}}]}"#
    )
    await harness.stop()
  }

  @Test func tellsWhichQueriesANameMayMean() async throws {
    let harness = try await harness()
    _ = try await harness.metadata([
      "type": "create_query_collection",
      "args": [
        "name": "more",
        "definition": ["queries": [["name": "all", "query": "query { desks { id } }"]]],
      ],
    ])
    #expect(
      await named(harness, "all")
        == #"{"errors":[{"message":"several saved queries are named \"all\": \"more/all\", "#
        + #"\"saved/all\"","extensions":{"path":"$.documentId","code":"bad-request"}}]}"#
    )
    #expect(
      await named(harness, "more/all", as: Self.user)
        == #"{"data":{"desks":[{"id":1},{"id":3}]}}"#
    )
    await harness.stop()
  }

  private func listing(_ harness: EngineHarness, _ session: Session) async throws -> [JSONValue] {
    let answer = await harness.engine.savedQueries(session, on: harness.loops.loops[0])
    return try JSONValue(parsing: answer.body.span)["queries"]?.array ?? []
  }

  @Test func listsWhatARoleCanRun() async throws {
    let harness = try await harness()
    let users = try await listing(harness, Self.user)
    #expect(users.map { $0["name"]?.string } == ["all", "by_id", "named", "in"])
    let all = try await listing(harness, Session(role: Session.adminRole))
    #expect(all.map { $0["name"]?.string } == ["all", "by_id", "named", "open", "in", "rich"])
    #expect(
      all.last == [
        "name": "rich", "collection": "saved", "description": "Desks with more than a sum.",
        "variables": [
          [
            "name": "sum", "type": "numeric", "required": false,
            "default": .number(JSONNumber("1.50") ?? JSONNumber(0)),
          ]
        ],
        "endpoints": [["url": "/api/rest/rich", "methods": ["GET", "PUT", "PATCH"]]],
      ]
    )
    await harness.stop()
  }

  // MARK: - The allow list

  @Test func allowsWhatIsListedAndNothingElse() async throws {
    let harness = try await harness { $0.enforcesAllowlist = true }
    let refusal =
      #"{"errors":[{"message":"query is not allowed","#
      + #""extensions":{"path":"$","code":"validation-failed"}}]}"#
    let listed = "query {\n  desks(order_by: {id: asc}) {\n    __typename\n    name\n  }\n}"
    #expect(
      await harness.answer(listed, as: Self.user)
        == #"{"data":{"desks":[{"__typename":"desks","name":"alpha"},"#
        + #"{"__typename":"desks","name":"a b/c"}]}}"#
    )
    #expect(await harness.answer("{ desks { id } }", as: Self.user) == refusal)
    #expect(
      await harness.answer("{ desks { id } }") != refusal,
      "administrators may ask everything"
    )
    #expect(
      await rest(harness, "GET", ["desks", "1"], as: Self.user)
        == #"200 {"desks_by_pk":{"id":1,"name":"alpha"}}"#
    )
    // The list is for one role.
    #expect(await harness.answer(listed, as: Session(role: "other")) == refusal)
    _ = try await harness.metadata([
      "type": "drop_collection_from_allowlist", "args": ["collection": "saved"],
    ])
    #expect(await harness.answer(listed, as: Self.user) == refusal)
    await harness.stop()
  }

  // MARK: - What does not hold

  @Test func namesASavedQueryWhoseTableGoes() async throws {
    let harness = try await harness()
    let (status, answer) = try await harness.metadata([
      "type": "pg_untrack_table", "args": ["table": "desks"],
    ])
    #expect(status == 500)
    #expect(answer["error"] == "cannot continue due to newly found inconsistent metadata")
    #expect(
      answer["internal"]?.array?.first == [
        "definition": ["name": "all", "query": .string(Self.queries[0].text)],
        "reason": .string(
          "Inconsistent object: In query collection \"saved\" the query \"all\" is invalid with "
            + "the following error(s): \"$.desks: field 'desks' not found in object "
            + "'query_root'\". This query is being used in the following REST endpoint(s): "
            + "\"e_all\". This query is in allowlist."
        ),
        "name": "query_collections all in saved", "type": "query_collections",
      ]
    )
    await harness.stop()
  }

  @Test func refusesAQueryThatIsNone() async throws {
    let harness = try await harness()
    let (status, answer) = try await harness.metadata([
      "type": "add_query_to_collection",
      "args": ["collection_name": "saved", "query_name": "bad", "query": "query {"],
    ])
    #expect(status == 400)
    #expect(answer["code"] == "parse-failed")
    #expect(answer["path"] == "$.args.query")
    await harness.stop()
  }

  @Test func refusesASubscriptionAsAnEndpoint() async throws {
    let harness = try await harness()
    let (status, answer) = try await harness.metadata([
      "type": "create_rest_endpoint", "args": Self.endpoint("watch", "watch", ["GET"]),
    ])
    #expect(status == 400)
    #expect(
      answer["error"]
        == "Inconsistent object: in endpoint e_watch: query with name watch is a subscription"
    )
    await harness.stop()
  }

  @Test func describesItselfAsOpenAPI() async throws {
    let harness = try await harness()
    let document = harness.engine.openAPI()
    #expect(document["openapi"] == "3.0.0")
    #expect(
      document["paths"]?.object?.keys == [
        "/api/rest/desks", "/api/rest/desks/{id}", "/api/rest/in", "/api/rest/named/{name}",
        "/api/rest/open", "/api/rest/rich",
      ]
    )
    let named = document["paths"]?["/api/rest/named/{name}"]?["get"]
    #expect(
      named?["parameters"]?.array?.last == [
        "name": "name", "in": "path", "required": true, "schema": ["type": "string"],
      ]
    )
    #expect(
      named?["responses"]?["200"] == [
        "description": "Responses for GET /api/rest/named/{name}",
        "content": [
          "application/json": [
            "schema": [
              "properties": [
                "desks": [
                  "type": "array", "nullable": false,
                  "items": ["type": "object", "properties": ["id": ["title": "bigint"]]],
                ]
              ]
            ]
          ]
        ],
      ]
    )
    #expect(
      document["components"]?["schemas"]?.object?.keys.sorted() == ["bigint", "numeric"]
    )
    await harness.stop()
  }
}
