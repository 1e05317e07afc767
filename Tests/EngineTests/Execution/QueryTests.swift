import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct QueryTests {
  private static let sql = """
    create table desks (id integer primary key, name text not null);
    create table accounts (
      id bigint primary key, desk_id integer references desks, name text not null,
      equity numeric(38,18), opened timestamptz, tags text[], raw jsonb);
    create table orders (
      id integer primary key, account_id bigint not null references accounts,
      symbol text not null, qty numeric(18,4) not null, filled boolean);
    insert into desks values (1, 'alpha'), (2, 'beta'), (3, 'empty');
    insert into accounts values
      (9007199254740993, 1, 'big "one"', 12345678901234567890.123456789012345678,
       '2026-01-02 03:04:05.678+00', '{a,"b c"}', '{"k": {"n": [1, 2.50]}}'),
      (2, 1, 'second', 'NaN', null, null, null),
      (3, 2, 'third', 0.5, 'infinity', '{}', '[]');
    insert into orders
      select n, case n % 3 when 0 then 9007199254740993 when 1 then 2 else 3 end,
        'SYM' || n % 4, n * 1.25, n % 2 = 0 from generate_series(1, 12) n;
    """

  private static let metadata = EngineHarness.metadata([
    [
      "table": "desks",
      "array_relationships": [
        [
          "name": "accounts",
          "using": ["foreign_key_constraint_on": ["table": "accounts", "column": "desk_id"]],
        ]
      ],
    ],
    [
      "table": "accounts",
      "object_relationships": [
        ["name": "desk", "using": ["foreign_key_constraint_on": "desk_id"]]
      ],
      "array_relationships": [
        [
          "name": "orders",
          "using": ["foreign_key_constraint_on": ["table": "orders", "column": "account_id"]],
        ]
      ],
    ],
    [
      "table": "orders",
      "object_relationships": [
        ["name": "account", "using": ["foreign_key_constraint_on": "account_id"]]
      ],
    ],
  ])

  /// Runs queries one after the other, each with the answer that it must have to the letter.
  private func check(_ cases: [(query: String, variables: JSONObject, answer: String)]) async throws
  {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (query, variables, answer) in cases {
      #expect(await harness.answer(query, variables) == answer, "\(query)")
    }
    await harness.stop()
  }

  private func check(_ cases: (query: String, answer: String)...) async throws {
    try await check(cases.map { ($0.query, JSONObject(), $0.answer) })
  }

  @Test func copiesEveryDigit() async throws {
    try await check(
      (
        "{ accounts(order_by: {id: desc}) { id name equity opened tags raw n: raw(path: \"k.n[1]\") } }",
        #"{"data":{"accounts":[{"id":9007199254740993,"name":"big \"one\"","#
          + #""equity":12345678901234567890.123456789012345678,"#
          + #""opened":"2026-01-02T03:04:05.678+00:00","tags":["a","b c"],"#
          + #""raw":{"k": {"n": [1, 2.50]}},"n":2.50},"#
          + #"{"id":3,"name":"third","equity":0.500000000000000000,"opened":"infinity","#
          + #""tags":[],"raw":[],"n":null},"#
          + #"{"id":2,"name":"second","equity":"NaN","opened":null,"tags":null,"raw":null,"n":null}]}}"#
      )
    )
  }

  @Test func nestsLevels() async throws {
    try await check(
      (
        """
        { desks(order_by: {id: asc}) { name accounts(order_by: {id: asc}) {
            id desk { id __typename } orders(order_by: {id: asc}, limit: 2, offset: 1) { id } } } }
        """,
        #"{"data":{"desks":[{"name":"alpha","accounts":["#
          + #"{"id":2,"desk":{"id":1,"__typename":"desks"},"orders":[{"id":4},{"id":7}]},"#
          + #"{"id":9007199254740993,"desk":{"id":1,"__typename":"desks"},"orders":[{"id":6},{"id":9}]}]},"#
          + #"{"name":"beta","accounts":[{"id":3,"desk":{"id":2,"__typename":"desks"},"#
          + #""orders":[{"id":5},{"id":8}]}]},{"name":"empty","accounts":[]}]}}"#
      )
    )
  }

  @Test func fetchesAllLevelsBelowFewRowsAtOnce() async throws {
    try await check(
      (
        """
        { accounts(order_by: {id: asc}, limit: 2, offset: 1) { raw equity desk { id name }
            orders(order_by: {id: desc}, limit: 2, where: {symbol: {_neq: "x"}}) {
              id qty filled account { tags } } } }
        """,
        #"{"data":{"accounts":[{"raw":[],"equity":0.500000000000000000,"#
          + #""desk":{"id":2,"name":"beta"},"orders":["#
          + #"{"id":11,"qty":13.7500,"filled":false,"account":{"tags":[]}},"#
          + #"{"id":8,"qty":10.0000,"filled":true,"account":{"tags":[]}}]},"#
          + #"{"raw":{"k": {"n": [1, 2.50]}},"equity":12345678901234567890.123456789012345678,"#
          + #""desk":{"id":1,"name":"alpha"},"orders":["#
          + #"{"id":12,"qty":15.0000,"filled":true,"account":{"tags":["a","b c"]}},"#
          + #"{"id":9,"qty":11.2500,"filled":false,"account":{"tags":["a","b c"]}}]}]}}"#
      ),
      (
        "{ desks_by_pk(id: 3) { name accounts { id } } missing: desks_by_pk(id: 4) { accounts { id } } }",
        #"{"data":{"desks_by_pk":{"name":"empty","accounts":[]},"missing":null}}"#
      )
    )
  }

  @Test func aggregates() async throws {
    try await check(
      (
        """
        { orders_aggregate(where: {qty: {_gt: "7.5"}}) {
            aggregate { count n: count(columns: symbol, distinct: true) sum { qty } max { symbol } }
            nodes { id } } }
        """,
        #"{"data":{"orders_aggregate":{"aggregate":{"count":6,"n":4,"sum":{"qty":71.2500},"#
          + #""max":{"symbol":"SYM3"}},"nodes":[{"id":7},{"id":8},{"id":9},{"id":10},{"id":11},{"id":12}]}}}"#
      ),
      (
        """
        { desks(order_by: {id: desc}, limit: 2) { accounts_aggregate { aggregate { count
            avg { equity } } __typename } } }
        """,
        #"{"data":{"desks":[{"accounts_aggregate":{"aggregate":{"count":0,"avg":{"equity":null}},"#
          + #""__typename":"accounts_aggregate"}},{"accounts_aggregate":{"aggregate":{"count":1,"#
          + #""avg":{"equity":0.50000000000000000000}},"__typename":"accounts_aggregate"}}]}}"#
      )
    )
  }

  @Test func filtersAndOrdersThroughRelationships() async throws {
    try await check(
      (
        """
        { orders(where: {_or: [{account: {desk: {name: {_eq: "beta"}}}}, {symbol: {_in: ["SYM1"]}}],
                         _not: {filled: {_eq: true}}},
                 order_by: [{account: {desk: {name: desc}}}, {id: asc}]) { id } }
        """,
        #"{"data":{"orders":[{"id":5},{"id":11},{"id":1},{"id":9}]}}"#
      ),
      (
        "{ accounts(where: {orders: {qty: {_gte: 15}}}) { id } }",
        #"{"data":{"accounts":[{"id":9007199254740993}]}}"#
      ),
      (
        """
        { accounts(where: {orders_aggregate: {count: {predicate: {_gt: 3}, filter: {id: {_gt: 1}}}}},
                   order_by: {orders_aggregate: {max: {qty: desc}}}) { id } }
        """,
        #"{"data":{"accounts":[{"id":9007199254740993},{"id":3}]}}"#
      ),
      (
        "{ orders(distinct_on: symbol, order_by: [{symbol: asc}, {id: desc}]) { id symbol } }",
        #"{"data":{"orders":[{"id":12,"symbol":"SYM0"},{"id":9,"symbol":"SYM1"},"#
          + #"{"id":10,"symbol":"SYM2"},{"id":11,"symbol":"SYM3"}]}}"#
      )
    )
  }

  @Test func sharesAPlanAmongValues() async throws {
    let query = """
      query ($id: bigint!, $tags: [String!], $n: Int, $with: Boolean!) {
        accounts_by_pk(id: $id) { id name @include(if: $with) }
        accounts(where: {tags: {_eq: $tags}}, limit: $n) { id } }
      """
    try await check([
      (
        query, ["id": "9007199254740993", "tags": ["a", "b c"], "n": 1, "with": true],
        #"{"data":{"accounts_by_pk":{"id":9007199254740993,"name":"big \"one\""},"#
          + #""accounts":[{"id":9007199254740993}]}}"#
      ),
      (
        query, ["id": 3, "tags": [], "n": 5, "with": false],
        #"{"data":{"accounts_by_pk":{"id":3},"accounts":[{"id":3}]}}"#
      ),
      (
        query, ["id": 4, "tags": ["x"], "n": nil, "with": true],
        #"{"data":{"accounts_by_pk":null,"accounts":[]}}"#
      ),
    ])
  }

  @Test func gathersLookUpsThatComeTogether() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let query = "query ($id: bigint!) { accounts_by_pk(id: $id) { name } }"
    let keys = (0..<200).map { ["2", "3", "9007199254740993", "77", "x"][$0 % 5] }
    let answers = await withTaskGroup(of: (Int, String).self) { group in
      for (index, key) in keys.enumerated() {
        group.addTask { (index, await harness.answer(query, ["id": .string(key)])) }
      }
      return await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
    }
    for (index, key) in keys.enumerated() {
      let answer = answers[index] ?? ""
      switch key {
      case "2": #expect(answer == #"{"data":{"accounts_by_pk":{"name":"second"}}}"#)
      case "3": #expect(answer == #"{"data":{"accounts_by_pk":{"name":"third"}}}"#)
      case "77": #expect(answer == #"{"data":{"accounts_by_pk":null}}"#)
      case "x":
        #expect(
          answer == #"{"errors":[{"message":"invalid input syntax for type bigint: \"x\"","#
            + #""extensions":{"path":"$","code":"data-exception"}}]}"#
        )
      default: #expect(answer == #"{"data":{"accounts_by_pk":{"name":"big \"one\""}}}"#)
      }
    }
    await harness.stop()
  }

  @Test func answersObjectsOfWhichNothingIsLeft() async throws {
    try await check([
      ("query ($no: Boolean!) { desks @skip(if: $no) { id } }", ["no": true], #"{"data":{}}"#),
      (
        """
        query ($no: Boolean!) { desks(where: {id: {_lt: 3}}) { id @skip(if: $no) }
          desks_by_pk(id: 1) { accounts(order_by: {id: asc}) { desk { name @skip(if: $no) } } } }
        """,
        ["no": true],
        #"{"data":{"desks":[{},{}],"desks_by_pk":{"accounts":[{"desk":{}},{"desk":{}}]}}}"#
      ),
      (
        """
        query ($no: Boolean!) { desks_aggregate { aggregate @skip(if: $no) { count } }
          orders_aggregate { aggregate { sum { qty @skip(if: $no) } max @skip(if: $no) { qty } } }
          desks_by_pk(id: 1) { accounts_aggregate { aggregate { count @skip(if: $no) } } } }
        """,
        ["no": true],
        #"{"data":{"desks_aggregate":{},"orders_aggregate":{"aggregate":{"sum":{}}},"#
          + #""desks_by_pk":{"accounts_aggregate":{"aggregate":{}}}}}"#
      ),
    ])
  }
}
