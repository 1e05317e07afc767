import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct ApolloFederationTests {
  private static let sql = """
    create table users (id integer primary key, email text not null);
    create table seats (room text, number integer, primary key (room, number));
    insert into users values (1, 'ann@x'), (2, 'bob@x');
    insert into seats values ('a', 1), ('a', 2);
    """
  private static let entities =
    "query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on users { email } "
    + "... on seats { number } } }"

  private func harness() async throws -> EngineHarness {
    let permission: JSONValue = [
      "role": "user",
      "permission": ["columns": ["id", "email"], "filter": ["id": ["_eq": "X-Hasura-User-Id"]]],
    ]
    return try await EngineHarness(
      sql: Self.sql,
      metadata: EngineHarness.metadata([
        [
          "table": "users", "apollo_federation_config": ["enable": "v1"],
          "select_permissions": [permission],
        ],
        ["table": "seats", "apollo_federation_config": ["enable": "v1"]],
      ])
    ) { $0.servesApolloFederation = true }
  }

  private func refs(_ objects: JSONValue...) -> JSONObject { ["r": .array(objects)] }

  @Test func findsWhatOtherGraphsReferTo() async throws {
    let harness = try await harness()
    let ann: JSONValue = ["__typename": "users", "id": 1]
    let seat: JSONValue = ["__typename": "seats", "room": "a", "number": 2]
    #expect(
      await harness.answer(Self.entities, refs(seat, ann, ["__typename": "users", "id": 9]))
        == #"{"data":{"_entities":[{"__typename":"seats","number":2},{"__typename":"users","email":"ann@x"},null]}}"#
    )
    // The same shape of variables asks for other rows.
    #expect(
      await harness.answer(Self.entities, refs(["__typename": "users", "id": 2]))
        == #"{"data":{"_entities":[{"__typename":"users","email":"bob@x"}]}}"#
    )
    #expect(
      await harness.answer(Self.entities, refs(ann))
        == #"{"data":{"_entities":[{"__typename":"users","email":"ann@x"}]}}"#
    )
    #expect(await harness.answer(Self.entities, refs()) == #"{"data":{"_entities":[]}}"#)
    let bob = Session(role: "user", [SessionVariable(name: "x-hasura-user-id", value: "2")])
    #expect(
      await harness.answer(
        "{ _entities(representations: [{__typename: \"users\", id: 1}, {__typename: \"users\", id: 2}]) "
          + "{ ... on users { id } } }",
        as: bob
      ) == #"{"data":{"_entities":[null,{"id":2}]}}"#
    )
    await harness.stop()
  }

  @Test func refusesWhatIsNoEntity() async throws {
    let harness = try await harness()
    let cases: [(JSONValue, String, String)] = [
      (["id": 1], "[0]", "expected an object with the name of its type under '__typename'"),
      (
        ["__typename": "order_by", "id": 1], "[0]",
        #"\"order_by\" is not found in selection set or apollo federation is not enabled for the type"#
      ),
      (
        ["__typename": "seats", "room": "a"], "[0]",
        #"the key \"number\" of the type \"seats\" is missing"#
      ),
    ]
    for (representation, place, message) in cases {
      #expect(
        await harness.answer(Self.entities, refs(representation))
          == #"{"errors":[{"message":"\#(message)","extensions":{"path":"$.selectionSet._entities.args.representations\#(place)","code":"validation-failed"}}]}"#
      )
    }
    await harness.stop()
  }

  @Test func tellsTheSchemaWithItsKeys() async throws {
    let harness = try await harness()
    let answer = try JSONValue(
      parsing: Array(await harness.answer("{ _service { sdl __typename } }").utf8).span
    )
    let text = answer["data"]?["_service"]?["sdl"]?.string ?? ""
    #expect(answer["data"]?["_service"]?["__typename"] == "_Service")
    #expect(
      text.hasPrefix("extend schema\n  @link(url: \"https://specs.apollo.dev/federation/v2.0\"")
    )
    #expect(text.contains("\ntype users @key(fields: \"id\") {\n"))
    #expect(text.contains("\ntype seats @key(fields: \"room number\") {\n"))
    for own in ["_Service", "_Entity", "_Any", "_entities"] {
      #expect(!text.contains(own), "\(own)")
    }
    #expect(
      try await harness.metadata([
        "type": "pg_set_apollo_federation_config",
        "args": ["table": "users", "apollo_federation_config": nil],
      ]) == (200, ["message": "success"])
    )
    #expect(
      await harness.answer("{ __type(name: \"_Entity\") { possibleTypes { name } } }")
        == #"{"data":{"__type":{"possibleTypes":[{"name":"seats"}]}}}"#
    )
    #expect(
      try await harness.metadata([
        "type": "pg_set_apollo_federation_config",
        "args": ["table": "users", "apollo_federation_config": ["enable": "v9"]],
      ]).0 == 400
    )
    await harness.stop()
  }
}
