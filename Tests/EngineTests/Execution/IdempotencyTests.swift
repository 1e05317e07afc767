import EventLoop
import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct IdempotencyTests {
  private static let insert =
    "mutation ($name: String!) { insert_accounts_one(object: {name: $name}) { id name } }"
  private static let count = "{ accounts_aggregate { aggregate { count } } }"

  private static func harness(
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    try await EngineHarness(
      sql: WritingFixture.sql,
      metadata: WritingFixture.metadata,
      loops: 2,
      configure
    )
  }

  private func send(
    _ name: String,
    _ key: String,
    to harness: EngineHarness,
    as session: Session = Session(role: Session.adminRole),
    loop: Int = 0
  ) async -> (body: String, isReplay: Bool) {
    let request = GraphQLRequest(
      query: Array(Self.insert.utf8),
      variables: ["name": .string(name)],
      idempotencyKey: key
    )
    let answer = await harness.engine.graphql(request, session, on: harness.loops.loops[loop])
    return (String(decoding: answer.body, as: UTF8.self), answer.isReplay)
  }

  @Test func answersARepetitionWithTheFirstAnswer() async throws {
    let harness = try await Self.harness()
    let first = #"{"data":{"insert_accounts_one":{"id":1,"name":"once"}}}"#
    #expect(await send("once", "k1", to: harness) == (first, false))
    #expect(await send("once", "k1", to: harness) == (first, true))
    #expect(await send("once", "k1", to: harness, loop: 1) == (first, true))
    #expect(
      await send("other", "k1", to: harness).body
        == WritingFixture.error(
          "the idempotency key was used with another request",
          "$",
          "conflict"
        )
    )
    // Another session's keys are its own.
    let other = Session(
      role: Session.adminRole,
      [SessionVariable(name: "x-hasura-user", value: "2")]
    )
    #expect(
      await send("once", "k1", to: harness, as: other).body
        == WritingFixture.error(
          "Uniqueness violation. duplicate key value violates unique constraint "
            + "\"accounts_name_key\"",
          "$.selectionSet.insert_accounts_one.args.object",
          "constraint-violation"
        )
    )
    #expect(
      await harness.answer(Self.count)
        == #"{"data":{"accounts_aggregate":{"aggregate":{"count":3}}}}"#
    )
    await harness.stop()
  }

  @Test func forgetsWhatFailed() async throws {
    let harness = try await Self.harness()
    #expect(
      await send("first", "k", to: harness).body.contains("Uniqueness violation")
    )
    _ = await harness.answer(
      "mutation { update_accounts(where: {}, _set: {kind: \"x\"}) { affected_rows } }"
    )
    #expect(
      await harness.answer(
        "mutation { update_accounts(where: {name: {_eq: \"first\"}}, _set: {name: \"1st\"}) { affected_rows } }"
      ) == #"{"data":{"update_accounts":{"affected_rows":1}}}"#
    )
    #expect(
      await send("first", "k", to: harness)
        == (#"{"data":{"insert_accounts_one":{"id":2,"name":"first"}}}"#, false)
    )
    await harness.stop()
  }

  @Test func writesOnceWhenManyComeAtOnce() async throws {
    let harness = try await Self.harness()
    let bodies = await withTaskGroup(of: String.self) { group in
      for index in 0..<16 {
        group.addTask { await send("race", "same", to: harness, loop: index % 2).body }
      }
      var bodies: Set<String> = []
      for await body in group { bodies.insert(body) }
      return bodies
    }
    #expect(bodies == [#"{"data":{"insert_accounts_one":{"id":1,"name":"race"}}}"#])
    await harness.stop()
  }

  @Test func startsAgainWhenAKeyHasExpired() async throws {
    let harness = try await Self.harness { $0.idempotencyLifetime = .zero }
    #expect(await send("a", "k", to: harness).isReplay == false)
    #expect(await send("b", "k", to: harness).isReplay == false)
    #expect(
      await harness.answer(Self.count)
        == #"{"data":{"accounts_aggregate":{"aggregate":{"count":4}}}}"#
    )
    await harness.stop()
  }
}
