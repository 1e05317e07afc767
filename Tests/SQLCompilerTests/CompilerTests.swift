import SQLCompiler
import Testing

@Suite struct CompilerTests {
  private func sql(_ roots: RootRequest...) -> [String] {
    Compiler.compile(roots, tables: TestTables.all).statements.map(\.sql)
  }

  private func accounts(_ rows: RowSelection, _ fields: FieldRequest...) -> RootRequest {
    .rows(key: "a", TableQuery(table: TestTables.accounts, rows: rows, fields: fields))
  }

  private func orders(_ rows: RowSelection, _ fields: FieldRequest...) -> FieldRequest {
    .array(
      key: "orders",
      relationship: 0,
      TableQuery(table: TestTables.orders, rows: rows, fields: fields)
    )
  }

  @Test func selectsPlainColumns() {
    #expect(
      sql(accounts(rows(), .column("id", 0), .column("tags", 3)))
        == [#"select t0."id", to_json(t0."tags") from "trade"."accounts" as t0"#]
    )
  }

  @Test func bindsValuesAndWritesCountsOfTheDocument() {
    let selection = rows {
      $0.filter = .comparison(column: 2, .greater, ParameterSlot(0))
      $0.order = [
        OrderTerm(key: .column(2), direction: .descendingNullsLast), ascending(0),
      ]
      $0.limit = .literal(5)
      $0.offset = .parameter(ParameterSlot(1))
    }
    let plan = Compiler.compile([accounts(selection, .column("id", 0))], tables: TestTables.all)
    #expect(
      plan.statements == [
        Statement(
          sql: #"select t0."id" from "trade"."accounts" as t0 where t0."equity" > $1::numeric "#
            + #"order by t0."equity" desc nulls last, t0."id" limit 5 offset $2::bigint"#,
          parameters: [ParameterSlot(0), ParameterSlot(1)]
        )
      ]
    )
  }

  @Test func fetchesEachLevelByTheKeysOfItsParent() {
    #expect(
      sql(accounts(rows(), .column("name", 1), orders(rows(), .column("qty", 2)))) == [
        #"select t0."name", t0."id" from "trade"."accounts" as t0"#,
        #"select t0."account_id", t0."qty" from "trade"."orders" as t0 "#
          + #"where t0."account_id" in (select t1."id" from "trade"."accounts" as t1)"#,
      ]
    )
  }

  @Test func makesACutSelectionTotalWhereItIsRepeated() {
    let selection = rows {
      $0.order = [ascending(1)]
      $0.limit = .literal(300)
    }
    #expect(
      sql(accounts(selection, .column("name", 1), orders(rows(), .column("qty", 2)))) == [
        #"select t0."name", t0."id" from "trade"."accounts" as t0 "#
          + #"order by t0."name", t0."id" limit 300"#,
        #"select t0."account_id", t0."qty" from "trade"."orders" as t0 "#
          + #"where t0."account_id" = any(array(select t1."id" from "trade"."accounts" as t1 "#
          + #"order by t1."name", t1."id" limit 300))"#,
      ]
    )
  }

  @Test func makesASelectionWithoutKeyTotalInWhatTheLevelsBelowNeed() {
    let query = TableQuery(
      table: TestTables.readings,
      rows: rows { $0.limit = .literal(200) },
      fields: [.column("value", 1), orders(rows(), .column("id", 0))]
    )
    #expect(
      sql(.rows(key: "r", query)) == [
        #"select t0."value", t0."account" from "trade"."readings" as t0 "#
          + #"order by t0."account" limit 200"#,
        #"select t0."account_id", t0."id" from "trade"."orders" as t0 where t0."account_id" "#
          + #"= any(array(select t1."account" from "trade"."readings" as t1 "#
          + #"order by t1."account" limit 200))"#,
      ]
    )
  }

  @Test func numbersTheRowsOfEachParentForALimit() {
    let selection = rows {
      $0.order = [ascending(2)]
      $0.limit = .literal(3)
      $0.offset = .literal(1)
    }
    #expect(
      sql(accounts(rows(), orders(selection, .column("qty", 2)))).last
        == #"select t0."account_id", t0."qty" from (select t1.*, row_number() over "#
        + #"(partition by t1."account_id" order by t1."qty") as "%n" from "trade"."orders" as t1 "#
        + #"where t1."account_id" in (select t2."id" from "trade"."accounts" as t2)) as t0 "#
        + #"where t0."%n" > 1 and t0."%n" <= 1 + 3 order by t0."%n""#
    )
  }

  @Test func searchesPerParentWhereALimitKeepsFewOfManyRows() {
    var tables = TestTables.all
    tables[TestTables.orders].estimatedRows = 1_000_000
    let selection = rows {
      $0.order = [ascending(2)]
      $0.limit = .literal(1)
    }
    let root = accounts(rows(), orders(selection, .column("qty", 2)))
    #expect(
      Compiler.compile([root], tables: tables).statements.last?.sql
        == #"select t0."account_id", t0."qty" from (select distinct * from "#
        + #"(select t3."id" as k0 from "trade"."accounts" as t3) as t4) as t1 cross join lateral "#
        + #"(select t2.* from "trade"."orders" as t2 where t2."account_id" = t1.k0 "#
        + #"order by t2."qty" limit 1) as t0"#
    )
  }

  @Test func keepsDistinctRowsOfEachParent() {
    let selection = rows {
      $0.distinctOn = [2]
      $0.order = [ascending(2), ascending(0)]
    }
    #expect(
      sql(accounts(rows(), orders(selection, .column("id", 0)))).last
        == #"select distinct on (t0."account_id", t0."qty") t0."account_id", t0."id" "#
        + #"from "trade"."orders" as t0 where t0."account_id" in "#
        + #"(select t1."id" from "trade"."accounts" as t1) "#
        + #"order by t0."account_id", t0."qty", t0."id""#
    )
  }

  @Test func ordersThroughRelationships() {
    let query = TableQuery(
      table: TestTables.orders,
      rows: rows {
        $0.order = [
          OrderTerm(key: .object(relationship: 0, .column(1)), direction: .ascending),
          OrderTerm(key: .object(relationship: 0, .column(2)), direction: .descending),
          OrderTerm(
            key: .object(relationship: 0, .count(relationship: 0)),
            direction: .ascendingNullsFirst
          ),
        ]
      },
      fields: [.column("id", 0)]
    )
    #expect(
      sql(.rows(key: "o", query)) == [
        #"select t0."id" from "trade"."orders" as t0 "#
          + #"left join "trade"."accounts" as t1 on t1."id" = t0."account_id" "#
          + #"order by t1."name", t1."equity" desc, (select count(*) from "trade"."orders" as t2 "#
          + #"where t2."account_id" = t1."id") nulls first"#
      ]
    )
  }

  @Test func takesOneOfSeveralRowsOfAManualObjectRelationship() {
    let key = OrderKey.object(relationship: 1, .column(1))
    let query = TableQuery(
      table: TestTables.orders,
      rows: rows { $0.order = [OrderTerm(key: key, direction: .ascending)] },
      fields: [.column("id", 0)]
    )
    #expect(
      sql(.rows(key: "o", query)) == [
        #"select t0."id" from "trade"."orders" as t0 left join lateral "#
          + #"(select t1.* from "trade"."readings" as t1 where t1."account" = t0."account_id" "#
          + #"limit 1) as t2 on true order by t2."value""#
      ]
    )
  }

  @Test func aggregatesOverAllRowsOrOverACutSelection() {
    func aggregate(_ rows: RowSelection) -> RootRequest {
      .aggregate(
        key: "a",
        AggregateQuery(
          table: TestTables.accounts,
          rows: rows,
          items: [
            .aggregate(
              key: "aggregate",
              [
                .count(key: "count", columns: [], isDistinct: false),
                .count(key: "names", columns: [1, 2], isDistinct: true),
                .group(key: "avg", [.function(key: "equity", .avg, column: 2)]),
              ]
            )
          ]
        )
      )
    }
    let list = #"count(*), count(distinct (t0."name", t0."equity")), avg(t0."equity")"#
    #expect(
      sql(aggregate(rows())) == [#"select \#(list) from "trade"."accounts" as t0"#]
    )
    #expect(
      sql(aggregate(rows { $0.limit = .literal(2) })) == [
        #"select \#(list) from "#
          + #"(select t1.* from "trade"."accounts" as t1 limit 2) as t0"#
      ]
    )
  }

  @Test func aggregatesByTheParentsKey() {
    let query = AggregateQuery(
      table: TestTables.orders,
      rows: rows(),
      items: [.aggregate(key: "aggregate", [.count(key: "n", columns: [], isDistinct: false)])]
    )
    #expect(
      sql(accounts(rows(), .aggregate(key: "orders_aggregate", relationship: 0, query))).last
        == #"select t0."account_id", count(*) from "trade"."orders" as t0 where t0."account_id" "#
        + #"in (select t1."id" from "trade"."accounts" as t1) group by t0."account_id""#
    )
  }

  @Test func gathersLookUpsByKey() {
    func row(_ fields: FieldRequest...) -> RootRequest {
      .row(
        key: "a",
        TableQuery(
          table: TestTables.accounts,
          rows: rows { $0.filter = .comparison(column: 0, .equal, ParameterSlot(0)) },
          fields: fields
        )
      )
    }
    let tables = TestTables.all
    let plan = Compiler.compile([row(.column("name", 1))], tables: tables)
    #expect(
      plan.statements.map(\.sql)
        == [#"select t0."name" from "trade"."accounts" as t0 where t0."id" = $1::integer"#]
    )
    #expect(
      plan.gathered
        == GatheredStatement(
          sql: #"select t0."name", k.n from unnest($1::integer[]) with ordinality as k(k0, n) "#
            + #"join "trade"."accounts" as t0 on t0."id" = k.k0"#,
          keys: [ParameterSlot(0)],
          numberCell: 1
        )
    )
    let nested = row(.column("name", 1), orders(rows(), .column("qty", 2)))
    #expect(Compiler.compile([nested], tables: tables).gathered == nil)
    let path = row(.column(key: "raw", column: 4, path: ParameterSlot(1)))
    #expect(
      Compiler.compile([path], tables: tables).gathered
        == GatheredStatement(
          sql: #"select t0."raw" #> k.k1::text[], k.n from unnest($1::integer[], $2::text[]) "#
            + #"with ordinality as k(k0, k1, n) join "trade"."accounts" as t0 on t0."id" = k.k0"#,
          keys: [ParameterSlot(0), ParameterSlot(1)],
          numberCell: 1
        )
    )
    let two = [row(.column("name", 1)), row(.column("id", 0))]
    #expect(Compiler.compile(two, tables: tables).gathered == nil)
  }

  @Test func fetchesAllLevelsBelowFewRowsAtOnce() {
    let selection = rows {
      $0.order = [ascending(1)]
      $0.limit = .literal(2)
      $0.offset = .parameter(ParameterSlot(0))
    }
    let root = accounts(selection, .column("name", 1), orders(rows(), .column("qty", 2)))
    let plan = Compiler.compile([root], tables: TestTables.all)
    #expect(
      plan.statements.map(\.sql) == [
        #"with p as materialized (select t0."name" as c0, t0."id" as c1, t0."id" as k0 "#
          + #"from "trade"."accounts" as t0 order by t0."name", t0."id" limit 2 "#
          + #"offset $1::bigint) select 0, p.c0, p.c1, null::integer, null::numeric from p "#
          + #"union all (select 1, null::text, null::integer, t1."account_id", t1."qty" "#
          + #"from "trade"."orders" as t1 "#
          + #"where t1."account_id" = any(array(select p.k0 from p)))"#
      ]
    )
    #expect(plan.levels.map(\.number) == [0, 1])
    #expect(plan.keyCells == [2, 3])
  }

  @Test func joinsOneRowWithWhatBelongsToIt() {
    let one = rows { $0.limit = .literal(1) }
    let last = rows {
      $0.order = [OrderTerm(key: .column(2), direction: .descending)]
      $0.limit = .literal(3)
    }
    let root = accounts(one, .column("name", 1), orders(last, .column("qty", 2)))
    let plan = Compiler.compile([root], tables: TestTables.all)
    #expect(
      plan.statements.map(\.sql) == [
        #"select r.* from (select t0."name" as c0, t0."id" as c1, t0."id" as k0 "#
          + #"from "trade"."accounts" as t0 order by t0."id" limit 1) as p cross join lateral "#
          + #"(select 0, p.c0, p.c1, null::integer, null::numeric "#
          + #"union all (select 1, null::text, null::integer, t1."account_id", t1."qty" "#
          + #"from "trade"."orders" as t1 where t1."account_id" = p.k0 "#
          + #"order by t1."qty" desc limit 3)) as r"#
      ]
    )
    #expect(plan.levels.map(\.number) == [0, 1])
  }

  @Test func skipsRowsInTheIndexAlone() {
    let selection = rows {
      $0.order = [OrderTerm(key: .column(0), direction: .descending)]
      $0.limit = .literal(5)
      $0.offset = .parameter(ParameterSlot(0))
    }
    #expect(
      sql(accounts(selection, .column("name", 1))) == [
        #"select t0."name" from (select t1."id" from "trade"."accounts" as t1 "#
          + #"order by t1."id" desc limit 5 offset $1::bigint) as t2 "#
          + #"join "trade"."accounts" as t0 on t0."id" = t2."id" order by t0."id" desc"#
      ]
    )
  }

  @Test func skipsRowsInTheIndexAloneUnderConditionsOnTheKey() {
    var tables = TestTables.all
    let slot = ParameterSlot(0, of: .role)
    tables[TestTables.accounts].access.filter = .comparison(column: 0, .greaterOrEqual, slot)
    var selection = rows {
      $0.order = [OrderTerm(key: .column(0), direction: .ascending)]
      $0.limit = .literal(5)
      $0.offset = .literal(7)
    }
    let query = { (rows: RowSelection) in
      RootRequest.rows(
        key: "a",
        TableQuery(
          table: TestTables.accounts,
          rows: rows,
          fields: [.column(key: "name", column: 1, path: nil)]
        )
      )
    }
    #expect(
      Compiler.compile([query(selection)], tables: tables).statements == [
        Statement(
          sql: #"select t0."name" from (select t1."id" from "trade"."accounts" as t1 "#
            + #"where t1."id" >= $1::integer order by t1."id" limit 5 offset 7) as t2 "#
            + #"join "trade"."accounts" as t0 on t0."id" = t2."id" order by t0."id""#,
          parameters: [slot]
        )
      ]
    )
    // The name is in no index that is known of.
    selection.filter = .isNull(column: 1, false)
    #expect(
      Compiler.compile([query(selection)], tables: tables).statements[0].sql
        == #"select t0."name" from "trade"."accounts" as t0 where (t0."name" is not null) "#
        + #"and (t0."id" >= $1::integer) order by t0."id" limit 5 offset 7"#
    )
  }
}
