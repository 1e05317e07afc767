import JSON
import Testing

@testable import Engine

/// Null for variables of non-null types, which Hasura took once.
@Suite(.timeLimit(.minutes(2))) struct NullVariableTests {
  private func harness(takesNull: Bool) async throws -> EngineHarness {
    try await EngineHarness(
      sql: """
        create table fills (id integer primary key, note text);
        insert into fills values (1, 'a'), (2, 'b');
        """,
      metadata: EngineHarness.metadata([["table": "fills"]])
    ) { $0.takesNullForNonNull = takesNull }
  }

  private static let limited = "query ($n: Int!) { fills(limit: $n, order_by: {id: asc}) { id } }"
  private static let keyed = "query ($id: Int!) { fills_by_pk(id: $id) { id } }"

  @Test func refusesThem() async throws {
    let harness = try await harness(takesNull: false)
    #expect(
      await harness.answer(Self.limited, ["n": nil]).contains(
        #"null value found for non-nullable type: \"Int!\""#
      )
    )
    await harness.stop()
  }

  @Test func takesThemWhereThePlaceTakesNull() async throws {
    let harness = try await harness(takesNull: true)
    let one = #"{"data":{"fills":[{"id":1}]}}"#
    #expect(await harness.answer(Self.limited, ["n": 1]) == one)
    #expect(await harness.answer(Self.limited, ["n": nil]).contains(#"[{"id":1},{"id":2}]"#))
    #expect(await harness.answer(Self.limited, ["n": 1]) == one)
    let update =
      "mutation ($t: String!) { update_fills_by_pk(pk_columns: {id: 2}, "
      + "_set: {note: $t}) { note } }"
    #expect(await harness.answer(update, ["t": nil]).contains(#"{"note":null}"#))
    // What is left out is no null.
    #expect(
      await harness.answer(Self.limited).contains("expecting a value for non-nullable variable")
    )
    await harness.stop()
  }

  @Test func refusesThemWhereThePlaceDoes() async throws {
    let harness = try await harness(takesNull: true)
    #expect(await harness.answer(Self.keyed, ["id": 1]).contains(#"{"id":1}"#))
    #expect(
      await harness.answer(Self.keyed, ["id": nil])
        == #"{"errors":[{"message":"unexpected null value for type 'Int'","#
        + #""extensions":{"path":"$.selectionSet.fills_by_pk.args.id","code":"validation-failed"}}]}"#
    )
    await harness.stop()
  }
}
