import EventLoop
import JSON
import PostgresClient
import TestSupport
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

  @Test func preparesAnewWhatOthersHaveChanged() async throws {
    let harness = try await EngineHarness(
      sql: "create table notes (number integer primary key, name varchar(40))",
      metadata: EngineHarness.metadata([["table": "notes"]])
    )
    func send(_ number: Int) async -> String {
      let request = GraphQLRequest(
        query: Array(
          "mutation ($n: Int!) { insert_notes_one(object: {number: $n, name: \"x\"}) { name } }"
            .utf8
        ),
        variables: ["n": .number(JSONNumber(number))],
        idempotencyKey: "key \(number)"
      )
      let answer = await harness.engine.graphql(
        request,
        Session(role: Session.adminRole),
        on: harness.loops.loops[0]
      )
      return String(decoding: answer.body, as: UTF8.self)
    }
    let expected = #"{"data":{"insert_notes_one":{"name":"x"}}}"#
    #expect(await send(1) == expected)
    _ = try harness.database.execute("alter table notes alter column name type text")
    #expect(await send(2) == expected)
    await harness.stop()
  }

  @Test(arguments: ["apus: key in use", "apus: refused: check", "apus: refused: no-row"])
  func takesAValueForNoWordOfItsOwn(value: String) async throws {
    let harness = try await Self.harness()
    let request = GraphQLRequest(
      query: Array(
        "mutation { update_accounts(where: {}, _set: {units: \"\(value)\"}) { affected_rows } }"
          .utf8
      ),
      idempotencyKey: "k"
    )
    let session = Session(role: Session.adminRole)
    let answer = await harness.engine.graphql(request, session, on: harness.loops.loops[0])
    #expect(
      String(decoding: answer.body, as: UTF8.self)
        == WritingFixture.error(
          "invalid input syntax for type bigint: \"\(value)\"",
          "$",
          "data-exception"
        )
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

  @Test func knowsARequestWhoseMembersComeInAnotherOrder() async throws {
    let harness = try await Self.harness()
    let query = """
      mutation ($one: accounts_insert_input!, $rows: [accounts_insert_input!]!) {
        insert_accounts_one(object: $one) { name }
        insert_accounts(objects: $rows) { affected_rows } }
      """
    func send(_ variables: String) async throws -> (String, Bool) {
      let text = #"{"variables": \#(variables)}"#
      let body = try #require(
        try JSONObjectWithRows(parsing: Array(text.utf8), rowsIn: "variables")
      )
      let request = GraphQLRequest(
        query: Array(query.utf8),
        variables: try #require(body.object["variables"]?.object),
        rows: body.rows,
        idempotencyKey: "k"
      )
      let session = Session(role: Session.adminRole)
      let answer = await harness.engine.graphql(request, session, on: harness.loops.loops[0])
      return (String(decoding: answer.body, as: UTF8.self), answer.isReplay)
    }
    let first =
      #"{"data":{"insert_accounts_one":{"name":"a\"b"},"insert_accounts":{"affected_rows":2}}}"#
    let rows = #""rows": [{"name": "c\"", "kind": "x"}, {"kind": null, "name": "d"}]"#
    let turned = #""rows": [{"kind": "x", "name": "c\""}, {"name": "d", "kind": null}]"#
    let changed = #""rows": [{"kind": "x", "name": "c\""}, {"name": "d", "kind": "null"}]"#
    let one = #""one": {"name": "a\"b", "raw": {"x": 1, "y": {"p": 1, "q": 2}}}"#
    let turnedOne = #""one": {"raw": {"y": {"q": 2, "p": 1}, "x": 1}, "name": "a\"b"}"#
    #expect(try await send("{\(one), \(rows)}") == (first, false))
    #expect(try await send("{\(turned), \(turnedOne)}") == (first, true))
    let refusal = WritingFixture.error(
      "the idempotency key was used with another request",
      "$",
      "conflict"
    )
    #expect(try await send("{\(changed), \(one)}") == (refusal, false))
    await harness.stop()
  }

  @Test func refusesARepetitionWhileTheFirstIsUnderWay() async throws {
    let harness = try await Self.harness { $0.database.lockTimeout = .milliseconds(20) }
    // The first request ends when it is let go.
    try harness.database.execute(
      """
      create table gate ();
      create function passing() returns trigger language plpgsql as $$
        begin
          while not exists (select from gate) loop perform pg_sleep(0.005); end loop;
          return new;
        end $$;
      create trigger passing before insert on accounts for each row execute function passing();
      """
    )
    async let first = send("once", "k", to: harness)
    while try harness.database.execute(
      "select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
    ).isEmpty {
      try await Task.sleep(for: .milliseconds(5))
    }
    let refusal = WritingFixture.error(
      "the idempotency key is in use by another request",
      "$",
      "conflict"
    )
    #expect(await send("once", "k", to: harness, loop: 1) == (refusal, false))
    try harness.database.execute("insert into gate default values")
    let answer = #"{"data":{"insert_accounts_one":{"id":1,"name":"once"}}}"#
    #expect(await first == (answer, false))
    #expect(await send("once", "k", to: harness, loop: 1) == (answer, true))
    await harness.stop()
  }

  @Test func servesSourcesOfTheSameDatabaseWithSettingsOfTheirOwn() async throws {
    let database = try TestCluster.shared().makeDatabase()
    try database.execute(WritingFixture.sql)
    let metadata: JSONValue = [
      "version": 3,
      "sources": [
        [
          "name": "default", "kind": "postgres", "tables": [["table": "accounts"]],
          "configuration": [
            "connection_info": [
              "database_url": .string(database.url), "isolation_level": "serializable",
            ]
          ],
        ]
      ],
    ]
    try EngineHarness.store(metadata, in: database)
    let harness = try await EngineHarness(database)
    let first = #"{"data":{"insert_accounts_one":{"id":1,"name":"once"}}}"#
    #expect(await send("once", "k", to: harness) == (first, false))
    #expect(await send("once", "k", to: harness) == (first, true))
    await harness.stop()
  }

  /// The user of a source may be one who writes its tables and no more.
  @Test(arguments: [
    (schema: "", isKept: false), (schema: "create schema hdb_catalog;", isKept: false),
    (
      schema: "create schema hdb_catalog; grant usage on schema hdb_catalog to public;",
      isKept: false
    ),
    (
      schema: "create schema hdb_catalog; grant usage, create on schema hdb_catalog to public;"
        + IdempotencyStore.layout.joined(separator: ";")
        + "; grant all on hdb_catalog.apus_idempotency to public;", isKept: true
    ),
  ])
  func saysWhereKeysAreToBeKept(schema: String, isKept: Bool) async throws {
    let database = try TestCluster.shared().makeDatabase()
    let desk = try TestCluster.shared().makeDatabase()
    let role = "writer_\(desk.name)"
    try desk.execute(
      WritingFixture.sql + schema + """
        create role "\(role)" login;
        grant all on all tables in schema public to "\(role)";
        grant all on all sequences in schema public to "\(role)";
        """
    )
    let url = desk.url.replacing("user=postgres", with: "user=\(role)")
    try EngineHarness.store(
      [
        "version": 3,
        "sources": [
          [
            "name": "desk", "kind": "postgres", "tables": [["table": "accounts"]],
            "configuration": ["connection_info": ["database_url": .string(url)]],
          ]
        ],
      ],
      in: database
    )
    let harness = try await EngineHarness(database)
    let body = await send("once", "k", to: harness).body
    if isKept {
      #expect(body == #"{"data":{"insert_accounts_one":{"id":1,"name":"once"}}}"#)
    } else {
      let error = try JSONValue(parsing: Array(body.utf8).span)["errors"]?.array?.first
      #expect(
        error?["message"]?.string
          == "idempotency keys are kept in hdb_catalog.apus_idempotency of the database that is "
          + "written, which the user of the connection may neither use nor create"
      )
      #expect(error?["extensions"]?["code"]?.string == "not-supported")
      #expect(try desk.execute("select from accounts where name = 'once'").isEmpty)
    }
    await harness.stop()
  }

  @Test(arguments: [false, true])
  func writesOnceWhenManyComeAtOnce(isSerializable: Bool) async throws {
    let harness = try await Self.harness {
      if isSerializable { $0.database.writeIsolation = .serializable }
    }
    // The first is still at it when the others come, and more than one try would be needed.
    try harness.database.execute(
      """
      create function slowly() returns trigger language plpgsql as
        $$ begin perform pg_sleep(0.2); return new; end $$;
      create trigger slowly before insert on accounts for each row execute function slowly();
      """
    )
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
