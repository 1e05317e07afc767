import EventLoop
import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct RemoteRelationshipWriteTests {
  private typealias Fixture = RemoteRelationshipFixture

  @Test func answersWhatMutationsReturn() async throws {
    let fixture = try await Fixture()
    #expect(
      await fixture.harness.answer(
        "mutation { insert_positions(objects: [{id: 7, desk_id: 1, symbol: \"NQ\"}, "
          + "{id: 8, desk_id: 1}]) { affected_rows returning { id instrument { symbol } "
          + "bars_aggregate { aggregate { count } } } } }"
      )
        == #"{"data":{"insert_positions":{"affected_rows":2,"returning":["#
        + #"{"id":7,"instrument":{"symbol":"NQ"},"bars_aggregate":{"aggregate":{"count":2}}},"#
        + #"{"id":8,"instrument":null,"bars_aggregate":{"aggregate":{"count":0}}}]}}}"#
    )
    #expect(
      await fixture.harness.answer(
        "mutation { update_positions_by_pk(pk_columns: {id: 8}, _set: {symbol: \"ES\"}) "
          + "{ instrument { note held(order_by: {id: asc}) { id } } desk_id } "
          + "delete_instruments(where: {symbol: {_eq: \"none\"}}) { returning { held { id } } } }"
      )
        == #"{"data":{"update_positions_by_pk":{"instrument":{"note":"big","held":[{"id":1},{"id":3},{"id":8}]},"desk_id":1},"#
        + #""delete_instruments":{"returning":[]}}}"#
    )
    await fixture.stop()
  }

  @Test func storesTheWholeAnswerUnderAKey() async throws {
    let fixture = try await Fixture()
    func send() async -> GraphQLAnswer {
      await fixture.harness.engine.graphql(
        GraphQLRequest(
          query: Array(
            ("mutation { insert_positions_one(object: {id: 9, desk_id: 2, symbol: \"ES\"}) "
              + "{ id instrument { note held(order_by: {id: asc}) { id } } } }").utf8
          ),
          idempotencyKey: "k"
        ),
        Session(role: Session.adminRole),
        on: fixture.harness.loops.loops[0]
      )
    }
    // What the transaction itself has written is seen on the way back from the other database.
    let expected =
      #"{"data":{"insert_positions_one":{"id":9,"instrument":{"note":"big","held":[{"id":1},{"id":3},{"id":9}]}}}}"#
    let first = await send()
    #expect(String(decoding: first.body, as: UTF8.self) == expected)
    #expect(!first.isReplay)
    let second = await send()
    #expect(second.body == first.body)
    #expect(second.isReplay)
    await fixture.stop()
  }
}
