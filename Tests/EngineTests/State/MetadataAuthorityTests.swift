import Engine
import JSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct MetadataAuthorityTests {
  private static let sql = """
    create table desks (id integer primary key, name text not null);
    create table traders (id integer primary key, desk_id integer not null references desks);
    insert into desks values (1, 'alpha');
    insert into traders values (7, 1);
    """

  private func track(_ table: String) -> JSONValue {
    ["type": "pg_track_table", "args": ["source": "default", "table": .string(table)]]
  }

  private func sql(_ sql: String, cascade: Bool = false) -> JSONValue {
    ["type": "run_sql", "args": ["sql": .string(sql), "cascade": .bool(cascade)]]
  }

  @Test func servesWhatIsTrackedFromTheNextRequestOn() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    #expect(
      await harness.answer("{ desks { name } }")
        == #"{"errors":[{"message":"field 'desks' not found in type: 'query_root'","#
        + #""extensions":{"path":"$.selectionSet.desks","code":"validation-failed"}}]}"#
    )
    #expect(try await harness.metadata(track("desks")) == (200, ["message": "success"]))
    #expect(await harness.answer("{ desks { name } }") == #"{"data":{"desks":[{"name":"alpha"}]}}"#)
    #expect(
      try await harness.metadata(track("desks")) == (
        400,
        [
          "error": "view/table already tracked: \"desks\"", "path": "$.args",
          "code": "already-tracked",
        ]
      )
    )
    await harness.stop()
  }

  @Test func keepsTheMetadataInHasurasCatalog() async throws {
    let first = try await EngineHarness(sql: Self.sql)
    _ = try await first.metadata(track("desks"))
    let stored = try first.database.execute(
      "select resource_version, metadata->'sources'->0->'tables'->0->'table'->>'name' from hdb_catalog.hdb_metadata"
    )
    #expect(stored == [["2", "desks"]])
    await first.stop()
    let second = try await EngineHarness(first.database)
    #expect(await second.answer("{ desks { id } }") == #"{"data":{"desks":[{"id":1}]}}"#)
    await second.stop()
  }

  @Test func refusesAChangeOfAnOldVersion() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    var call = track("desks").object ?? [:]
    call["resource_version"] = 9
    #expect(
      try await harness.metadata(.object(call)) == (
        409,
        [
          "error": "metadata resource version referenced (9) did not match current version",
          "path": "$", "code": "conflict",
        ]
      )
    )
    await harness.stop()
  }

  @Test func takesOverAnotherServersChangeBeforeItsOwn() async throws {
    let first = try await EngineHarness(sql: Self.sql)
    let second = try await EngineHarness(first.database)
    _ = try await first.metadata(track("desks"))
    var late = track("traders")
    late = ["type": late["type"] ?? nil, "args": late["args"] ?? nil, "resource_version": 1]
    #expect(try await second.metadata(late).0 == 409)
    #expect(try await second.metadata(track("traders")).0 == 200)
    #expect(
      await second.answer("{ desks { id } traders { id } }")
        == #"{"data":{"desks":[{"id":1}],"traders":[{"id":7}]}}"#
    )
    await first.stop()
    await second.stop()
  }

  @Test func followsAnotherServersChange() async throws {
    let first = try await EngineHarness(sql: Self.sql)
    let second = try await EngineHarness(first.database) {
      $0.schemaSyncInterval = .milliseconds(20)
    }
    _ = try await first.metadata(track("desks"))
    let expected = #"{"data":{"desks":[{"id":1}]}}"#
    var answer = ""
    for _ in 0..<500 where answer != expected {
      try await Task.sleep(for: .milliseconds(10))
      answer = await second.answer("{ desks { id } }")
    }
    #expect(answer == expected)
    await first.stop()
    await second.stop()
  }

  @Test func answersSQLWithTextRows() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    #expect(
      try await harness.query(sql("select 1; select id, name, null as gone from desks")) == (
        200,
        [
          "result_type": "TuplesOk",
          "result": [["id", "name", "gone"], ["1", "alpha", "NULL"]],
        ]
      )
    )
    #expect(
      try await harness.query(sql("insert into desks values (2, 'beta')"))
        == (200, ["result_type": "CommandOk", "result": nil])
    )
    let (status, body) = try await harness.query(sql("insert into desks values (3, 'c'); selec"))
    #expect(status == 400)
    #expect(body["error"] == "query execution failed")
    #expect(body["code"] == "postgres-error")
    #expect(body["internal"]?["error"]?["status_code"] == "42601")
    #expect(try harness.database.execute("select count(*) from desks") == [["2"]])
    await harness.stop()
  }

  @Test func letsTheMetadataFollowARename() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    _ = try await harness.metadata(track("desks"))
    let rename = sql("alter table desks rename to rooms; alter table rooms rename name to title")
    #expect(try await harness.query(rename).0 == 200)
    #expect(
      await harness.answer("{ rooms { title } }") == #"{"data":{"rooms":[{"title":"alpha"}]}}"#
    )
    await harness.stop()
  }

  @Test func refusesToDropWhatTheMetadataNeedOrTakesItAlong() async throws {
    let harness = try await EngineHarness(sql: Self.sql)
    _ = try await harness.metadata(track("desks"))
    _ = try await harness.metadata(track("traders"))
    _ = try await harness.metadata([
      "type": "pg_create_object_relationship",
      "args": [
        "table": "traders", "name": "desk", "using": ["foreign_key_constraint_on": "desk_id"],
      ],
    ])
    let drop = "alter table traders drop column desk_id"
    let (status, body) = try await harness.query(sql(drop))
    #expect(status == 400)
    #expect(
      body["error"]
        == "cannot drop due to the following dependent objects: relationship traders.desk in source \"default\""
    )
    #expect(body["code"] == "dependency-error")
    let nested = "{ traders { desk { name } } }"
    #expect(await harness.answer(nested) == #"{"data":{"traders":[{"desk":{"name":"alpha"}}]}}"#)
    #expect(try await harness.query(sql(drop, cascade: true)).0 == 200)
    #expect(await harness.answer("{ traders { id } }") == #"{"data":{"traders":[{"id":7}]}}"#)
    #expect(await harness.answer(nested).contains("field 'desk' not found in type: 'traders'"))
    await harness.stop()
  }

  @Test func tellsTriggersWhoRunsSQL() async throws {
    let harness = try await EngineHarness(
      sql: Self.sql + """
        create table log (who json);
        create function note() returns trigger language plpgsql as $$
          begin
            insert into log values (current_setting('hasura.user')::json);
            return null;
          end $$;
        create trigger note after insert on desks for each row execute function note();
        """
    )
    let session = Session(
      role: Session.adminRole,
      [SessionVariable(name: "x-hasura-desk", value: "7")]
    )
    for (number, options) in [
      [:], ["check_metadata_consistency": true], ["no_transaction": true],
    ].enumerated() as EnumeratedSequence<[JSONObject]> {
      var arguments = options
      arguments["sql"] = .string("insert into desks values (\(number + 10), 'x')")
      let call: JSONValue = ["type": "run_sql", "args": .object(arguments)]
      #expect(try await harness.query(call, as: session).0 == 200)
    }
    // Whoever has the connection next is told nothing of it.
    _ = try await harness.metadata(track("log"))
    #expect(
      await harness.answer("{ log { who } }")
        == #"{"data":{"log":[{"who":{"x-hasura-role":"admin","x-hasura-desk":"7"}},"#
        + #"{"who":{"x-hasura-role":"admin","x-hasura-desk":"7"}},"#
        + #"{"who":{"x-hasura-role":"admin","x-hasura-desk":"7"}}]}}"#
    )
    let (_, left) = try await harness.query(
      sql("select coalesce(current_setting('hasura.user', true), '') as who")
    )
    #expect(left["result"] == [["who"], [#"{"x-hasura-role":"admin"}"#]])
    await harness.stop()
  }
}
