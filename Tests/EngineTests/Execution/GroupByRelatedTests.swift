import JSON
import Testing

@testable import Engine

/// Groups by columns of rows that object relationships lead to.
@Suite(.timeLimit(.minutes(2))) struct GroupByRelatedTests {
  private static let sql = """
    create table algorithms (id integer primary key, name text not null, owner text not null);
    create table strategies (
      id integer primary key, name text not null, started date,
      algorithm_id integer not null references algorithms);
    create table trades (id integer primary key, strategy_id integer references strategies, qty integer,
      day date);
    insert into algorithms values (1, 'momentum', 'ann'), (2, 'carry', 'bob');
    insert into strategies values
      (1, 'm1', '2026-01-15', 1), (2, 'm2', '2026-01-20', 1), (3, 'c1', '2026-02-01', 2);
    insert into trades values (1, 1, 10), (2, 2, 5), (3, 3, 7), (4, null, 1), (5, 1, 2);
    """

  private static func permission(_ columns: [String], _ filter: JSONValue = [:]) -> JSONValue {
    [
      [
        "role": "trader",
        "permission": [
          "columns": .array(columns.map { .string($0) }), "filter": filter,
          "allow_aggregations": true,
        ],
      ]
    ]
  }

  private static let metadata = EngineHarness.metadata([
    [
      "table": "algorithms",
      "select_permissions": permission(["name"], ["owner": ["_eq": "X-Hasura-User-Id"]]),
    ],
    [
      "table": "strategies",
      "object_relationships": [
        ["name": "algorithm", "using": ["foreign_key_constraint_on": "algorithm_id"]]
      ],
      "array_relationships": [
        [
          "name": "trades",
          "using": ["foreign_key_constraint_on": ["table": "trades", "column": "strategy_id"]],
        ]
      ],
      "select_permissions": permission(["id", "started"]),
    ],
    [
      "table": "trades",
      "object_relationships": [
        ["name": "strategy", "using": ["foreign_key_constraint_on": "strategy_id"]]
      ],
      "select_permissions": permission(["qty"]),
    ],
  ])

  private func check(
    as session: Session = Session(role: Session.adminRole),
    _ cases: (arguments: String, fields: String, groups: String)...
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (arguments, fields, groups) in cases {
      let query = "{ trades_aggregate { group_by(\(arguments)) { \(fields) } } }"
      let answer = await harness.answer(query, as: session)
      let start = #"{"data":{"trades_aggregate":{"group_by":"#
      #expect(answer == (groups.hasPrefix("[") ? start + groups + "}}}" : groups), "\(query)")
    }
    await harness.stop()
  }

  private static let byAlgorithm = "keys: [{strategy: {algorithm: {column: name}}}]"
  private static let algorithm =
    "group_key { strategy { algorithm { name } } } aggregate { count sum { qty } }"

  private static func group(_ name: String, _ count: Int, _ sum: Int) -> String {
    #"{"group_key":{"strategy":{"algorithm":{"name":\#(name)}}},"#
      + #""aggregate":{"count":\#(count),"sum":{"qty":\#(sum)}}}"#
  }

  @Test func makesGroupsByWhatRowsBelongTo() async throws {
    try await check(
      (
        Self.byAlgorithm, Self.algorithm,
        "[\(Self.group(#""carry""#, 1, 7)),\(Self.group(#""momentum""#, 3, 17)),\(Self.group("null", 1, 1))]"
      ),
      (
        Self.byAlgorithm + ", having: {count: {predicate: {_gt: 1}}}", Self.algorithm,
        "[\(Self.group(#""momentum""#, 3, 17))]"
      ),
      (
        "keys: [{strategy: {column: name}}, {column: strategy_id}], limit: 2, "
          + "order_by: {group_key: {strategy: {name: desc_nulls_last}}}",
        "group_key { strategy_id strategy { __typename name started } } aggregate { count }",
        #"[{"group_key":{"strategy_id":2,"strategy":{"__typename":"strategies_group_by_key_fields","#
          + #""name":"m2","started":null}},"aggregate":{"count":1}},{"group_key":{"strategy_id":1,"#
          + #""strategy":{"__typename":"strategies_group_by_key_fields","name":"m1","started":null}},"#
          + #""aggregate":{"count":2}}]"#
      ),
      (
        "keys: {strategy: {column: started, date_trunc: month}}",
        "group_key { strategy { started } } aggregate { count }",
        #"[{"group_key":{"strategy":{"started":"2026-01-01"}},"aggregate":{"count":3}},"#
          + #"{"group_key":{"strategy":{"started":"2026-02-01"}},"aggregate":{"count":1}},"#
          + #"{"group_key":{"strategy":{"started":null}},"aggregate":{"count":1}}]"#
      )
    )
  }

  @Test func makesGroupsOfSomeRowsAndOfEachParent() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    #expect(
      await harness.answer(
        """
        { trades_aggregate(order_by: {id: asc}, limit: 3) { group_by(\(Self.byAlgorithm)) {
          \(Self.algorithm) } } }
        """
      ) == #"{"data":{"trades_aggregate":{"group_by":[\#(Self.group(#""carry""#, 1, 7)),"#
        + #"\#(Self.group(#""momentum""#, 2, 15))]}}}"#
    )
    #expect(
      await harness.answer(
        """
        { strategies(order_by: {id: asc}, limit: 2) { trades_aggregate {
          group_by(\(Self.byAlgorithm), limit: 1) { \(Self.algorithm) } } } }
        """
      ) == #"{"data":{"strategies":[{"trades_aggregate":{"group_by":["#
        + Self.group(#""momentum""#, 2, 12) + #"]}},{"trades_aggregate":{"group_by":["#
        + Self.group(#""momentum""#, 1, 5) + "]}}]}}"
    )
    await harness.stop()
  }

  /// What a role does not see of the other table tells no key: it counts as not there.
  @Test func tellsNoKeyOfAHiddenRow() async throws {
    let ann = Session(role: "trader", [SessionVariable(name: "x-hasura-user-id", value: "ann")])
    try await check(
      as: ann,
      (
        Self.byAlgorithm, Self.algorithm,
        "[\(Self.group(#""momentum""#, 3, 17)),\(Self.group("null", 2, 8))]"
      ),
      (
        Self.byAlgorithm + ", order_by: {group_key: {strategy: {algorithm: {name: desc}}}}",
        Self.algorithm, "[\(Self.group("null", 2, 8)),\(Self.group(#""momentum""#, 3, 17))]"
      ),
      (
        "keys: {strategy: {column: name}}", "aggregate { count }",
        #"{"errors":[{"message":"expected one of the values ['id', 'started'] for type "#
          + #"'strategies_select_column', but found 'name'","extensions":{"path":"#
          + #""$.selectionSet.trades_aggregate.selectionSet.group_by.args.keys.strategy.column","#
          + #""code":"validation-failed"}}]}"#
      )
    )
  }

  private static func failure(_ place: String, _ message: String) -> String {
    let text = String(decoding: JSONValue.string(message).serialized, as: UTF8.self)
    return #"{"errors":[{"message":\#(text),"extensions":{"path":"#
      + #""$.selectionSet.trades_aggregate.selectionSet.group_by.args.\#(place)","#
      + #""code":"validation-failed"}}]}"#
  }

  @Test func refusesKeysThatAreNone() async throws {
    let one = "a key has exactly one column, the table's own or one of a relationship"
    try await check(
      (
        "keys: [{column: strategy_id, strategy: {column: name}}]", "aggregate { count }",
        Self.failure("keys[0]", one)
      ),
      ("keys: [{}]", "aggregate { count }", Self.failure("keys[0]", one)),
      (
        "keys: [{strategy: {}}]", "aggregate { count }", Self.failure("keys[0].strategy", one)
      ),
      (
        "keys: [{strategy: {column: started}, date_trunc: day}]", "aggregate { count }",
        Self.failure("keys[0]", "\"date_trunc\" goes with \"column\"")
      ),
      (
        "keys: [{strategy: {column: started}}, {strategy: {column: started, date_trunc: day}}]",
        "aggregate { count }",
        Self.failure("keys[1]", "the column \"strategy.started\" is a key in two ways")
      ),
      (
        "keys: [{column: qty}], order_by: {group_key: {strategy: {algorithm: {id: asc}}}}",
        "aggregate { count }",
        Self.failure(
          "order_by[0]",
          "groups are put in order by their keys, and \"strategy.algorithm.id\" is none of them"
        )
      )
    )
  }
}
