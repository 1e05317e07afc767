import SQLCompiler
import Testing

@Suite struct PredicateTests {
  /// The condition of a select over accounts.
  private func condition(_ predicate: Predicate) -> String {
    let query = TableQuery(
      table: TestTables.accounts,
      rows: rows { $0.filter = predicate },
      fields: [.column("id", 0)]
    )
    let plan = Compiler.compile([.rows(key: "a", query)], tables: TestTables.all)
    let head = #"select t0."id" from "trade"."accounts" as t0 where "#
    return String(plan.statements[0].sql.dropFirst(head.count))
  }

  @Test(
    arguments: [
      (.equal, #"t0."name" = $1::text"#),
      (.notEqual, #"t0."name" <> $1::text"#),
      (.isIn, #"t0."name" = any($1::text[])"#),
      (.notIn, #"t0."name" <> all($1::text[])"#),
      (.like, #"t0."name" like $1::text"#),
      (.notCaseInsensitiveLike, #"t0."name" not ilike $1::text"#),
      (.similar, #"t0."name" similar to $1::text"#),
      (.caseInsensitiveRegex, #"t0."name" ~* $1::text"#),
    ] as [(ComparisonOperator, String)]
  )
  func comparesText(by comparison: ComparisonOperator, as sql: String) {
    #expect(condition(.comparison(column: 1, comparison, ParameterSlot(0))) == sql)
  }

  @Test(
    arguments: [
      (4, .contains, #"t0."raw" @> $1::jsonb"#),
      (4, .hasKey, #"t0."raw" ? $1::text"#),
      (4, .hasAnyKey, #"t0."raw" ?| $1::text[]"#),
      (3, .containedIn, #"t0."tags" <@ $1::text[]"#),
      (3, .isIn, #"t0."tags" = any(select t1::text[] from unnest($1::text[]) as t1)"#),
    ] as [(Int, ComparisonOperator, String)]
  )
  func comparesContainers(column: Int, by comparison: ComparisonOperator, as sql: String) {
    #expect(condition(.comparison(column: column, comparison, ParameterSlot(0))) == sql)
  }

  @Test func combinesConditions() {
    let id = Predicate.comparison(column: 0, .equal, ParameterSlot(0))
    #expect(
      condition(.or([.and([id, .isNull(column: 1, true)]), .not(id), .or([]), .and([])]))
        == #"((t0."id" = $1::integer) and (t0."name" is null)) or "#
        + #"(not (t0."id" = $1::integer)) or (false) or (true)"#
    )
  }

  @Test func looksForRelatedRows() {
    #expect(
      condition(.related(relationship: 0, .comparison(column: 2, .less, ParameterSlot(0))))
        == #"exists (select 1 from "trade"."orders" as t1 where t1."account_id" = t0."id" "#
        + #"and (t1."qty" < $1::numeric))"#
    )
  }

  @Test func comparesAggregatesOfRelatedRows() {
    let predicate = AggregatePredicate(
      function: .count,
      columns: [0],
      isDistinct: true,
      filter: .isNull(column: 2, false),
      comparisons: [
        .init(operand: .value(.greater, ParameterSlot(0)), type: "bigint"),
        .init(operand: .isNull(false), type: "bigint"),
      ]
    )
    #expect(
      condition(.aggregate(relationship: 0, predicate))
        == #"(select count(distinct t1."id") > $1::bigint and count(distinct t1."id") is not null "#
        + #"from "trade"."orders" as t1 where t1."account_id" = t0."id" "#
        + #"and (t1."qty" is not null))"#
    )
  }

  @Test func quotesIdentifiers() {
    #expect(#"we"ird"#.quotedSQLIdentifier == #""we""ird""#)
  }
}
