import JSON
import Testing

@testable import GraphQLCore

/// Resolves fields from JSON by their response names.
private struct JSONResolver: FieldResolver {
  let schema: Schema

  func resolve(_ request: ResolverRequest, of object: JSONValue) async -> ResolvedValue<JSONValue> {
    value(object[request.responseName] ?? .null, as: schema[request.field].type)
  }

  func typeName(of object: JSONValue) -> String? { object["type"]?.string }

  private func value(_ json: JSONValue, as type: TypeReference) -> ResolvedValue<JSONValue> {
    if let message = json["error"]?.string { return .failure(message) }
    switch json {
    case .null: return .null
    case .array(let items): return .list(items.map { value($0, as: type.item ?? type) })
    default: return schema[type.type].kind.isLeaf ? .leaf(json) : .object(json)
    }
  }
}

struct ExecutorTests {
  private static let sdl = """
    type Query { pets: [Pet] named: Named strict: Person! id: ID kind: Kind }
    type Subscription { tick: Int }
    interface Named { name: String! }
    type Person implements Named { name: String! friends: [Person!] }
    type Dog implements Named { name: String! barks: Boolean }
    union Pet = Dog | Person
    enum Kind { A B }
    """

  private func execute(_ query: String, _ data: JSONValue) async throws -> (String, [String]) {
    let schema = try Schema(parsing: Self.sdl)
    let operation = try Operation(document: Document(parsing: query), schema: schema)
    let result = await Executor(JSONResolver(schema: schema))
      .execute(operation, VariableValues(), root: data)
    var writer = JSONWriter()
    result.data.write(into: &writer)
    let errors = result.errors.map { "\($0.path?.json.text ?? "-") \($0.message)" }
    return (String(decoding: writer.finish(), as: UTF8.self), errors)
  }

  @Test func choosesFieldsByTheTypeOfAnObject() async throws {
    let (data, errors) = try await execute(
      "{ pets { __typename ... on Dog { name barks } ... on Named { n: name } } }",
      [
        "pets": [
          ["type": "Dog", "name": "Odie", "n": "Odie", "barks": true],
          ["type": "Person", "n": "Jon"],
        ]
      ]
    )
    #expect(
      data == """
        {"pets":[{"__typename":"Dog","name":"Odie","barks":true,"n":"Odie"},\
        {"__typename":"Person","n":"Jon"}]}
        """
    )
    #expect(errors.isEmpty)
  }

  @Test func letsNullsRiseToWhereTheyAreAllowed() async throws {
    let (data, errors) = try await execute(
      "{ id pets { ... on Person { friends { name } } } }",
      [
        "id": 7,
        "pets": [["type": "Person", "friends": [["name": "A"], ["name": nil]]]],
      ]
    )
    #expect(data == #"{"id":"7","pets":[{"friends":null}]}"#)
    #expect(
      errors == [
        "[\"pets\",0,\"friends\",1,\"name\"] Cannot return null for non-nullable field Person.name."
      ]
    )
  }

  @Test func givesNoDataWhereTheRootMayNotBeNull() async throws {
    let (data, errors) = try await execute(
      "{ strict { name } }",
      ["strict": ["error": "no one is there"]]
    )
    #expect(data == "null")
    #expect(errors == ["[\"strict\"] no one is there"])
  }

  @Test func refusesWhatIsNotOfThePromisedType() async throws {
    let (data, errors) = try await execute(
      "{ kind named { name } pets { __typename } }",
      ["kind": "C", "named": ["type": "Kind"], "pets": [["type": "Query"], ["name": "?"]]]
    )
    #expect(data == #"{"kind":null,"named":null,"pets":[null,null]}"#)
    #expect(
      errors == [
        "[\"kind\"] Enum \"Kind\" cannot represent value: \"C\"",
        "[\"named\"] Abstract type \"Named\" was resolved to a non-object type \"Kind\".",
        "[\"pets\",0] Runtime Object type \"Query\" is not a possible type for \"Pet\".",
        "[\"pets\",1] Abstract type \"Pet\" must resolve to an Object type at runtime for field"
          + " \"Query.pets\". Either the \"Pet\" type should provide a \"resolveType\" function or"
          + " each possible type should provide an \"isTypeOf\" function.",
      ]
    )
  }

  @Test func answersIntrospectionBesideFields() async throws {
    let (data, errors) = try await execute(
      #"{ id __type(name: "Kind") { enumValues { name } } __typename }"#,
      ["id": "x"]
    )
    #expect(
      data == """
        {"id":"x","__type":{"enumValues":[{"name":"A"},{"name":"B"}]},"__typename":"Query"}
        """
    )
    #expect(errors.isEmpty)
  }

  @Test func answersEachEventOfASubscription() async throws {
    let schema = try Schema(parsing: Self.sdl)
    let operation = try Operation(
      document: Document(parsing: "subscription { n: tick }"),
      schema: schema
    )
    let request = try #require(try operation.subscriptionField(VariableValues()))
    #expect(schema[request.field].name == "tick")
    let (events, continuation) = AsyncStream.makeStream(of: JSONValue.self)
    for event in [["n": 1], ["n": ["error": "late"]], ["n": 2]] as [JSONValue] {
      continuation.yield(event)
    }
    continuation.finish()
    let responses = ResponseStream(
      operation,
      VariableValues(),
      events: events,
      resolver: JSONResolver(schema: schema)
    )
    var seen: [String] = []
    for await response in responses {
      var writer = JSONWriter()
      response.data.write(into: &writer)
      let errors = response.errors.map(\.message).joined()
      seen.append(String(decoding: writer.finish(), as: UTF8.self) + errors)
    }
    #expect(seen == [#"{"n":1}"#, #"{"n":null}late"#, #"{"n":2}"#])
  }
}
