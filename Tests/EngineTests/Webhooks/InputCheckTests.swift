import Engine
import EventLoop
import JSON
import TestSupport
import Testing

/// `validate_input` of permissions: a webhook is asked before a role writes.
@Suite(.timeLimit(.minutes(2))) struct InputCheckTests {
  private static let sql = """
    create table users (id integer primary key, name text not null);
    create table posts (id integer primary key, user_id integer references users, title text);
    insert into users values (1, 'Ann');
    insert into posts values (1, 1, 'p1');
    """

  private static func validator(_ name: String, _ more: JSONObject = JSONObject()) -> JSONValue {
    var definition: JSONObject = ["url": .string("{{HOOKS}}/\(name)")]
    for member in more.members { definition[member.key] = member.value }
    return ["type": "http", "definition": .object(definition)]
  }

  private static let metadata = EngineHarness.metadata([
    [
      "table": "users",
      "array_relationships": [
        [
          "name": "posts",
          "using": ["foreign_key_constraint_on": ["table": "posts", "column": "user_id"]],
        ]
      ],
      "select_permissions": [["role": "user", "permission": ["columns": "*", "filter": [:]]]],
      "insert_permissions": [
        [
          "role": "user",
          "permission": [
            "columns": "*", "check": [:],
            "validate_input": validator(
              "insert_user",
              [
                "forward_client_headers": true, "timeout": 3,
                "headers": [["name": "x-key", "value_from_env": "KEY"]],
              ]
            ),
          ],
        ]
      ],
      "update_permissions": [
        [
          "role": "user",
          "permission": [
            "columns": "*", "filter": [:], "validate_input": validator("update_user"),
          ],
        ]
      ],
    ],
    [
      "table": "posts",
      "select_permissions": [["role": "user", "permission": ["columns": "*", "filter": [:]]]],
      "insert_permissions": [
        [
          "role": "user",
          "permission": ["columns": "*", "check": [:], "validate_input": validator("insert_post")],
        ]
      ],
      "delete_permissions": [
        [
          "role": "user",
          "permission": ["filter": [:], "validate_input": validator("delete_post")],
        ]
      ],
    ],
  ])

  private func harness(
    _ recorder: WebhookRecorder,
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    try await EngineHarness(sql: Self.sql, metadata: Self.metadata) {
      $0.webhooks = recorder.sender
      $0.environment = ["HOOKS": "http://hooks", "KEY": "s3"]
      configure(&$0)
    }
  }

  private func ask(
    _ harness: EngineHarness,
    _ query: String,
    _ variables: JSONObject = JSONObject()
  ) async -> String {
    var request = GraphQLRequest(query: Array(query.utf8), variables: variables)
    request.clientHeaders = {
      [
        WebhookHeaderField(name: "x-client", value: "c"),
        WebhookHeaderField(name: "x-hasura-admin-secret", value: "secret"),
      ]
    }
    let session = Session(role: "user", [SessionVariable(name: "x-hasura-user-id", value: "7")])
    return String(
      decoding: await harness.engine.graphql(request, session, on: harness.loops.loops[0]).body,
      as: UTF8.self
    )
  }

  private func payload(_ input: JSONValue) -> JSONValue {
    [
      "version": 1, "role": "user",
      "session_variables": ["x-hasura-role": "user", "x-hasura-user-id": "7"],
      "data": ["input": input],
    ]
  }

  /// As in Hasura the client's win, unless the operator wants it otherwise.
  @Test(arguments: [(false, "client"), (true, "s3")])
  func choosesBetweenHeadersOfOneName(configuredFirst: Bool, value: String) async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder) { $0.configuredHeadersFirst = configuredFirst }
    let insert = #"mutation { insert_users_one(object: {id: 2, name: "Bob"}) { id } }"#
    var request = GraphQLRequest(query: Array(insert.utf8))
    request.clientHeaders = { [WebhookHeaderField(name: "X-Key", value: "client")] }
    _ = await harness.engine.graphql(request, Session(role: "user"), on: harness.loops.loops[0])
    let headers = recorder.all[0].headers
    #expect(headers.filter { $0.name.lowercased() == "x-key" }.map(\.value) == [value])
    await harness.stop()
  }

  @Test func asksAboutRowsAndThoseOfTheirRelationships() async throws {
    let recorder = WebhookRecorder()
    let harness = try await harness(recorder)
    let query = """
      mutation ($name: String!) {
        insert_users(objects: [{id: 2, name: $name, posts: {data: [{id: 2, title: "t"}]}}]) {
          affected_rows
        }
      }
      """
    #expect(
      await ask(harness, query, ["name": "Bob"])
        == #"{"data":{"insert_users":{"affected_rows":2}}}"#
    )
    // The plan is known by now; the values are others.
    #expect(
      await ask(harness, query, ["name": "Cid"]).contains("Uniqueness violation")
    )
    #expect(
      recorder.all.map(\.url)
        == (0..<4).map { ["insert_user", "insert_post"][$0 % 2] }.map { "http://hooks/\($0)" }
    )
    let row: JSONValue = [
      "id": 2, "name": "Bob", "posts": ["data": [["id": 2, "title": "t"]]],
    ]
    #expect(recorder.bodies[0] == payload([row]))
    #expect(recorder.bodies[1] == payload([["id": 2, "title": "t"]]))
    #expect(recorder.bodies[2]["data"]?["input"]?.array?[0]["name"] == "Cid")
    #expect(recorder.all[0].timeout == 3)
    #expect(
      recorder.all[0].headers.filter { $0.name.hasPrefix("x-") }.map { "\($0.name)=\($0.value)" }
        == ["x-client=c", "x-key=s3"]
    )
    #expect(recorder.all[1].timeout == 10)
    #expect(!recorder.all[1].headers.contains { $0.name == "x-client" })
    await harness.stop()
  }

  @Test(
    arguments: [
      (
        "mutation { update_users(where: {id: {_eq: 1}}, _set: {name: \"x\"}) { affected_rows } }",
        "update_user", #"[{"_set":{"name":"x"},"where":{"id":{"_eq":1}}}]"#
      ),
      (
        "mutation { update_users_by_pk(pk_columns: {id: 1}, _set: {name: \"x\"}) { id } }",
        "update_user", #"[{"_set":{"name":"x"},"pk_columns":{"id":1}}]"#
      ),
      (
        """
        mutation { update_users_many(updates: [{where: {id: {_eq: 1}}, _set: {name: "x"}},
          {where: {}, _set: {name: "y"}}]) { affected_rows } }
        """, "update_user",
        #"[{"where":{"id":{"_eq":1}},"_set":{"name":"x"}},{"where":{},"_set":{"name":"y"}}]"#
      ),
      (
        "mutation { delete_posts(where: {id: {_gt: 0}}) { affected_rows } }", "delete_post",
        #"[{"where":{"id":{"_gt":0}}}]"#
      ),
      ("mutation { delete_posts_by_pk(id: 1) { id } }", "delete_post", #"[{"id":1}]"#),
      (
        "mutation { insert_posts_one(object: {id: 9, user_id: 1}) { id } }", "insert_post",
        #"[{"id":9,"user_id":1}]"#
      ),
    ]
  )
  func writesNothingOfWhatIsRefused(query: String, hook: String, input: String) async throws {
    let recorder = WebhookRecorder(status: 400, ["message": "not like this"])
    let harness = try await harness(recorder)
    let before = try harness.database.execute("select * from users, posts")
    #expect(
      await ask(harness, query)
        == #"{"errors":[{"message":"not like this","extensions":{"path":"$","#
        + #""code":"validation-failed"}}]}"#
    )
    #expect(recorder.all.map(\.url) == ["http://hooks/\(hook)"])
    #expect(recorder.bodies == [payload(try JSONValue(parsing: input))])
    #expect(try harness.database.execute("select * from users, posts") == before)
    await harness.stop()
  }

  @Test(
    arguments: [
      (500, "internal error when validating input data"),
      (400, "received invalid response from input validation webhook"),
    ]
  )
  func tellsWhatIsWrongWithTheWebhook(status: Int, message: String) async throws {
    let recorder = WebhookRecorder(status: status, ["text": "x"])
    let harness = try await harness(recorder)
    let answer = await ask(harness, "mutation { delete_posts(where: {}) { affected_rows } }")
    #expect(
      answer
        == #"{"errors":[{"message":"\#(message)","extensions":{"path":"$","code":"unexpected"}}]}"#
    )
    #expect(try harness.database.execute("select count(*) from posts") == [["1"]])
    await harness.stop()
  }

  @Test func asksNobodyAboutWhatAdministratorsWrite() async throws {
    let recorder = WebhookRecorder(status: 400, ["message": "no"])
    let harness = try await harness(recorder)
    let query = "mutation { delete_posts(where: {}) { affected_rows } }"
    let answer = await harness.answer(query)
    #expect(
      answer == #"{"data":{"delete_posts":{"affected_rows":1}}}"#
    )
    #expect(recorder.all.isEmpty)
    await harness.stop()
  }
}
