import JSON
import TestSupport
import Testing

@testable import Engine

// Subscriptions to several sources at once.
extension SourceChangesTests {
  func pair(_ first: String, _ second: String) -> String {
    #"{"data":{"b_desks":[{"name":"\#(first)"}],"desks":[{"name":"\#(second)"}]}}"#
  }

  @Test(arguments: told)
  func sendsWhatWasCommittedInEitherSource(source: ChangeSource) async throws {
    let harness = try await harness(source, loops: 2)
    let other = try Self.database()
    try await add("b", other.url, to: harness)
    let query = "subscription @_multiple_top_level_fields { b_desks { name } desks { name } }"
    let subscribers = [
      await TestSubscriber(harness, query, on: 0), await TestSubscriber(harness, query, on: 1),
    ]
    for subscriber in subscribers { #expect(await subscriber.next() == pair("alpha", "alpha")) }
    try await self.await(["default": source, "b": source], harness)
    try other.execute("update desks set name = 'beta'")
    for subscriber in subscribers { #expect(await subscriber.awaits(pair("beta", "alpha"))) }
    try harness.database.execute("update desks set name = 'gamma'")
    for subscriber in subscribers { #expect(await subscriber.awaits(pair("beta", "gamma"))) }
    let before = await harness.engine.subscriptionStatistics()
    #expect(before.cohorts == 1)
    try other.execute("update desks set name = 'delta'")
    for subscriber in subscribers { #expect(await subscriber.next() == pair("delta", "gamma")) }
    let after = await harness.engine.subscriptionStatistics()
    // A statement of each source and one that tells what it saw; twice where it was told too early.
    #expect((4...8).contains(after.statements - before.statements))
    await harness.stop()
  }

  /// Only one of the sources tells its changes: then it goes by the clock.
  @Test func readsSeveralSourcesByTheClockWhereOneTellsNothing() async throws {
    let harness = try await harness(interval: 20)
    let other = try Self.database()
    try await add("b", other.url, ["change_source": "polling"], to: harness)
    let both = await TestSubscriber(
      harness,
      "subscription @_multiple_top_level_fields { b_desks { name } desks { name } }"
    )
    #expect(await both.next() == pair("alpha", "alpha"))
    try other.execute("update desks set name = 'beta'")
    #expect(await both.next() == pair("beta", "alpha"))
    try harness.database.execute("update desks set name = 'gamma'")
    #expect(await both.next() == pair("beta", "gamma"))
    await harness.stop()
  }

  /// Of several cohorts that are read together those fail alone whom their database refuses.
  @Test func failsOnlyThoseWhomOneOfTheSourcesRefuses() async throws {
    let harness = try await harness()
    let other = try Self.database()
    try await add("b", other.url, to: harness)
    let query = """
      subscription ($n: String!) @_multiple_top_level_fields {
        desks { name } b_desks(where: {name: {_regex: $n}}) { name }
      }
      """
    var subscribers: [TestSubscriber] = []
    for name in ["alpha", "(", "beta"] {
      subscribers.append(await TestSubscriber(harness, query, ["n": .string(name)]))
    }
    #expect(
      await subscribers[0].next()
        == #"{"data":{"desks":[{"name":"alpha"}],"b_desks":[{"name":"alpha"}]}}"#
    )
    #expect(
      await subscribers[2].next() == #"{"data":{"desks":[{"name":"alpha"}],"b_desks":[]}}"#
    )
    #expect(await subscribers[1].next()?.contains(#""code":"data-exception""#) == true)
    try other.execute("update desks set name = 'beta'")
    #expect(
      await subscribers[2].awaits(
        #"{"data":{"desks":[{"name":"alpha"}],"b_desks":[{"name":"beta"}]}}"#
      )
    )
    await harness.stop()
  }
}
