import Engine
import EventLoop
import JSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ActionTests {
  private static let sql = """
    create table users (id integer primary key, name text not null);
    create table posts (id integer primary key, user_id integer, title text);
    insert into users values (1, 'Ann'), (2, 'Bob');
    insert into posts values (1, 1, 'p1'), (2, 1, 'p2'), (3, 2, 'p3');
    """

  private static func metadata(_ definition: JSONValue) -> JSONValue {
    var document =
      EngineHarness.metadata([
        [
          "table": "users",
          "select_permissions": [
            ["role": "user", "permission": ["columns": ["id"], "filter": ["id": ["_eq": 1]]]]
          ],
        ],
        ["table": "posts"],
      ]).object ?? JSONObject()
    document["actions"] = [
      ["name": "act", "definition": definition, "permissions": [["role": "user"]]]
    ]
    document["custom_types"] = [
      "scalars": [["name": "Any"]],
      "enums": [["name": "Side", "values": [["value": "BUY"], ["value": "SELL"]]]],
      "input_objects": [
        [
          "name": "Order",
          "fields": [["name": "side", "type": "Side!"], ["name": "tags", "type": "[String!]"]],
        ]
      ],
      "objects": [
        [
          "name": "Result",
          "fields": [
            ["name": "user_id", "type": "Int!"], ["name": "note", "type": "String"],
            ["name": "more", "type": "[Result!]"], ["name": "any", "type": "Any"],
          ],
          "relationships": [
            [
              "name": "user", "type": "object", "remote_table": "users",
              "field_mapping": ["user_id": "id"],
            ],
            [
              "name": "posts", "type": "array", "remote_table": "posts",
              "field_mapping": ["user_id": "user_id"],
            ],
          ],
        ]
      ],
    ]
    return .object(document)
  }

  private static func definition(
    output: String = "Result",
    type: String = "mutation",
    _ more: JSONObject = JSONObject()
  ) -> JSONValue {
    var definition: JSONObject = [
      "type": .string(type), "handler": "http://h/act", "output_type": .string(output),
      "arguments": [["name": "order", "type": "Order"], ["name": "n", "type": "bigint"]],
    ]
    for member in more.members { definition[member.key] = member.value }
    return .object(definition)
  }

  private func harness(
    _ recorder: WebhookRecorder,
    _ definition: JSONValue = definition(),
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    try await EngineHarness(sql: Self.sql, metadata: Self.metadata(definition)) {
      configure(&$0)
      $0.webhooks = recorder.sender
      $0.actionInterval = 10
      $0.subscriptions.liveInterval = 20
    }
  }

  @Test func answersWithWhatAWebhookSaysAndTheRowsThatBelongToIt() async throws {
    let recorder = WebhookRecorder([
      "user_id": 2, "note": nil, "any": ["x": 15], "more": [["user_id": 1], ["user_id": 9]],
    ])
    let harness = try await harness(recorder)
    let answer = await harness.answer(
      """
      mutation($o: Order) { act(order: $o, n: 9007199254740993) {
        __typename id: user_id any user { name } posts(order_by: {id: desc}, limit: 1) { title }
        more { user { name } posts(order_by: {id: desc}, limit: 1) { title } } } }
      """,
      ["o": ["side": "BUY", "tags": "one"]]
    )
    #expect(
      answer
        == #"{"data":{"act":{"__typename":"Result","id":2,"any":{"x":15},"#
        + #""user":{"name":"Bob"},"posts":[{"title":"p3"}],"#
        + #""more":[{"user":{"name":"Ann"},"posts":[{"title":"p2"}]},{"user":null,"posts":[]}]}}}"#
    )
    #expect(
      recorder.bodies[0]["input"]?.text
        == #"{"n":9007199254740993,"order":{"side":"BUY","tags":["one"]}}"#
    )
    #expect(recorder.bodies[0]["action"] == ["name": "act"])
    #expect(recorder.bodies[0]["session_variables"] == ["x-hasura-role": "admin"])
    await harness.stop()
  }

  @Test func tellsNothingOfAnObjectOfWhichNothingIsLeft() async throws {
    let recorder = WebhookRecorder(["user_id": 2, "note": "secret", "more": [["user_id": 1]]])
    let harness = try await harness(recorder)
    let answer = await harness.answer(
      """
      mutation ($no: Boolean!) { act { note @skip(if: $no) }
        again: act { user_id more { note @skip(if: $no) } } }
      """,
      ["no": true]
    )
    #expect(answer == #"{"data":{"act":{},"again":{"user_id":2,"more":[{}]}}}"#)
    await harness.stop()
  }

  @Test func callsAWebhookOnceUnderAKey() async throws {
    let recorder = WebhookRecorder(["user_id": 2])
    let harness = try await harness(recorder)
    func send(_ query: String, _ key: String) async -> (body: String, isReplay: Bool) {
      let request = GraphQLRequest(query: Array(query.utf8), idempotencyKey: key)
      let session = Session(role: Session.adminRole)
      let answer = await harness.engine.graphql(request, session, on: harness.loops.loops[0])
      return (String(decoding: answer.body, as: UTF8.self), answer.isReplay)
    }
    let alone = "mutation { act { user_id user { name } } }"
    let first = #"{"data":{"act":{"user_id":2,"user":{"name":"Bob"}}}}"#
    #expect(await send(alone, "a") == (first, false))
    #expect(await send(alone, "a") == (first, true))
    let both = "mutation { act { user_id } insert_users_one(object: {id: 3, name: \"C\"}) { id } }"
    let written = #"{"data":{"act":{"user_id":2},"insert_users_one":{"id":3}}}"#
    #expect(await send(both, "b") == (written, false))
    #expect(await send(both, "b") == (written, true))
    #expect(
      await send(both, "a").body
        == WritingFixture.error(
          "the idempotency key was used with another request",
          "$",
          "conflict"
        )
    )
    #expect(recorder.all.count == 2)
    await harness.stop()
  }

  @Test func showsARoleTheRowsThatItMaySee() async throws {
    let recorder = WebhookRecorder([["user_id": 1], ["user_id": 2]])
    let harness = try await harness(recorder, Self.definition(output: "[Result!]!", type: "query"))
    let answer = await harness.answer(
      "{ act { user { id } } }",
      as: Session(role: "user")
    )
    #expect(answer == #"{"data":{"act":[{"user":{"id":1}},{"user":null}]}}"#)
    let refused = await harness.answer("{ act { posts { id } } }", as: Session(role: "user"))
    #expect(refused.contains("field 'posts' not found in type: 'Result'"))
    let other = await harness.answer("{ act { note } }", as: Session(role: "other"))
    #expect(other.contains("field 'act' not found in type: 'query_root'"))
    await harness.stop()
  }

  @Test(
    arguments: [
      ("Result!", "null", "got null for the action webhook response"),
      ("Result", "[]", "got array for the action webhook response, expecting Result"),
      ("Result", "1", "got scalar Number for the action webhook response, expecting Result"),
      ("[Result]", #"{"user_id": 1}"#, "expecting array for the action webhook response"),
      ("Result", "{}", #"field \"user_id\" expected in webhook response, but not found"#),
      ("Result", #"{"user_id": null}"#, #"expecting not null value for field \"user_id\""#),
    ]
  )
  func refusesAnAnswerOfAnotherType(output: String, body: String, message: String) async throws {
    let recorder = WebhookRecorder { _, _ in
      WebhookAnswer(status: 200, headers: [], body: Array(body.utf8))
    }
    let harness = try await harness(recorder, Self.definition(output: output))
    let answer = await harness.answer("mutation { act { note } }", as: Session(role: "user"))
    #expect(
      answer
        == #"{"errors":[{"message":"\#(message)","extensions":{"path":"$","code":"unexpected"}}]}"#
    )
    await harness.stop()
  }

  @Test(
    arguments: [
      (400, #"{"message":"no","code":"too-big"}"#, #"{"path":"$","code":"too-big"}"#, "no"),
      (422, #"{"message":"no"}"#, #"{"path":"$","code":"unexpected"}"#, "no"),
      (
        400, #"{"message":"no","code":"c","extensions":{"code":"d","left":3}}"#,
        #"{"code":"d","left":3}"#, "no"
      ),
      (500, "{}", #"{"path":"$","code":"unexpected"}"#, "internal error"),
      (200, "oops", #"{"path":"$","code":"unexpected"}"#, "not a valid json response from webhook"),
    ]
  )
  func tellsTheWebhooksError(
    status: Int,
    body: String,
    extensions: String,
    message: String
  ) async throws {
    let recorder = WebhookRecorder { _, _ in
      WebhookAnswer(status: status, headers: [], body: Array(body.utf8))
    }
    let harness = try await harness(recorder)
    let answer = await harness.answer("mutation { act { note } }", as: Session(role: "user"))
    #expect(answer == #"{"errors":[{"message":"\#(message)","extensions":\#(extensions)}]}"#)
    await harness.stop()
  }

  @Test func notesAnAsynchronousCallAndTellsItsResult() async throws {
    let recorder = WebhookRecorder(["user_id": 1])
    let harness = try await harness(recorder, Self.definition(["kind": "asynchronous"]))
    let alice = Session(role: "user", [SessionVariable(name: "x-hasura-user-id", value: "1")])
    let called = try JSONValue(
      parsing: await harness.answer("mutation { act(n: 1) }", as: alice)
    )
    let id = try #require(called["data"]?["act"]?.string)
    let query = "query($id: uuid!) { act(id: $id) { id errors output { user { id } } } }"
    var answer = ""
    while !answer.contains("\"output\":{") {
      answer = await harness.answer(query, ["id": .string(id)], as: alice)
      try await harness.loops.loops[0].sleep(for: .milliseconds(20))
    }
    #expect(
      answer == #"{"data":{"act":{"id":"\#(id)","errors":null,"output":{"user":{"id":1}}}}}"#
    )
    let subscriber = await TestSubscriber(
      harness,
      "subscription { s: act(id: \"\(id)\") { output { user { id } note } } }",
      as: alice
    )
    #expect(
      await subscriber.next() == #"{"data":{"s":{"output":{"user":{"id":1},"note":null}}}}"#
    )
    // A relationship of the output is read anew.
    try harness.database.execute("delete from posts; delete from users where id = 1")
    #expect(await subscriber.next() == #"{"data":{"s":{"output":{"user":null,"note":null}}}}"#)
    await subscriber.cancel()
    let other = await harness.answer(query, ["id": .string(id)], as: Session(role: "user"))
    #expect(other == #"{"data":{"act":null}}"#)
    await harness.stop()
  }

  /// As in Hasura the client's win, unless the operator wants it otherwise.
  @Test(arguments: [(false, "client"), (true, "own")])
  func choosesBetweenHeadersOfOneName(configuredFirst: Bool, value: String) async throws {
    let recorder = WebhookRecorder(["user_id": 2])
    let harness = try await harness(
      recorder,
      Self.definition([
        "forward_client_headers": true, "headers": [["name": "X-Key", "value": "own"]],
      ])
    ) { $0.configuredHeadersFirst = configuredFirst }
    var request = GraphQLRequest(query: Array("mutation { act { user_id } }".utf8))
    request.clientHeaders = {
      [
        WebhookHeaderField(name: "x-key", value: "client"),
        WebhookHeaderField(name: "content-type", value: "text/plain"),
      ]
    }
    let session = Session(role: Session.adminRole)
    _ = await harness.engine.graphql(request, session, on: harness.loops.loops[0])
    let headers = recorder.all[0].headers
    #expect(headers.filter { $0.name.lowercased() == "x-key" }.map(\.value) == [value])
    #expect(
      headers.filter { $0.name.lowercased() == "content-type" }.map(\.value)
        == ["application/json"]
    )
    await harness.stop()
  }

  @Test func transformsRequestsAndAnswers() async throws {
    let recorder = WebhookRecorder(["got": 5])
    let harness = try await harness(
      recorder,
      Self.definition([
        "request_transform": [
          "version": 2, "method": "PUT", "url": "{{$base_url}}/{{$body.input.n}}",
          "query_params": ["a": "{{$session_variables['x-hasura-role']}}"],
          "request_headers": ["add_headers": ["x-more": "1"], "remove_headers": ["user-agent"]],
          "body": ["action": "transform", "template": "{\"n\": {{$body.input.n}}}"],
        ],
        "response_transform": [
          "version": 2,
          "body": ["action": "transform", "template": "{\"user_id\": {{$body.got}}}"],
        ],
      ])
    )
    let answer = await harness.answer("mutation { act(n: 3) { user_id } }")
    #expect(answer == #"{"data":{"act":{"user_id":5}}}"#)
    let call = recorder.all[0]
    #expect(call.method == "PUT")
    #expect(call.url == "http://h/act/3?a=admin")
    #expect(call.body.map { String(decoding: $0, as: UTF8.self) } == #"{"n":3}"#)
    #expect(call.headers.map(\.name) == ["Content-Type", "x-more"])
    await harness.stop()
  }

  @Test func refusesAFieldThatIsThereAlready() async throws {
    let harness = try await harness(WebhookRecorder())
    let (status, answer) = try await harness.metadata([
      "type": "create_action",
      "args": [
        "name": "insert_users",
        "definition": ["handler": "http://h", "output_type": "Result", "arguments": []],
      ],
    ])
    #expect(status == 500)
    #expect(
      answer["error"]?.string
        == "Encountered conflicting definitions in the selection set for 'mutation_root' for field "
        + "'insert_users' defined in [action insert_users, table users in source default]. Fields "
        + "must not be defined more than once across all sources."
    )
    #expect(answer["path"] == "$.args")
    await harness.stop()
  }
}
