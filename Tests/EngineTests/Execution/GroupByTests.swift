import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct GroupByTests {
  private static let sql = """
    create table strategies (id integer primary key, name text not null);
    create table trades (
      id integer primary key, strategy_id integer not null references strategies,
      symbol text not null, at timestamptz not null, day date, pnl numeric(38,4), qty integer,
      fee money, risk float8, raw json, owner text not null);
    insert into strategies values (1, 'carry'), (2, 'trend'), (3, 'idle');
    insert into trades values
      (1, 1, 'ES', '2026-03-06 23:30+00', '2026-03-06', 10.5, 1, 1.10, 0.5, '{}', 'ann'),
      (2, 1, 'NQ', '2026-03-07 02:00+00', '2026-03-06', -3.25, 2, 1.20, 1.5, '{}', 'ann'),
      (3, 1, 'ES', '2026-03-07 15:10+00', '2026-03-07', 9007199254740993.0001, 3, null, null, null, 'ann'),
      (4, 2, 'ES', '2026-03-07 15:20+00', '2026-03-07', -20, 14, 2, 2.5, null, 'bob'),
      (5, 2, 'CL', '2026-03-09 15:59+00', null, null, 15, 2, 2.5, null, 'bob');
    create function quick(minimum integer) returns setof trades stable language sql as
      $$ select * from trades where qty >= minimum order by id $$;
    """

  private static let metadata = EngineHarness.metadata([
    [
      "table": "strategies",
      "array_relationships": [
        [
          "name": "trades",
          "using": ["foreign_key_constraint_on": ["table": "trades", "column": "strategy_id"]],
        ]
      ],
      "select_permissions": [
        ["role": "trader", "permission": ["columns": ["id"], "filter": [:]]],
        ["role": "reader", "permission": ["columns": ["id"], "filter": [:]]],
      ],
    ],
    [
      "table": "trades",
      "select_permissions": [
        [
          "role": "trader",
          "permission": [
            "columns": ["strategy_id", "symbol", "pnl"], "allow_aggregations": true,
            "filter": ["owner": ["_eq": "X-Hasura-User"]],
          ],
        ],
        [
          "role": "reader", "permission": ["columns": ["symbol"], "filter": [:]],
        ],
      ],
    ],
  ])

  func check(
    as session: Session = Session(role: Session.adminRole),
    _ cases: (query: String, answer: String)...
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (query, answer) in cases {
      #expect(await harness.answer(query, as: session) == answer, "\(query)")
    }
    await harness.stop()
  }

  private static func failure(_ path: String, _ message: String) -> String {
    let text = String(decoding: JSONValue.string(message).serialized, as: UTF8.self)
    return #"{"errors":[{"message":\#(text),"extensions":{"path":"$.selectionSet.\#(path)","#
      + #""code":"validation-failed"}}]}"#
  }

  @Test func tellsProfitByStrategyAndDay() async throws {
    try await check(
      (
        """
        { trades_aggregate(where: {symbol: {_neq: "x"}}) { aggregate { count } group_by(
            keys: [{column: strategy_id}, {column: at, date_trunc: day, time_zone: "America/New_York"}]) {
          group_key { strategy_id at symbol __typename } aggregate { count sum { pnl } } __typename } } }
        """,
        #"{"data":{"trades_aggregate":{"aggregate":{"count":5},"group_by":["#
          + #"{"group_key":{"strategy_id":1,"at":"2026-03-06T05:00:00+00:00","symbol":null,"#
          + #""__typename":"trades_group_by_key_fields"},"aggregate":{"count":2,"sum":{"pnl":7.2500}},"#
          + #""__typename":"trades_group_by"},"#
          + #"{"group_key":{"strategy_id":1,"at":"2026-03-07T05:00:00+00:00","symbol":null,"#
          + #""__typename":"trades_group_by_key_fields"},"#
          + #""aggregate":{"count":1,"sum":{"pnl":9007199254740993.0001}},"__typename":"trades_group_by"},"#
          + #"{"group_key":{"strategy_id":2,"at":"2026-03-07T05:00:00+00:00","symbol":null,"#
          + #""__typename":"trades_group_by_key_fields"},"aggregate":{"count":1,"sum":{"pnl":-20.0000}},"#
          + #""__typename":"trades_group_by"},"#
          + #"{"group_key":{"strategy_id":2,"at":"2026-03-09T04:00:00+00:00","symbol":null,"#
          + #""__typename":"trades_group_by_key_fields"},"aggregate":{"count":1,"sum":{"pnl":null}},"#
          + #""__typename":"trades_group_by"}]}}}"#
      )
    )
  }

  @Test func cutsTimesAndNumbersIntoSteps() async throws {
    func groups(_ key: String) -> String {
      "{ trades_aggregate { group_by(keys: [{\(key)}]) { group_key { at day qty pnl risk fee } "
        + "aggregate { count } } } }"
    }
    func answer(_ place: Int, _ groups: (String, Int)...) -> String {
      let members = ["at", "day", "qty", "pnl", "risk", "fee"]
      let objects = groups.map { value, count in
        let fields = members.enumerated()
          .map { "\"\($0.element)\":\($0.offset == place ? value : "null")" }
        return
          "{\"group_key\":{\(fields.joined(separator: ","))},\"aggregate\":{\"count\":\(count)}}"
      }
      return "{\"data\":{\"trades_aggregate\":{\"group_by\":[\(objects.joined(separator: ","))]}}}"
    }
    try await check(
      (
        groups(#"column: at, date_bin: "30 minutes""#),
        answer(
          0,
          (#""2026-03-06T23:30:00+00:00""#, 1),
          (#""2026-03-07T02:00:00+00:00""#, 1),
          (#""2026-03-07T15:00:00+00:00""#, 2),
          (#""2026-03-09T15:30:00+00:00""#, 1)
        )
      ),
      (
        groups(#"column: at, date_bin: "7 days", time_zone: "Asia/Tokyo""#),
        answer(0, (#""2026-03-01T15:00:00+00:00""#, 4), (#""2026-03-08T15:00:00+00:00""#, 1))
      ),
      (
        groups("column: day, date_trunc: week"),
        answer(1, (#""2026-03-02""#, 4), ("null", 1))
      ),
      (groups("column: qty, width: 10"), answer(2, ("0", 3), ("10", 2))),
      (
        groups(#"column: pnl, width: "2.5""#),
        answer(
          3,
          ("-20.0", 1),
          ("-5.0", 1),
          ("10.0", 1),
          ("9007199254740992.5", 1),
          ("null", 1)
        )
      ),
      (groups("column: risk, width: 1"), answer(4, ("0", 1), ("1", 1), ("2", 2), ("null", 1))),
      (
        groups("column: fee, width: 1"),
        answer(5, (#""$1.00""#, 2), (#""$2.00""#, 2), ("null", 1))
      )
    )
  }

  @Test func keepsAndOrdersGroups() async throws {
    func groups(_ arguments: String) -> String {
      "{ trades_aggregate { group_by(keys: {column: symbol}, \(arguments)) { group_key { symbol } } } }"
    }
    func answer(_ symbols: String...) -> String {
      let groups = symbols.map { #"{"group_key":{"symbol":"\#($0)"}}"# }
      return #"{"data":{"trades_aggregate":{"group_by":["# + groups.joined(separator: ",") + "]}}}"
    }
    try await check(
      (groups("having: {}"), answer("CL", "ES", "NQ")),
      (groups("having: {count: {predicate: {_gt: 1}}}"), answer("ES")),
      (
        groups("having: {sum: {arguments: pnl, predicate: {_eq: \"9007199254740983.5001\"}}}"),
        answer("ES")
      ),
      (
        groups(
          "having: {_or: [{min: {arguments: qty, predicate: {_gte: 15}}}, "
            + "{_not: {count: {filter: {owner: {_eq: \"ann\"}}, predicate: {_neq: 1}}}}]}"
        ),
        answer("CL", "NQ")
      ),
      (
        groups("order_by: [{aggregate: {count: desc}}, {group_key: {symbol: desc}}]"),
        answer("ES", "NQ", "CL")
      ),
      (groups("order_by: {aggregate: {sum: {qty: desc}}}, limit: 1, offset: 1"), answer("CL")),
      (groups("order_by: {group_key: {symbol: desc}}, limit: 2"), answer("NQ", "ES"))
    )
  }

  @Test func groupsRowsOfEachParentAndOfFunctions() async throws {
    try await check(
      (
        """
        { strategies(order_by: {id: asc}) { name trades_aggregate { group_by(keys: {column: symbol},
            order_by: {aggregate: {count: desc}}, limit: 1) { group_key { symbol } aggregate { count } } } } }
        """,
        #"{"data":{"strategies":[{"name":"carry","trades_aggregate":{"group_by":["#
          + #"{"group_key":{"symbol":"ES"},"aggregate":{"count":2}}]}},"#
          + #"{"name":"trend","trades_aggregate":{"group_by":["#
          + #"{"group_key":{"symbol":"CL"},"aggregate":{"count":1}}]}},"#
          + #"{"name":"idle","trades_aggregate":{"group_by":[]}}]}}"#
      ),
      (
        """
        { trades_aggregate(order_by: {id: desc}, limit: 2) { nodes { id }
            group_by(keys: {column: symbol}) { group_key { symbol } } all: group_by(keys: []) {
              aggregate { max { id } } } } }
        """,
        #"{"data":{"trades_aggregate":{"nodes":[{"id":5},{"id":4}],"#
          + #""group_by":[{"group_key":{"symbol":"CL"}},{"group_key":{"symbol":"ES"}}],"#
          + #""all":[{"aggregate":{"max":{"id":5}}}]}}}"#
      )
    )
    var tracked = Self.metadata
    guard case .object(var document) = tracked, case .array(var sources)? = document["sources"],
      case .object(var source) = sources[0]
    else { return }
    source["functions"] = [["function": "quick"]]
    sources[0] = .object(source)
    document["sources"] = .array(sources)
    tracked = .object(document)
    let harness = try await EngineHarness(sql: Self.sql, metadata: tracked)
    #expect(
      await harness.answer(
        """
        { quick_aggregate(args: {minimum: 3}) { aggregate { count } group_by(keys: {column: symbol}) {
            group_key { symbol } aggregate { count } } nodes { id } } }
        """
      ) == #"{"data":{"quick_aggregate":{"aggregate":{"count":3},"group_by":["#
        + #"{"group_key":{"symbol":"CL"},"aggregate":{"count":1}},"#
        + #"{"group_key":{"symbol":"ES"},"aggregate":{"count":2}}],"#
        + #""nodes":[{"id":3},{"id":4},{"id":5}]}}}"#
    )
    await harness.stop()
  }

  @Test func heedsPermissions() async throws {
    let trader = Session(role: "trader", [SessionVariable(name: "x-hasura-user", value: "ann")])
    try await check(
      as: trader,
      (
        "{ trades_aggregate { group_by(keys: {column: symbol}) { group_key { symbol } aggregate { count } } } }",
        #"{"data":{"trades_aggregate":{"group_by":["#
          + #"{"group_key":{"symbol":"ES"},"aggregate":{"count":2}},"#
          + #"{"group_key":{"symbol":"NQ"},"aggregate":{"count":1}}]}}}"#
      ),
      (
        "{ trades_aggregate { group_by(keys: [{column: owner}]) { aggregate { count } } } }",
        Self.failure(
          "trades_aggregate.selectionSet.group_by.args.keys[0].column",
          "expected one of the values ['pnl', 'strategy_id', 'symbol'] for type "
            + "'trades_select_column', but found 'owner'"
        )
      )
    )
    try await check(
      as: Session(role: "reader"),
      (
        "{ trades_aggregate { group_by(keys: {column: symbol}) { aggregate { count } } } }",
        Self.failure(
          "trades_aggregate",
          "field 'trades_aggregate' not found in type: 'query_root'"
        )
      )
    )
  }

  @Test func hidesValuesOfKeysWhereTheRoleDoesNotSeeThem() async throws {
    let metadata = EngineHarness.metadata([
      [
        "table": "trades",
        "select_permissions": [
          [
            "role": "own",
            "permission": [
              "columns": ["symbol", "pnl", "owner"], "allow_aggregations": true,
              "filter": [
                "_exists": ["_table": "trades", "_where": ["owner": ["_eq": "X-Hasura-User"]]],
                "owner": ["_eq": "X-Hasura-User"],
              ],
            ],
          ],
          [
            "role": "all",
            "permission": ["columns": ["owner"], "filter": [:], "allow_aggregations": true],
          ],
        ],
      ]
    ])
    guard case .object(var document) = metadata else { return }
    document["inherited_roles"] = [["role_name": "both", "role_set": ["own", "all"]]]
    let harness = try await EngineHarness(sql: Self.sql, metadata: .object(document))
    let session = Session(role: "both", [SessionVariable(name: "x-hasura-user", value: "ann")])
    #expect(
      await harness.answer(
        """
        { trades_aggregate { group_by(keys: {column: symbol}, order_by: {group_key: {symbol: asc}}) {
            group_key { symbol } aggregate { count sum { pnl } } } } }
        """,
        as: session
      ) == #"{"data":{"trades_aggregate":{"group_by":["#
        + #"{"group_key":{"symbol":"ES"},"aggregate":{"count":2,"sum":{"pnl":9007199254741003.5001}}},"#
        + #"{"group_key":{"symbol":"NQ"},"aggregate":{"count":1,"sum":{"pnl":-3.2500}}},"#
        + #"{"group_key":{"symbol":null},"aggregate":{"count":2,"sum":{"pnl":null}}}]}}}"#
    )
    await harness.stop()
  }

  @Test func refusesKeysThatMakeNoSense() async throws {
    func failure(_ arguments: String, _ path: String, _ message: String) -> (String, String) {
      (
        "{ trades_aggregate { group_by(\(arguments)) { aggregate { count } } } }",
        Self.failure("trades_aggregate.selectionSet.group_by.args." + path, message)
      )
    }
    try await check(
      failure(
        "keys: [{column: symbol, date_trunc: day}]",
        "keys[0]",
        "\"date_trunc\" is for dates and times, and \"symbol\" is of type text"
      ),
      failure(
        "keys: [{column: symbol, width: 1}]",
        "keys[0]",
        "\"width\" is for numbers, and \"symbol\" is of type text"
      ),
      failure(
        "keys: [{column: at, date_trunc: day, date_bin: \"1 day\"}]",
        "keys[0]",
        "a key has one of date_bin and date_trunc"
      ),
      failure(
        "keys: [{column: day, date_trunc: day, time_zone: \"UTC\"}]",
        "keys[0]",
        "\"time_zone\" is for columns of type timestamptz, and \"day\" is of type date"
      ),
      failure(
        "keys: [{column: at, time_zone: \"UTC\"}]",
        "keys[0]",
        "\"time_zone\" goes with \"date_bin\" or \"date_trunc\""
      ),
      failure(
        "keys: [{column: at, date_trunc: day}, {column: at}]",
        "keys[1]",
        "the column \"at\" is a key in two ways"
      ),
      failure(
        "keys: {column: symbol}, order_by: {group_key: {at: asc}}",
        "order_by[0]",
        "groups are put in order by their keys, and \"at\" is none of them"
      ),
      failure(
        "keys: {column: symbol}, limit: -1",
        "limit",
        "expected a non-negative 32-bit integer for type 'Int', but found an integer"
      )
    )
  }

  @Test func tellsWhatPostgreSQLRefuses() async throws {
    func groups(_ key: String) -> String {
      "{ trades_aggregate { group_by(keys: [{\(key)}]) { aggregate { count } } } }"
    }
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (key, message) in [
      (
        #"column: at, date_trunc: day, time_zone: "Mars/Base""#,
        #"time zone \"Mars/Base\" not recognized"#
      ),
      (#"column: at, date_bin: "soon""#, #"invalid input syntax for type interval: \"soon\""#),
      ("column: qty, width: 0", "division by zero"),
      ("column: raw", "could not identify an equality operator for type json"),
    ] {
      let answer = await harness.answer(groups(key))
      #expect(answer.contains("\"message\":\"\(message)\""), "\(answer)")
    }
    await harness.stop()
  }
}
