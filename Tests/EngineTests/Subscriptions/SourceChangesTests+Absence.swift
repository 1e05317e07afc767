import JSON
import TestSupport
import Testing

@testable import Engine

// Sources that are away when the metadata are looked at anew.
extension SourceChangesTests {
  /// A command that looks at all databases makes the source's schema go away and come back; what subscribes to
  /// it waits meanwhile.
  @Test(arguments: told)
  func waitsForASourceThatIsAwayAsTheMetadataChange(source: ChangeSource) async throws {
    let harness = try await harness(source)
    let cluster = try TestCluster.start()
    let other = try Self.database(in: cluster)
    try await add("b", other.url, to: harness)
    let live = await TestSubscriber(harness, "subscription { b_desks { name } }")
    let stream = await TestSubscriber(
      harness,
      "subscription { b_desks_stream(batch_size: 5, cursor: {initial_value: {id: 0}}) { name } }"
    )
    let both = await TestSubscriber(
      harness,
      "subscription @_multiple_top_level_fields { b_desks { name } desks { name } }"
    )
    #expect(await live.next() == names("b_desks", "alpha"))
    #expect(await stream.next() == names("b_desks_stream", "alpha"))
    #expect(await both.next() == pair("alpha", "alpha"))
    try await self.await(["default": source, "b": source], harness)
    try cluster.stop(.fast)
    #expect(
      try await harness.metadata(["type": "reload_metadata", "args": [:]]).0 == 200
    )
    #expect(await harness.answer("{ b_desks { name } }").contains("not found in type"))
    // Whoever comes meanwhile is told that there is nothing.
    let late = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await late.next()?.hasPrefix("refused: ") == true)
    // A change of the other source reaches nobody who reads both.
    try harness.database.execute("update desks set name = 'gamma'")
    try cluster.start()
    try other.execute(
      """
      set synchronous_commit = on;
      update desks set name = 'beta';
      insert into desks values (2, 'delta');
      """
    )
    // The source may have been back before that was done.
    #expect(await live.awaits(names("b_desks", "beta", "delta")))
    #expect(await stream.next() == names("b_desks_stream", "delta"))
    #expect(
      await both.awaits(
        #"{"data":{"b_desks":[{"name":"beta"},{"name":"delta"}],"desks":[{"name":"gamma"}]}}"#
      )
    )
    try await self.await(["default": source, "b": source], harness)
    try other.execute("delete from desks where id = 1; insert into desks values (3, 'epsilon')")
    #expect(await live.awaits(names("b_desks", "delta", "epsilon")))
    #expect(await stream.next() == names("b_desks_stream", "epsilon"))
    await harness.stop()
  }

  /// What was permitted when the source went away does not count when it is back.
  @Test func showsNoMoreThanIsPermittedWhenASourceIsBack() async throws {
    let harness = try await harness()
    let cluster = try TestCluster.start()
    let other = try Self.database(in: cluster)
    try await add("b", other.url, to: harness)
    func permission(_ verb: String, _ filter: JSONValue) -> JSONValue {
      var args: JSONObject = ["source": "b", "table": "desks", "role": "trader"]
      if verb == "create" { args["permission"] = ["columns": ["name"], "filter": filter] }
      return ["type": .string("pg_\(verb)_select_permission"), "args": .object(args)]
    }
    #expect(try await harness.metadata(permission("create", [:])) == Self.success)
    let live = await TestSubscriber(
      harness,
      "subscription { b_desks { name } }",
      as: Session(role: "trader")
    )
    #expect(await live.next() == names("b_desks", "alpha"))
    try cluster.stop(.fast)
    #expect(try await harness.metadata(["type": "reload_metadata", "args": [:]]).0 == 200)
    // As another server may store it, which still knows the source.
    var metadata = try await harness.metadata(["type": "export_metadata", "args": [:]]).1
    let filter: JSONValue = ["name": ["_neq": "alpha"]]
    metadata = replacing(filter, in: metadata)
    #expect(
      try await harness.metadata([
        "type": "replace_metadata",
        "args": [
          "allow_inconsistent_metadata": true, "metadata": metadata,
        ],
      ]).0 == 200
    )
    try cluster.start()
    try other.execute("set synchronous_commit = on; insert into desks values (2, 'beta')")
    var next = await live.next()
    // The source may have been back before that was done.
    if next == names("b_desks") { next = await live.next() }
    #expect(next == names("b_desks", "beta"))
    await harness.stop()
  }

  /// Every filter of a permission is another.
  private func replacing(_ filter: JSONValue, in value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { replacing(filter, in: $0) })
    case .object(let members):
      var changed = JSONObject()
      for member in members.members {
        changed.append(
          member.key,
          member.key == "filter" ? filter : replacing(filter, in: member.value)
        )
      }
      return .object(changed)
    default: return value
    }
  }
}
