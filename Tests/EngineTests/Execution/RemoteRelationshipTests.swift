import EventLoop
import JSON
import PostgresClient
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct RemoteRelationshipTests {
  private typealias Fixture = RemoteRelationshipFixture

  @Test func putsRowsOfAnotherDatabaseInTheirPlaces() async throws {
    let fixture = try await Fixture()
    #expect(
      await fixture.harness.answer(
        "{ positions(order_by: {id: asc}) { id instrument { tick note } } }"
      )
        == #"{"data":{"positions":[{"id":1,"instrument":{"tick":0.250,"note":"big"}},"#
        + #"{"id":2,"instrument":{"tick":12345678901234567890.123456789,"note":null}},"#
        + #"{"id":3,"instrument":{"tick":0.250,"note":"big"}},{"id":4,"instrument":null},"#
        + #"{"id":5,"instrument":{"tick":1,"note":"odd"}},{"id":6,"instrument":null}]}}"#
    )
    #expect(
      await fixture.harness.answer(
        "{ positions(order_by: {id: asc}, limit: 4) { bars(order_by: {day: desc}, limit: 2, "
          + "offset: 1, where: {volume: {_gt: 25}}) { day volume } } }"
      )
        == #"{"data":{"positions":[{"bars":[{"day":"2026-01-01","volume":9007199254740993}]},"#
        + #"{"bars":[{"day":"2026-01-01","volume":40}]},"#
        + #"{"bars":[{"day":"2026-01-01","volume":9007199254740993}]},{"bars":[]}]}}"#
    )
    #expect(
      await fixture.harness.answer(
        "{ positions_by_pk(id: 1) { __typename i: instrument { __typename symbol } "
          + "bars(distinct_on: symbol, order_by: [{symbol: asc}, {day: desc}]) { id } } }"
      )
        == #"{"data":{"positions_by_pk":{"__typename":"positions","i":{"__typename":"instruments","symbol":"ES"},"bars":[{"id":3}]}}}"#
    )
    await fixture.stop()
  }

  @Test func aggregatesTheRowsOfEach() async throws {
    let fixture = try await Fixture()
    let answer = await fixture.harness.answer(
      "{ positions(order_by: {id: asc}, limit: 4) { bars_aggregate(where: {volume: {_lt: 45}}, "
        + "order_by: {id: asc}) { aggregate { count sum { close } } nodes { id } } } }"
    )
    #expect(
      answer
        == #"{"data":{"positions":[{"bars_aggregate":{"aggregate":{"count":2,"sum":{"close":10000.50}},"nodes":[{"id":2},{"id":3}]}},"#
        + #"{"bars_aggregate":{"aggregate":{"count":1,"sum":{"close":20000.4}},"nodes":[{"id":4}]}},"#
        + #"{"bars_aggregate":{"aggregate":{"count":2,"sum":{"close":10000.50}},"nodes":[{"id":2},{"id":3}]}},"#
        + #"{"bars_aggregate":{"aggregate":{"count":0,"sum":{"close":null}},"nodes":[]}}]}}"#
    )
    await fixture.stop()
  }

  @Test func goesOnBelowAnyNesting() async throws {
    let fixture = try await Fixture()
    let query =
      "{ desks(order_by: {id: asc}) { name positions(order_by: {id: asc}, limit: 2) { "
      + "instrument { bars(order_by: {id: desc}, limit: 1) { id } "
      + "held(order_by: {id: asc}) { id listing { symbol } } } } } }"
    let held = #"[{"id":1,"listing":{"symbol":"ES"}},{"id":3,"listing":{"symbol":"ES"}}]"#
    #expect(
      await fixture.harness.answer(query)
        == #"{"data":{"desks":[{"name":"alpha","positions":[{"instrument":{"bars":[{"id":3}],"held":\#(held)}},"#
        + #"{"instrument":{"bars":[{"id":5}],"held":[{"id":2,"listing":{"symbol":"NQ"}}]}}]},"#
        + #"{"name":"beta","positions":[{"instrument":null},"#
        + #"{"instrument":{"bars":[],"held":[{"id":5,"listing":{"symbol":"a\"b\\{},"}}]}}]}]}}"#
    )
    // From the other side, and among several root fields of both databases.
    #expect(
      await fixture.harness.answer(
        "{ desks(limit: 1) { id } instruments_aggregate(where: {symbol: {_eq: \"NQ\"}}) { nodes "
          + "{ held { id } } } bars(where: {id: {_eq: 1}}) { id } }"
      )
        == #"{"data":{"desks":[{"id":1}],"instruments_aggregate":{"nodes":[{"held":[{"id":2}]}]},"bars":[{"id":1}]}}"#
    )
    await fixture.stop()
  }

  @Test func comparesValuesOfOtherTypesByTheirText() async throws {
    let fixture = try await Fixture()
    #expect(
      await fixture.harness.answer(
        "{ positions(order_by: {id: asc}, where: {id: {_in: [1, 2, 6]}}) { flag { text } "
          + "opening { n } listing { venue } } }"
      )
        == #"{"data":{"positions":[{"flag":{"text":"open"},"opening":{"n":7},"listing":{"venue":1}},"#
        + #"{"flag":{"text":"closed"},"opening":{"n":7},"listing":{"venue":1}},"#
        + #"{"flag":null,"opening":{"n":7},"listing":null}]}}"#
    )
    try await fixture.run(
      Fixture.remote("wrong", of: "positions", to: "bars", "array", ["symbol": "volume"])
    )
    let refused = await fixture.harness.answer("{ positions { wrong { id } } }")
    #expect(refused.contains(#"invalid input syntax for type bigint: \"ES\""#))
    #expect(refused.contains(#""code":"data-exception""#))
    await fixture.stop()
  }

  @Test func asksTheOtherDatabaseOnceForALevel() async throws {
    let fixture = try await Fixture()
    let planned = await fixture.harness.engine.explain(
      GraphQLRequest(
        query: Array("{ positions { id instrument { bars { id } } flag { text } } }".utf8)
      ),
      Session(role: Session.adminRole),
      on: fixture.harness.loops.loops[0]
    )
    let field = try #require(try JSONValue(parsing: planned.body.span).array?.first)
    let statements = try #require(field["sql"]?.string?.split(separator: ";\n"))
    #expect(statements.count == 3)
    #expect(statements[0].contains(#"from "public"."positions""#))
    #expect(statements[1].contains(#"from "public"."instruments""#))
    #expect(statements[1].contains(#"from "public"."bars""#))
    #expect(statements[2].contains(#"from "public"."flags""#))
    #expect(field["plan"]?.array?.contains { $0.string?.contains("instruments") == true } == true)
    await fixture.stop()
  }

  @Test func keepsThePermissionsOfTheOtherSource() async throws {
    let fixture = try await Fixture()
    let user = Session(role: "user", [SessionVariable(name: "x-hasura-tick", value: "0.5")])
    let list = "{ positions(order_by: {id: asc}, limit: 2) { instrument { symbol } } }"
    try await fixture.permit("user", "positions", columns: ["id", "symbol"])
    #expect(
      await fixture.harness.answer(list, as: user)
        .contains("field 'instrument' not found in type: 'positions'")
    )
    try await fixture.permit(
      "user",
      "instruments",
      in: "past",
      columns: ["symbol"],
      filter: ["tick": ["_lt": "X-Hasura-Tick"]]
    )
    #expect(
      await fixture.harness.answer(list, as: user)
        == #"{"data":{"positions":[{"instrument":{"symbol":"ES"}},{"instrument":null}]}}"#
    )
    #expect(
      await fixture.harness.answer("{ positions { instrument { tick } } }", as: user)
        .contains("field 'tick' not found in type: 'instruments'")
    )
    // The venue of a position is not to be seen; what it leads to is.
    #expect(
      await fixture.harness.answer(
        "{ positions(order_by: {id: asc}, limit: 2) { listing { symbol } } }",
        as: user
      ) == #"{"data":{"positions":[{"listing":{"symbol":"ES"}},{"listing":null}]}}"#
    )
    try await fixture.permit("user", "bars", in: "past", columns: ["id"], ["limit": 1])
    #expect(
      await fixture.harness.answer(
        "{ positions(order_by: {id: asc}, limit: 2) { bars(order_by: {id: desc}) { id } } }",
        as: user
      ) == #"{"data":{"positions":[{"bars":[{"id":3}]},{"bars":[{"id":5}]}]}}"#
    )
    #expect(
      await fixture.harness.answer("{ positions { bars_aggregate { __typename } } }", as: user)
        .contains("field 'bars_aggregate' not found in type: 'positions'")
    )
    await fixture.stop()
  }

  @Test func hasNoPartInConditionsAndOrders() async throws {
    let fixture = try await Fixture()
    #expect(
      await fixture.harness.answer("{ positions(where: {instrument: {}}) { id } }")
        .contains("field 'instrument' not found in type: 'positions_bool_exp'")
    )
    #expect(
      await fixture.harness.answer("{ positions(order_by: {instrument: {tick: asc}}) { id } }")
        .contains("field 'instrument' not found in type: 'positions_order_by'")
    )
    await fixture.stop()
  }

  @Test func showsFieldsAsHasuraDoes() async throws {
    let fixture = try await Fixture()
    #expect(
      await fixture.harness.answer(
        "{ __type(name: \"positions\") { fields { name description args { name } type { kind "
          + "name ofType { kind ofType { kind ofType { name } } } } } } }"
      ).contains(
        #"{"name":"bars","description":null,"args":[{"name":"distinct_on"},{"name":"limit"},{"name":"offset"},{"name":"order_by"},{"name":"where"}],"#
          + #""type":{"kind":"NON_NULL","name":null,"ofType":{"kind":"LIST","ofType":{"kind":"NON_NULL","ofType":{"name":"bars"}}}}}"#
      )
    )
    #expect(
      await fixture.harness.answer(
        "{ __type(name: \"positions\") { fields { name type { name ofType { name } } } } }"
      ).contains(
        #"{"name":"bars_aggregate","type":{"name":null,"ofType":{"name":"bars_aggregate"}}},"#
      )
    )
    #expect(
      await fixture.harness.answer(
        "{ __type(name: \"positions\") { fields { name type { name } } } }"
      ).contains(#"{"name":"instrument","type":{"name":"instruments"}}"#)
    )
    await fixture.stop()
  }

  @Test func refusesThemInSubscriptions() async throws {
    let fixture = try await Fixture()
    let subscriber = await TestSubscriber(
      fixture.harness,
      "subscription { positions { instrument { symbol } } }"
    )
    let answer = await subscriber.next()
    #expect(
      answer
        == #"refused: {"errors":[{"message":"Remote relationships are not allowed in subscriptions","extensions":{"path":"$","code":"not-supported"}}]}"#
    )
    await subscriber.cancel()
    await fixture.stop()
  }

  @Test func goesOnWithoutADatabaseThatIsAway() async throws {
    let fixture = try await Fixture()
    await fixture.stop()
    let harness = try await EngineHarness(fixture.harness.database) {
      $0.environment = ["PAST_URL": "postgresql://127.0.0.1:1/nowhere"]
      $0.database.connectTimeout = .seconds(2)
    }
    #expect(
      await harness.answer("{ positions_by_pk(id: 1) { id } }")
        == #"{"data":{"positions_by_pk":{"id":1}}}"#
    )
    #expect(
      await harness.answer("{ positions { instrument { tick } } }")
        .contains("field 'instrument' not found in type: 'positions'")
    )
    let (_, state) = try await harness.metadata(["type": "get_inconsistent_metadata", "args": [:]])
    let objects = try #require(state["inconsistent_objects"]?.array)
    #expect(
      objects.contains {
        $0["name"] == "remote_relationship instrument in table positions in source default"
          && $0["reason"]
            == "Inconsistent object: in table \"positions\": in remote relationship \"instrument\": source not found: \"past\""
      }
    )
    await harness.stop()
    // The document has kept all of it.
    let again = try await EngineHarness(fixture.harness.database) {
      $0.environment = ["PAST_URL": fixture.history.url]
    }
    #expect(
      await again.answer("{ positions_by_pk(id: 1) { instrument { tick } } }")
        == #"{"data":{"positions_by_pk":{"instrument":{"tick":0.250}}}}"#
    )
    await again.stop()
  }

  @Test func followsWhatBecomesOfTheOtherTable() async throws {
    let fixture = try await Fixture()
    let query = "{ positions_by_pk(id: 1) { instrument { tick } } }"
    let answer = #"{"data":{"positions_by_pk":{"instrument":{"tick":0.250}}}}"#
    #expect(await fixture.harness.answer(query) == answer)
    // A column before the others: the places of columns are looked up anew.
    func sql(_ text: String) -> JSONValue {
      ["type": "run_sql", "args": ["source": "past", "sql": .string(text)]]
    }
    #expect(
      try await fixture.harness.query(
        sql("alter table instruments rename to contracts; alter table contracts drop column note")
      ).0 == 200
    )
    #expect(await fixture.harness.answer(query) == answer)
    let (status, refusal) = try await fixture.harness.query(
      sql("alter table contracts drop column venue")
    )
    #expect(status == 400)
    #expect(
      refusal["error"]
        == "cannot drop due to the following dependent objects: remote relationship positions.listing in source \"default\""
    )
    try await fixture.run([
      "type": "pg_delete_remote_relationship",
      "args": ["table": "positions", "name": "instrument"],
    ])
    #expect(
      await fixture.harness.answer(query)
        .contains("field 'instrument' not found in type: 'positions'")
    )
    await fixture.stop()
  }

  @Test func leadsFromActionsToAnotherDatabaseAndBack() async throws {
    let recorder = WebhookRecorder([["symbol": "ES"], ["symbol": nil], ["symbol": "none"]])
    let fixture = try await Fixture { $0.webhooks = recorder.sender }
    try await fixture.run([
      "type": "set_custom_types",
      "args": [
        "objects": [
          [
            "name": "Quote", "fields": [["name": "symbol", "type": "String"]],
            "relationships": [
              [
                "name": "instrument", "type": "object", "source": "past",
                "remote_table": "instruments", "field_mapping": ["symbol": "symbol"],
              ]
            ],
          ]
        ]
      ],
    ])
    try await fixture.run([
      "type": "create_action",
      "args": [
        "name": "quotes",
        "definition": [
          "kind": "synchronous", "type": "query", "handler": "http://h/quotes",
          "output_type": "[Quote]",
        ],
      ],
    ])
    #expect(
      await fixture.harness.answer(
        "{ quotes { symbol instrument { tick held(order_by: {id: asc}) { id } } } }"
      )
        == #"{"data":{"quotes":[{"symbol":"ES","instrument":{"tick":0.250,"held":[{"id":1},{"id":3}]}},"#
        + #"{"symbol":null,"instrument":null},{"symbol":"none","instrument":null}]}}"#
    )
    await fixture.stop()
  }

  @Test func fetchesTheRowsOfManyKeysInOrder() async throws {
    let fixture = try await Fixture()
    try fixture.harness.database.execute(
      "insert into positions (id, desk_id, symbol) "
        + "select 100 + i, 1, 'S' || (i % 700) from generate_series(1, 2000) i"
    )
    try fixture.history.execute(
      "insert into instruments select 'S' || i, 1, i from generate_series(0, 699) i; "
        + "insert into bars select 1000 + i * 20 + j, 'S' || i, date '2026-01-01' + j, i, j "
        + "from generate_series(0, 699) i, generate_series(0, 19) j; analyze"
    )
    let query =
      "{ positions(where: {id: {_gt: 100}}, order_by: {id: asc}) { id "
      + "bars(order_by: {volume: desc}, limit: 1) { close volume } } }"
    let body = await fixture.harness.answer(query)
    let expected = (1...2000).map {
      #"{"id":\#(100 + $0),"bars":[{"close":\#($0 % 700),"volume":19}]}"#
    }
    #expect(body == #"{"data":{"positions":[\#(expected.joined(separator: ","))]}}"#)
    await fixture.stop()
  }
}
