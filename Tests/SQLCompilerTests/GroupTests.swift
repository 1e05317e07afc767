import SQLCompiler
import Testing

@Suite struct GroupTests {
  private static let items: [GroupItem] = [
    .keys(key: "group_key", [.key(key: "name", index: 0), .absent(key: "id")]),
    .aggregate(key: "aggregate", [.count(key: "count", columns: [], isDistinct: false)]),
  ]

  private func sql(_ groups: GroupQuery, _ rows: RowSelection = RowSelection()) -> [String] {
    let query = AggregateQuery(
      table: TestTables.accounts,
      rows: rows,
      items: [.groups(key: "group_by", groups)]
    )
    return Compiler.compile([.aggregate(key: "a", query)], tables: TestTables.all)
      .statements.map(\.sql)
  }

  @Test func groupsByColumnsInTheirOrder() {
    let keys = [GroupKey(column: 1), GroupKey(column: 3)]
    #expect(
      sql(
        GroupQuery(keys: keys, items: Self.items),
        rows { $0.filter = .comparison(column: 0, .less, ParameterSlot(0)) }
      ) == [
        #"select t0."name", count(*) from "trade"."accounts" as t0 where t0."id" < $1::integer "#
          + #"group by t0."name", t0."tags" order by t0."name""#
      ]
    )
    #expect(
      sql(GroupQuery(items: [Self.items[1]]))
        == [#"select count(*) from "trade"."accounts" as t0 group by ()"#]
    )
  }

  @Test func makesStepsOnceBelow() {
    #expect(
      sql(
        GroupQuery(keys: [GroupKey(column: 2, step: .width(ParameterSlot(0)))], items: Self.items)
      )
        == [
          #"select t0."%g0", count(*) from (select t1.*, "#
            + #"(floor(t1."equity"::numeric / $1::numeric) * $1::numeric)::numeric as "%g0" "#
            + #"from "trade"."accounts" as t1) as t0 group by t0."%g0" order by t0."%g0""#
        ]
    )
  }

  @Test func joinsTheRowsThatKeysAreOf() {
    func sql(_ key: GroupKey, _ rows: RowSelection = RowSelection()) -> [String] {
      let groups = GroupQuery(
        keys: [key, GroupKey(column: 2)],
        items: [
          .keys(key: "group_key", [.related(key: "account", [.key(key: "name", index: 0)])]),
          Self.items[1],
        ]
      )
      let query = AggregateQuery(
        table: TestTables.orders,
        rows: rows,
        items: [.groups(key: "group_by", groups)]
      )
      return Compiler.compile([.aggregate(key: "a", query)], tables: TestTables.all)
        .statements.map(\.sql)
    }
    let start = #"select t0."%g0", count(*) from (select t1.*, "#
    let end = #" as t0 group by t0."%g0", t0."%g1" order by t0."%g0", t0."%g1""#
    #expect(
      sql(GroupKey(path: [0], column: 1)) == [
        start + #"t2."name" as "%g0", t1."qty" as "%g1" from "trade"."orders" as t1 "#
          + #"left join "trade"."accounts" as t2 on t2."id" = t1."account_id")"# + end
      ]
    )
    // Where there may be several rows one of them counts, and a cut is of the rows before.
    #expect(
      sql(
        GroupKey(path: [1], column: 1, step: .width(ParameterSlot(0))),
        rows { $0.limit = .literal(2) }
      )
        == [
          start + #"(floor(t3."value"::numeric / $1::numeric) * $1::numeric)::numeric as "%g0", "#
            + #"t1."qty" as "%g1" from (select t4.* from "trade"."orders" as t4 limit 2) as t1 "#
            + #"left join lateral (select t2.* from "trade"."readings" as t2 "#
            + #"where t2."account" = t1."account_id" limit 1) as t3 on true)"# + end
        ]
    )
  }

  @Test func keepsGroupsByTheirAggregates() {
    let sum = AggregatePredicate(
      function: .sum,
      columns: [2],
      isDistinct: false,
      filter: .comparison(column: 1, .equal, ParameterSlot(0)),
      comparisons: [.init(operand: .value(.greater, ParameterSlot(1)), type: "numeric")]
    )
    let groups = GroupQuery(
      keys: [GroupKey(column: 1)],
      condition: .or([.aggregate(sum), .not(.always)]),
      order: [
        GroupOrderTerm(key: .aggregate(.sum, column: 2), direction: .descendingNullsLast),
        GroupOrderTerm(key: .count, direction: .ascending),
      ],
      limit: .literal(5),
      offset: .parameter(ParameterSlot(2)),
      items: Self.items
    )
    #expect(
      sql(groups) == [
        #"select t0."name", count(*) from "trade"."accounts" as t0 group by t0."name" having "#
          + #"(sum(t0."equity") filter (where t0."name" = $1::text) > $2::numeric) or (not (true)) "#
          + #"order by sum(t0."equity") desc nulls last, count(*), t0."name" "#
          + #"limit 5 offset $3::bigint"#
      ]
    )
  }

  @Test func groupsTheRowsOfEachParentByThemselves() {
    func groups(limit: RowCount?) -> String? {
      let groups = GroupQuery(
        keys: [GroupKey(column: 2)],
        limit: limit,
        items: [Self.items[1]]
      )
      let query = AggregateQuery(
        table: TestTables.orders,
        rows: rows(),
        items: [.groups(key: "group_by", groups)]
      )
      let root = TableQuery(
        table: TestTables.accounts,
        rows: rows(),
        fields: [.aggregate(key: "orders_aggregate", relationship: 0, query)]
      )
      return Compiler.compile([.rows(key: "a", root)], tables: TestTables.all)
        .statements.last?.sql
    }
    let origin =
      #"from "trade"."orders" as t0 where t0."account_id" in "#
      + #"(select t1."id" from "trade"."accounts" as t1) group by t0."account_id", t0."qty""#
    #expect(
      groups(limit: nil)
        == #"select t0."account_id", count(*) "# + origin + #" order by t0."qty""#
    )
    #expect(
      groups(limit: .literal(2))
        == #"select t2.c0, t2.c1 from (select t0."account_id" as c0, count(*) as c1, "#
        + #"row_number() over (partition by t0."account_id" order by t0."qty") as n "#
        + origin + ") as t2 where t2.n <= 2 order by t2.n"
    )
  }
}
