import SQLCompiler
import Testing

@Suite struct RemoteFieldTests {
  private let field = RemoteField(
    index: 7,
    keys: [.init(column: 2, form: .text), .init(column: 3, form: .json)]
  )

  @Test func selectsTheKeyOfEachRowBesideItsColumns() {
    let query = TableQuery(
      table: TestTables.accounts,
      rows: rows(),
      fields: [.column("equity", 2), .remote(key: "r", field), .column("name", 1)]
    )
    let plan = Compiler.compile([.rows(key: "a", query)], tables: TestTables.all)
    #expect(
      plan.statements.map(\.sql) == [
        #"select t0."equity", to_jsonb(t0."tags") #>> '{}', t0."name" from "trade"."accounts" as t0"#
      ]
    )
    #expect(plan.remotes == [RemoteJoin(field: 7, level: 0, keys: 0..<2)])
    #expect(plan.keyCells == [0, 1])
    #expect(
      plan.levels[0].fields.map { plan.fields[Int($0)].content }
        == [.cell(0, .numberOrSpecial), .remote(0), .cell(2, .string)]
    )
  }

  @Test func findsTheKeysOfALevelThatSharesItsStatement() {
    let inner = TableQuery(
      table: TestTables.orders,
      rows: rows(),
      fields: [.remote(key: "r", RemoteField(index: 0, keys: [.init(column: 2, form: .text)]))]
    )
    let query = TableQuery(
      table: TestTables.accounts,
      rows: rows { $0.filter = .comparison(column: 0, .equal, ParameterSlot(0)) },
      fields: [.column("name", 1), .array(key: "orders", relationship: 0, inner)]
    )
    let plan = Compiler.compile([.row(key: "a", query)], tables: TestTables.all)
    #expect(plan.statements.count == 1)
    #expect(plan.remotes.map(\.level) == [1])
    // Behind the level's number, the root's name and its key, and the key of the order's parent.
    #expect(plan.remotes[0].keys.map { plan.keyCells[Int($0)] } == [4])
  }

  @Test func isGatheredWithNoOtherRequest() {
    let query = TableQuery(
      table: TestTables.accounts,
      rows: rows { $0.filter = .comparison(column: 0, .equal, ParameterSlot(0)) },
      fields: [.column("name", 1), .remote(key: "r", field)]
    )
    #expect(
      Compiler.compile([.row(key: "a", query)], tables: TestTables.all).gathered == nil
    )
  }

  // MARK: - The other side

  private func plan(
    _ value: FieldRequest,
    _ kind: BoundRelationship.Kind = .array,
    estimatedOrders: Double = 200
  ) -> ReadPlan {
    var tables = TestTables.all
    tables[TestTables.orders].estimatedRows = estimatedOrders
    let relationship = BoundRelationship(
      name: "orders",
      kind: kind,
      target: TestTables.orders,
      columns: [.init(local: 4, remote: 1)],
      isNullable: true,
      targetIsUnique: false
    )
    let keys = KeyTable(to: relationship, of: tables[TestTables.orders], [ParameterSlot(3)])
    let query = keys.query(at: tables.count, value)
    return Compiler.compile([.rows(key: "r", query)], tables: tables + [keys.table])
  }

  private func orders(_ selection: RowSelection, _ fields: FieldRequest...) -> TableQuery {
    TableQuery(table: TestTables.orders, rows: selection, fields: fields)
  }

  private let keys =
    #"with f as materialized (select * from (/* "native"."query"() */ select n - 1 as n, "#
    + #"k0::integer as k0 from unnest($1::text[]) with ordinality as k(k0, n)"# + "\n) as q) "

  @Test func fetchesTheRowsOfAllKeysByOneStatement() {
    let plan = plan(.array(key: "v", relationship: 0, orders(rows(), .column("qty", 2))))
    #expect(
      plan.statements == [
        Statement(
          sql: keys
            + #"(select 0, t0."n", t0."k0", null::integer, null::numeric from f as t0) union all "#
            + #"(select 1, null::bigint, null::integer, t1."account_id", t1."qty" "#
            + #"from "trade"."orders" as t1 where t1."account_id" = any(array("#
            + #"select t2."k0" from f as t2)))"#,
          parameters: [ParameterSlot(3)]
        )
      ]
    )
  }

  @Test func searchesForEachKeyWhereALimitKeepsFewOfManyRows() {
    let selection = rows {
      $0.order = [ascending(2)]
      $0.limit = .literal(2)
    }
    let value = FieldRequest.array(
      key: "v",
      relationship: 0,
      orders(selection, .column("qty", 2))
    )
    #expect(
      plan(value, estimatedOrders: 1_000_000).statements.map(\.sql) == [
        keys
          + #"(select 0, t0."n", t0."k0", null::integer, null::numeric from f as t0) union all "#
          + #"(select 1, null::bigint, null::integer, t1."account_id", t1."qty" from "#
          + #"(select distinct * from (select t4."k0" as k0 from f as t4) as t5) as t2 "#
          + #"cross join lateral (select t3.* from "trade"."orders" as t3 "#
          + #"where t3."account_id" = t2.k0 order by t3."qty" limit 2) as t1)"#
      ]
    )
  }

  @Test func keepsOneKeyForAllThatIsAskedOfTheRows() throws {
    let count = AggregateField.count(key: "count", columns: [], isDistinct: false)
    let query = AggregateQuery(
      table: TestTables.orders,
      rows: rows(),
      items: [.aggregate(key: "aggregate", [count]), .nodes(key: "nodes", [.column("qty", 2)])]
    )
    let plan = plan(.aggregate(key: "v", relationship: 0, query))
    #expect(plan.statements.count == 1)
    let member = try #require(plan.levels[0].fields.last)
    guard case .nested(let members) = plan.fields[Int(member)].content else {
      Issue.record("the aggregates are no object")
      return
    }
    // Behind the level's number and that of the key.
    let keys = members.map { index -> [Int32] in
      switch plan.fields[Int(index)].content {
      case .many(_, let keys), .aggregate(_, let keys, _): keys.map { plan.keyCells[Int($0)] }
      default: []
      }
    }
    #expect(keys == [[2], [2]])
  }
}
