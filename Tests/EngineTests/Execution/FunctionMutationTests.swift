import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct FunctionMutationTests {
  private static let sql =
    WritingFixture.sql + """
      create function raise_equity(account integer, amount numeric) returns setof accounts
        language sql volatile as $$
          insert into fills (account_id, symbol, qty) values (account, 'BONUS', 1);
          update accounts set equity = coalesce(equity, 0) + amount where id = account returning *;
        $$;
      """

  private static var metadata: JSONValue {
    guard var document = WritingFixture.metadata.object,
      var source = document["sources"]?.array?.first?.object
    else { return WritingFixture.metadata }
    source["functions"] = [
      ["function": "raise_equity", "configuration": ["exposed_as": "mutation"]]
    ]
    document["sources"] = [.object(source)]
    return .object(document)
  }

  @Test func callsAFunctionOnceAndReadsWhatBelongsToItsRowsAfterwards() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    #expect(
      await harness.answer(
        """
        mutation { raise_equity(args: {account: 102, amount: "0.5"}) {
          name equity fills(order_by: {id: asc}) { symbol } } }
        """
      )
        == #"{"data":{"raise_equity":[{"name":"second","equity":0.5,"#
        + #""fills":[{"symbol":"BONUS"},{"symbol":"AAPL"}]}]}}"#
    )
    #expect(
      await harness.answer(
        "mutation { raise_equity(args: {account: 101, amount: 1}) { id } }"
      ) == #"{"data":{"raise_equity":[{"id":101}]}}"#
    )
    #expect(
      await harness.answer("{ raise_equity(args: {account: 101, amount: 1}) { id } }")
        == WritingFixture.error(
          "field 'raise_equity' not found in type: 'query_root'",
          "$.selectionSet.raise_equity",
          "validation-failed"
        )
    )
    await harness.stop()
  }
}
