import Engine
import JSON
import Testing

@Suite(.timeLimit(.minutes(2))) struct IntrospectionOptionTests {
  @Test func hidesTheSchemaFromRolesThatMayNotSeeIt() async throws {
    let harness = try await EngineHarness(
      sql: "create table t (id integer primary key)",
      metadata: EngineHarness.metadata([
        [
          "table": "t",
          "select_permissions": [["role": "user", "permission": ["columns": "*", "filter": [:]]]],
        ]
      ])
    )
    let query = "{ __schema { queryType { name } } t { __typename } }"
    let user = Session(role: "user")
    let shown = #"{"data":{"__schema":{"queryType":{"name":"query_root"}},"t":[]}}"#
    #expect(await harness.answer(query, as: user) == shown)
    let (status, _) = try await harness.metadata([
      "type": "set_graphql_schema_introspection_options", "args": ["disabled_for_roles": ["user"]],
    ])
    #expect(status == 200)
    #expect(
      await harness.answer(query, as: user)
        == #"{"errors":[{"message":"field '__schema' not found in type: 'query_root'","#
        + #""extensions":{"path":"$.selectionSet.__schema","code":"validation-failed"}}]}"#
    )
    #expect(await harness.answer(query) == shown)
    #expect(await harness.answer("{ t { __typename } }", as: user) == #"{"data":{"t":[]}}"#)
    await harness.stop()
  }
}
