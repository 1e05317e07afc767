import JSON
import TestSupport
import Testing

@testable import Engine

/// Relationships between native queries and tables, in all directions.
@Suite(.timeLimit(.minutes(2))) struct NativeQueryRelationshipTests {
  static let sql = """
    create table desk (id integer primary key, name text not null);
    create table trade (id integer primary key, desk_id integer references desk, symbol text, qty integer);
    insert into desk values (1, 'Rates'), (2, 'Equity');
    insert into trade values (1, 1, 'ZN', 5), (2, 1, 'ZB', 3), (3, 1, 'ZN', 2), (4, 2, 'AA', 4);
    """

  /// `total` is of three queries: by desk and symbol, the one of a rank, and the busiest of each desk.
  static let calls: [JSONValue] = [
    ["type": "pg_track_table", "args": ["table": "desk"]],
    ["type": "pg_track_table", "args": ["table": "trade"]],
    [
      "type": "pg_track_logical_model",
      "args": [
        "name": "total", "description": "a quantity",
        "fields": [
          ["name": "desk_id", "type": "integer"], ["name": "symbol", "type": "text"],
          ["name": "qty", "type": ["scalar": "bigint", "nullable": true]],
        ],
      ],
    ],
    query(
      "largest",
      """
      select desk_id, symbol, qty from (
        select desk_id, symbol, sum(qty) as qty,
          row_number() over (partition by desk_id order by sum(qty) desc) as rank
        from trade group by 1, 2) as t where rank = {{rank}}
      """,
      ["arguments": ["rank": ["type": "integer", "description": "from 1"]]]
    ),
    query(
      "busiest",
      """
      select distinct on (desk_id) desk_id, symbol, sum(qty) as qty from trade
      group by 1, 2 order by desk_id, sum(qty) desc
      """
    ),
    query(
      "totals",
      """
      select desk_id, symbol, sum(qty) as qty from trade group by 1, 2
      having sum(qty) >= coalesce({{least}}, 0)
      """,
      [
        "arguments": ["least": ["type": "integer", "nullable": true]],
        "object_relationships": [
          [
            "name": "desk",
            "using": ["column_mapping": ["desk_id": "id"], "remote_table": "desk"],
          ],
          [
            "name": "largest",
            "using": [
              "column_mapping": ["desk_id": "desk_id"], "remote_native_query": "largest",
            ],
          ],
        ],
        "array_relationships": [
          [
            "name": "trades",
            "using": [
              "column_mapping": ["desk_id": "desk_id", "symbol": "symbol"],
              "insertion_order": .null, "remote_table": "trade",
            ],
          ],
          [
            "name": "others",
            "using": [
              "column_mapping": ["desk_id": "desk_id"], "remote_native_query": "totals",
            ],
          ],
        ],
      ]
    ),
    relationship("array", "totals", "totals"), relationship("object", "largest", "largest"),
    relationship("object", "busiest", "busiest"),
    [
      "type": "pg_create_logical_model_select_permission",
      "args": [
        "name": "total", "role": "trader",
        "permission": [
          "columns": ["symbol", "qty"], "filter": ["desk_id": ["_eq": "X-Hasura-Desk"]],
        ],
      ],
    ],
    [
      "type": "pg_create_select_permission",
      "args": [
        "table": "desk", "role": "trader", "permission": ["columns": ["name"], "filter": [:]],
      ],
    ],
  ]

  static func query(_ name: String, _ code: String, _ more: JSONObject = [:]) -> JSONValue {
    var arguments = more
    arguments["root_field_name"] = .string(name)
    arguments["returns"] = "total"
    arguments["code"] = .string(code)
    return ["type": "pg_track_native_query", "args": .object(arguments)]
  }

  /// One of the table `desk`.
  static func relationship(_ kind: String, _ name: String, _ query: String) -> JSONValue {
    [
      "type": .string("pg_create_\(kind)_relationship"),
      "args": [
        "table": "desk", "name": .string(name),
        "using": [
          "manual_configuration": [
            "column_mapping": ["id": "desk_id"], "remote_native_query": .string(query),
          ]
        ],
      ],
    ]
  }

  static let trader = Session(
    role: "trader",
    [SessionVariable(name: "x-hasura-desk", value: "2")]
  )

  static func harness(
    _ configure: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> EngineHarness {
    let harness = try await EngineHarness(
      sql: sql,
      metadata: EngineHarness.metadata([]),
      configure
    )
    for call in calls {
      let (status, answer) = try await harness.metadata(call)
      #expect(status == 200, "\(answer.text)")
    }
    return harness
  }

  @Test func leadFromAQueryToTablesAndQueries() async throws {
    let harness = try await Self.harness()
    let answer = await harness.answer(
      """
      { totals(order_by: [{desk_id: asc}, {qty: desc}]) {
        symbol desk { name } trades(order_by: {id: asc}) { id qty } largest(args: {rank: 1}) { symbol }
        others(args: {least: 4}, order_by: {symbol: asc}, limit: 1) { symbol qty desk { name } } } }
      """
    )
    let zinc = #""others":[{"symbol":"ZN","qty":7,"desk":{"name":"Rates"}}]}"#
    #expect(
      answer == #"{"data":{"totals":[{"symbol":"ZN","desk":{"name":"Rates"},"#
        + #""trades":[{"id":1,"qty":5},{"id":3,"qty":2}],"largest":{"symbol":"ZN"},"# + zinc
        + #",{"symbol":"ZB","desk":{"name":"Rates"},"trades":[{"id":2,"qty":3}],"#
        + #""largest":{"symbol":"ZN"},"# + zinc
        + #",{"symbol":"AA","desk":{"name":"Equity"},"trades":[{"id":4,"qty":4}],"#
        + #""largest":{"symbol":"AA"},"others":[{"symbol":"AA","qty":4,"desk":{"name":"Equity"}}]}]}}"#
    )
    await harness.stop()
  }

  @Test func leadFromATableToQueries() async throws {
    let harness = try await Self.harness()
    #expect(
      await harness.answer(
        """
        query($rank: Int!) { desk(order_by: {id: asc}) {
          name totals(order_by: {qty: asc}, limit: 1) { symbol trades_aggregate { aggregate { count } } }
          largest(args: {rank: $rank}) { symbol } } }
        """,
        ["rank": 2]
      )
        == #"{"data":{"desk":[{"name":"Rates","totals":[{"symbol":"ZB","trades_aggregate":"#
        + #"{"aggregate":{"count":1}}}],"largest":{"symbol":"ZB"}},{"name":"Equity","totals":"#
        + #"[{"symbol":"AA","trades_aggregate":{"aggregate":{"count":1}}}],"largest":null}]}}"#
    )
    #expect(
      await harness.answer(
        "{ desk_by_pk(id: 1) { totals(args: {least: 3}, order_by: {symbol: desc}, offset: 1) { symbol } "
          + "busiest { qty } } }"
      )
        == #"{"data":{"desk_by_pk":{"totals":[{"symbol":"ZB"}],"busiest":{"qty":7}}}}"#
    )
    await harness.stop()
  }

  /// Where a query needs nothing, or takes null, rows are found and put in order through it.
  @Test func standInConditionsAndOrders() async throws {
    let harness = try await Self.harness()
    #expect(
      await harness.answer("{ desk(where: {totals: {qty: {_gt: 5}}}) { name } }")
        == #"{"data":{"desk":[{"name":"Rates"}]}}"#
    )
    #expect(
      await harness.answer("{ desk(order_by: {busiest: {qty: asc}}) { name } }")
        == #"{"data":{"desk":[{"name":"Equity"},{"name":"Rates"}]}}"#
    )
    let required = await harness.answer("{ desk(where: {largest: {qty: {_gt: 5}}}) { name } }")
    #expect(required.contains("field 'largest' not found in type: 'desk_bool_exp'"))
    let missing = await harness.answer("{ desk { largest { qty } } }")
    #expect(missing.contains("missing required field 'args'"))
    // The model is of several queries, whose relationships are not its own.
    let own = await harness.answer("{ totals(where: {desk: {id: {_eq: 1}}}) { qty } }")
    #expect(own.contains("field 'desk' not found in type: 'total_bool_exp'"))
    await harness.stop()
  }

  @Test func showARoleWhatTheOtherSidePermits() async throws {
    let harness = try await Self.harness()
    #expect(
      await harness.answer(
        "{ desk(order_by: {name: asc}) { name totals { symbol desk { name } } } }",
        as: Self.trader
      )
        == #"{"data":{"desk":[{"name":"Equity","totals":[{"symbol":"AA","desk":{"name":"Equity"}}]},"#
        + #"{"name":"Rates","totals":[]}]}}"#
    )
    #expect(
      await harness.answer(
        "{ desk(where: {totals: {symbol: {_in: [\"AA\", \"ZN\"]}}}) { name } }",
        as: Self.trader
      ) == #"{"data":{"desk":[{"name":"Equity"}]}}"#
    )
    // Hidden rows lead to nothing that an order could tell.
    #expect(
      await harness.answer(
        "{ desk(order_by: [{busiest: {qty: desc_nulls_last}}]) { name busiest { qty } } }",
        as: Self.trader
      )
        == #"{"data":{"desk":[{"name":"Equity","busiest":{"qty":4}},{"name":"Rates","busiest":null}]}}"#
    )
    let hidden = await harness.answer("{ totals { trades { id } } }", as: Self.trader)
    #expect(hidden.contains("field 'trades' not found in type: 'totals'"))
    let column = await harness.answer("{ desk { totals { desk_id } } }", as: Self.trader)
    #expect(column.contains("field 'desk_id' not found in type: 'totals'"))
    let other = await harness.answer("{ totals { qty } }", as: Session(role: "x"))
    #expect(other.contains("field 'totals' not found in type: 'query_root'"))
    await harness.stop()
  }

  @Test func areFollowedByLiveQueries() async throws {
    let harness = try await Self.harness { $0.subscriptions.liveInterval = 20 }
    let subscriber = await TestSubscriber(
      harness,
      "subscription { desk(where: {totals: {qty: {_gt: 5}}}) { name totals(args: {least: 7}) { qty } } }"
    )
    #expect(
      await subscriber.next() == #"{"data":{"desk":[{"name":"Rates","totals":[{"qty":7}]}]}}"#
    )
    try harness.database.execute("update trade set qty = 6 where id = 1")
    #expect(
      await subscriber.next() == #"{"data":{"desk":[{"name":"Rates","totals":[{"qty":8}]}]}}"#
    )
    await subscriber.cancel()
    await harness.stop()
  }

  /// The types have the names that Hasura gives them.
  @Test func areDescribedAsByHasura() async throws {
    let harness = try await Self.harness()
    #expect(
      await harness.answer(
        """
        { rows: __type(name: "totals") { description fields { name type { name kind } } }
          model: __type(name: "total") { fields { name } } columns: __type(name: "total_enum_name") { kind }
          required: __type(name: "largest_arguments") { description inputFields { name description
            type { name kind } } }
          optional: __type(name: "others_arguments") { inputFields { name description type { name } } } }
        """
      )
        == #"{"data":{"rows":{"description":"a quantity","fields":["#
        + #"{"name":"desk","type":{"name":"desk","kind":"OBJECT"}},"#
        + #"{"name":"desk_id","type":{"name":null,"kind":"NON_NULL"}},"#
        + #"{"name":"largest","type":{"name":"total","kind":"OBJECT"}},"#
        + #"{"name":"others","type":{"name":null,"kind":"LIST"}},"#
        + #"{"name":"qty","type":{"name":"bigint","kind":"SCALAR"}},"#
        + #"{"name":"symbol","type":{"name":null,"kind":"NON_NULL"}},"#
        + #"{"name":"trades","type":{"name":null,"kind":"NON_NULL"}},"#
        + #"{"name":"trades_aggregate","type":{"name":null,"kind":"NON_NULL"}}]},"#
        + #""model":{"fields":[{"name":"desk_id"},{"name":"qty"},{"name":"symbol"}]},"#
        + #""columns":{"kind":"ENUM"},"required":{"description":"largest Native Query Arguments","#
        + #""inputFields":[{"name":"rank","description":"from 1","type":{"name":null,"kind":"NON_NULL"}}]},"#
        + #""optional":{"inputFields":[{"name":"least","description":"Native query argument least","#
        + #""type":{"name":"Int"}}]}}}"#
    )
    await harness.stop()
  }
}
