import EventLoop
import JSON
import PostgresClient
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct SeveralSourcesTests {
  private static let sql = """
    create table desks (id integer primary key, name text not null);
    insert into desks values (1, 'alpha');
    """
  private static let success: (Int, JSONValue) = (200, ["message": "success"])

  /// An engine whose second source `b` has tables of the same names.
  private func harness(
    customization: JSONValue = ["root_fields": ["prefix": "b_"], "type_names": ["prefix": "B_"]],
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> (EngineHarness, TestDatabase) {
    let other = try TestCluster.shared().makeDatabase()
    try other.execute(Self.sql + "update desks set name = 'beta';")
    let harness = try await EngineHarness(sql: Self.sql) {
      $0.subscriptions.liveInterval = 20
      $0.environment = ["B_URL": other.url]
      configure(&$0)
    }
    let calls: [JSONValue] = [
      ["type": "pg_track_table", "args": ["table": "desks"]],
      [
        "type": "pg_add_source",
        "args": [
          "name": "b", "customization": customization,
          "configuration": [
            "connection_info": [
              "database_url": ["from_env": "B_URL"],
              "pool_settings": ["max_connections": 4],
            ]
          ],
        ],
      ],
      ["type": "pg_track_table", "args": ["source": "b", "table": "desks"]],
    ]
    for call in calls { #expect(try await harness.metadata(call) == Self.success) }
    return (harness, other)
  }

  @Test func answersEachRootFieldFromItsSource() async throws {
    let (harness, _) = try await harness()
    #expect(
      await harness.answer("{ b_desks { name } a: desks { name } b_desks_by_pk(id: 1) { id } }")
        == #"{"data":{"b_desks":[{"name":"beta"}],"a":[{"name":"alpha"}],"b_desks_by_pk":{"id":1}}}"#
    )
    #expect(
      await harness.answer("{ b_desks_aggregate { aggregate { count } nodes { __typename } } }")
        == #"{"data":{"b_desks_aggregate":{"aggregate":{"count":1},"nodes":[{"__typename":"B_desks"}]}}}"#
    )
    await harness.stop()
  }

  @Test func writesToEachSourceInOrder() async throws {
    let (harness, other) = try await harness()
    let insert =
      "b_insert_desks(objects: [{id: 2, name: \"delta\"}]) { affected_rows returning { name } }"
    #expect(
      await harness.answer(
        "mutation { insert_desks_one(object: {id: 2, name: \"gamma\"}) { id } \(insert) }"
      )
        == #"{"data":{"insert_desks_one":{"id":2},"b_insert_desks":{"affected_rows":1,"returning":[{"name":"delta"}]}}}"#
    )
    let failing = await harness.answer(
      "mutation { insert_desks_one(object: {id: 3, name: \"c\"}) { id } \(insert) }"
    )
    #expect(failing.contains(#""path":"$.selectionSet.b_insert_desks.args.objects""#))
    #expect(failing.contains("Uniqueness violation"))
    // Each field is a transaction of its own: what was written before the failure stays.
    #expect(
      try harness.database.execute("select id from desks order by 1") == [["1"], ["2"], ["3"]]
    )
    #expect(try other.execute("select name from desks order by id") == [["beta"], ["delta"]])
    // One source alone is one transaction, wherever it is.
    _ = await harness.answer(
      "mutation { a: b_insert_desks_one(object: {id: 4, name: \"c\"}) { id } \(insert) }"
    )
    #expect(try other.execute("select count(*) from desks") == [["2"]])
    await harness.stop()
  }

  @Test func keepsRolesAndTheirRowsApart() async throws {
    let (harness, _) = try await harness()
    func permit(_ source: String, _ id: Int) -> JSONValue {
      [
        "type": "pg_create_select_permission",
        "args": [
          "source": .string(source), "table": "desks", "role": "user",
          "permission": [
            "columns": ["name"], "filter": ["id": ["_eq": .number(JSONNumber(id))]],
          ],
        ],
      ]
    }
    let user = Session(role: "user")
    #expect(try await harness.metadata(permit("b", 1)) == Self.success)
    #expect(await harness.answer("{ b_desks { name } }", as: user).contains("beta"))
    #expect(await harness.answer("{ desks { name } }", as: user).contains("not found in type"))
    #expect(try await harness.metadata(permit("default", 9)) == Self.success)
    #expect(
      await harness.answer("{ desks { name } b_desks { name } }", as: user)
        == #"{"data":{"desks":[],"b_desks":[{"name":"beta"}]}}"#
    )
    await harness.stop()
  }

  @Test func subscribesToASource() async throws {
    let (harness, other) = try await harness()
    let subscriber = await TestSubscriber(harness, "subscription { b_desks { name } }")
    #expect(await subscriber.next() == #"{"data":{"b_desks":[{"name":"beta"}]}}"#)
    try other.execute("update desks set name = 'new'")
    #expect(await subscriber.next() == #"{"data":{"b_desks":[{"name":"new"}]}}"#)
    await subscriber.cancel()
    let both = await TestSubscriber(
      harness,
      "subscription @_multiple_top_level_fields { b_desks { name } desks { name } }"
    )
    #expect(
      await both.next() == #"{"data":{"b_desks":[{"name":"new"}],"desks":[{"name":"alpha"}]}}"#
    )
    try harness.database.execute("update desks set name = 'newer'")
    #expect(
      await both.next() == #"{"data":{"b_desks":[{"name":"new"}],"desks":[{"name":"newer"}]}}"#
    )
    await both.cancel()
    await harness.stop()
  }

  @Test(
    arguments: [
      (
        "b_desks_stream(%) { id } desks_stream(%) { id }",
        "exactly one root field is allowed for streaming subscriptions"
      ),
      (
        "b_desks_stream(%) { id } desks { id }",
        "streaming and livequery subscriptions cannot be executed in the same subscription"
      ),
    ]
  )
  func refusesAStreamBesideOtherFields(_ fields: String, _ message: String) async throws {
    let (harness, _) = try await harness()
    let arguments = "batch_size: 1, cursor: {initial_value: {id: 0}}"
    let subscriber = await TestSubscriber(
      harness,
      "subscription @_multiple_top_level_fields { \(fields.replacing("%", with: arguments)) }"
    )
    #expect(
      await subscriber.next()
        == #"refused: {"errors":[{"message":"\#(message)","extensions":{"path":"$","code":"not-supported"}}]}"#
    )
    await harness.stop()
  }

  @Test func servesTheNamespaceOfASource() async throws {
    let (harness, _) = try await harness(
      customization: ["root_fields": ["namespace": "b"], "type_names": ["prefix": "B_"]]
    )
    #expect(
      await harness.answer("{ x: b { __typename desks { name } } desks { name } }")
        == #"{"data":{"x":{"__typename":"B_b_query","desks":[{"name":"beta"}]},"desks":[{"name":"alpha"}]}}"#
    )
    #expect(
      await harness.answer("mutation { b { delete_desks(where: {}) { affected_rows } } }")
        == #"{"data":{"b":{"delete_desks":{"affected_rows":1}}}}"#
    )
    let explained = await harness.engine.explain(
      GraphQLRequest(query: Array("{ b { desks { id } } }".utf8)),
      Session(role: "admin"),
      on: harness.loops.loops[0]
    )
    let plans = try JSONValue(parsing: explained.body.span)
    #expect(plans.array?.first?["field"] == "b.desks")
    let subscriber = await TestSubscriber(
      harness,
      "subscription @_multiple_top_level_fields { a: b { desks { id } } c: b { desks { id } } }"
    )
    #expect(
      await subscriber.next()?.contains(
        #"{"errors":[{"message":"subscriptions must select one top level field","extensions":{"path":"$","code":"validation-failed"}}]}"#
      ) == true
    )
    await subscriber.cancel()
    await harness.stop()
  }

  @Test func runsCommandsOfTheQueryAPIOnASource() async throws {
    let (harness, other) = try await harness()
    let sql = "alter table desks rename column name to title"
    #expect(
      try await harness.query(["type": "run_sql", "args": ["source": "b", "sql": .string(sql)]])
        == (200, ["result_type": "CommandOk", "result": .null])
    )
    #expect(try other.execute("select title from desks") == [["beta"]])
    #expect(
      await harness.answer("{ b_desks { title } desks { name } }").contains(#""title":"beta""#)
    )
    #expect(
      try await harness.query([
        "type": "select",
        "args": ["source": "b", "table": "desks", "columns": ["title"]],
      ]) == (200, [["title": "beta"]])
    )
    #expect(
      try await harness.query([
        "type": "insert",
        "args": ["source": "b", "table": "desks", "objects": [["id": 5, "title": "e"]]],
      ]) == (200, ["affected_rows": 1])
    )
    #expect(try other.execute("select count(*) from desks") == [["2"]])
    #expect(try harness.database.execute("select count(*) from desks") == [["1"]])
    #expect(
      try await harness.query(["type": "run_sql", "args": ["source": "x", "sql": "select 1"]])
        == (
          400,
          [
            "error": "source with name \"x\" does not exist", "path": "$.args.source",
            "code": "not-exists",
          ]
        )
    )
    #expect(
      try await harness.metadata(["type": "pg_get_source_tables", "args": ["source": "b"]])
        == (200, [["name": "desks", "schema": "public"]])
    )
    await harness.stop()
  }

  @Test func goesOnWithoutASourceThatIsAway() async throws {
    let (first, other) = try await harness()
    await first.stop()
    let harness = try await EngineHarness(first.database) {
      $0.environment = ["B_URL": "postgresql://127.0.0.1:1/nowhere"]
      $0.database.connectTimeout = .seconds(2)
    }
    #expect(await harness.answer("{ desks { name } }") == #"{"data":{"desks":[{"name":"alpha"}]}}"#)
    #expect(await harness.answer("{ b_desks { name } }").contains("not found in type"))
    let (_, state) = try await harness.metadata(["type": "get_inconsistent_metadata", "args": [:]])
    #expect(state["inconsistent_objects"]?.array?.map { $0["name"] } == ["source b"])
    #expect(
      state["inconsistent_objects"]?.array?.first?["reason"]?.string
        == "Inconsistent object: connection error: connection to server at \"127.0.0.1\", port 1 "
        + "failed: Connection refused Is the server running on that host and accepting TCP/IP "
        + "connections?"
    )
    // Nothing of it is lost by changes meanwhile.
    #expect(
      try await harness.metadata(["type": "pg_untrack_table", "args": ["table": "desks"]])
        == Self.success
    )
    await harness.stop()
    let again = try await EngineHarness(first.database) { $0.environment = ["B_URL": other.url] }
    #expect(
      await again.answer("{ b_desks { name } }") == #"{"data":{"b_desks":[{"name":"beta"}]}}"#
    )
    #expect(
      try await again.metadata(["type": "pg_drop_source", "args": ["name": "b"]]) == Self.success
    )
    #expect(await again.answer("{ b_desks { name } }").contains("not found in type"))
    await again.stop()
  }

  @Test func takesASourceBackThatWasAwayAtTheStart() async throws {
    let (first, other) = try await harness()
    await first.stop()
    let rename = "alter database \(other.name) rename to \(other.name)_away"
    try first.database.execute(rename)
    let harness = try await EngineHarness(first.database) {
      $0.environment = ["B_URL": other.url]
      $0.database.connectTimeout = .seconds(2)
      $0.sourceRetryInterval = .milliseconds(20)
    }
    let list: JSONValue = ["type": "get_inconsistent_metadata", "args": [:]]
    #expect(
      try await harness.metadata(list).1["inconsistent_objects"]?.array?.map { $0["name"] }
        == ["source b"]
    )
    #expect(await harness.answer("{ b_desks { name } }").contains("not found in type"))
    try first.database.execute(
      "alter database \(other.name)_away rename to \(other.name)"
    )
    let expected = #"{"data":{"b_desks":[{"name":"beta"}]}}"#
    while await harness.answer("{ b_desks { name } }") != expected {
      try await harness.loops.loops[0].sleep(for: .milliseconds(10))
    }
    #expect(
      try await harness.metadata(list)
        == (200, ["is_consistent": true, "inconsistent_objects": []])
    )
    // The document is what it was, and so is its version.
    #expect(
      try harness.database.execute("select resource_version from hdb_catalog.hdb_metadata")
        == [["4"]]
    )
    await harness.stop()
  }

  @Test func refusesFieldsOfOneNameOfTwoSources() async throws {
    let (harness, _) = try await harness()
    let (status, answer) = try await harness.metadata([
      "type": "pg_update_source", "args": ["name": "b", "customization": [:]],
    ])
    #expect(status == 500)
    #expect(
      answer["error"]?.string?.hasPrefix(
        "Encountered conflicting definitions in the selection set for 'mutation_root'"
      ) == true
    )
    #expect(
      try await harness.metadata([
        "type": "rename_source", "args": ["name": "b", "new_name": "c"],
      ]) == Self.success
    )
    #expect(
      await harness.answer("{ b_desks { name } }") == #"{"data":{"b_desks":[{"name":"beta"}]}}"#
    )
    await harness.stop()
  }

  @Test func showsTheNamesOfAnEnumInCapitals() async throws {
    let other = try TestCluster.shared().makeDatabase()
    try other.execute(
      """
      create table moods (mood text primary key);
      insert into moods values ('calm'), ('Wild');
      create table traders (trader_id integer primary key, last_mood text references moods);
      insert into traders values (1, 'Wild');
      """
    )
    let harness = try await EngineHarness(other) { $0.allowsNamingConventions = true }
    let calls: [JSONValue] = [
      [
        "type": "pg_update_source",
        "args": ["name": "default", "customization": ["naming_convention": "graphql-default"]],
      ],
      ["type": "pg_track_table", "args": ["table": "moods", "configuration": [:]]],
      ["type": "pg_set_table_is_enum", "args": ["table": "moods", "is_enum": true]],
      ["type": "pg_track_table", "args": ["table": "traders"]],
    ]
    for call in calls { #expect(try await harness.metadata(call) == Self.success) }
    #expect(
      await harness.answer(
        "mutation($m: MoodsEnum) { insertTraders(objects: [{traderId: 2, lastMood: $m}]) "
          + "{ affectedRows returning { lastMood } } }",
        ["m": "CALM"]
      ) == #"{"data":{"insertTraders":{"affectedRows":1,"returning":[{"lastMood":"CALM"}]}}}"#
    )
    #expect(try other.execute("select last_mood from traders where trader_id = 2") == [["calm"]])
    #expect(
      await harness.answer(
        "{ traders(where: {lastMood: {_in: [WILD]}}, orderBy: {traderId: DESC}) { lastMood } }"
      ) == #"{"data":{"traders":[{"lastMood":"WILD"}]}}"#
    )
    #expect(
      try await harness.query([
        "type": "select", "args": ["table": "traders", "columns": ["last_mood"]],
      ]) == (200, [["last_mood": "Wild"], ["last_mood": "calm"]])
    )
    await harness.stop()
  }
}
