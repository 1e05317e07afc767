import Catalog
import Engine
import Metadata
import SQLCompiler
import Testing

@Suite struct RoleSchemaBuilderTests {
  static let author = TrackedTable(
    TableName(name: "author"),
    arrayRelationships: [
      Relationship(
        name: "articles",
        using: .foreignKeyOn(table: TableName(name: "article"), columns: ["author_id"])
      )
    ]
  )
  static let article = TrackedTable(
    TableName(name: "article"),
    objectRelationships: [
      Relationship(name: "author", using: .foreignKey(columns: ["author_id"])),
      Relationship(name: "editor", using: .foreignKey(columns: ["editor_id"])),
    ]
  )

  private func build(
    _ tables: [TrackedTable],
    _ catalog: SmallCatalog = .library,
    role: String = "admin",
    options: SchemaOptions = SchemaOptions(),
    enumValues: [TableName: [DatabaseContext.EnumValue]] = [:]
  ) throws -> RoleSchema {
    try RoleSchemaBuilder(
      catalog: catalog.catalog,
      source: Source(tables: tables),
      role: role,
      options: options,
      enumValues: enumValues
    ).build()
  }

  @Test func givesRootFieldsToEachTable() throws {
    let schema = try build([Self.author, Self.article])
    #expect(
      schema.lines(of: "query_root") == [
        "article(distinct_on, limit, offset, order_by, where): [article!]! ← select(table: 0)",
        "article_aggregate(distinct_on, limit, offset, order_by, where): article_aggregate!"
          + " ← selectAggregate(table: 0)",
        "article_by_pk(id): article ← selectByPrimaryKey(table: 0)",
        "author(distinct_on, limit, offset, order_by, where): [author!]! ← select(table: 1)",
        "author_aggregate(distinct_on, limit, offset, order_by, where): author_aggregate!"
          + " ← selectAggregate(table: 1)",
        "author_by_pk(id): author ← selectByPrimaryKey(table: 1)",
      ]
    )
    #expect(
      schema.arguments(of: "author", in: "query_root") == [
        "distinct_on: [author_select_column!] ← distinctOn",
        "limit: Int ← limit",
        "offset: Int ← offset",
        "order_by: [author_order_by!] ← orderByArgument",
        "where: author_bool_exp ← whereArgument",
      ]
    )
    #expect(
      schema.arguments(of: "author_by_pk", in: "query_root") == ["id: Int! ← primaryKeyColumn(0)"]
    )
    #expect(schema.inconsistencies == [])
  }

  @Test func givesColumnsAndRelationshipsToObjects() throws {
    let schema = try build([Self.author, Self.article])
    #expect(
      schema.lines(of: "author") == [
        "articles(distinct_on, limit, offset, order_by, where): [article!]!"
          + " ← arrayRelationship(0)",
        "articles_aggregate(distinct_on, limit, offset, order_by, where): article_aggregate!"
          + " ← arrayRelationshipAggregate(0)",
        "born: date ← column(table: 1, column: 2)",
        "id: Int! ← column(table: 1, column: 0)",
        "is_alive: Boolean! ← column(table: 1, column: 4)",
        "name: String! ← column(table: 1, column: 1)",
        "rating: float8 ← column(table: 1, column: 3)",
      ]
    )
    #expect(
      schema.lines(of: "article") == [
        "author: author! ← objectRelationship(0)",
        "author_id: Int! ← column(table: 0, column: 2)",
        "editor: author ← objectRelationship(1)",
        "editor_id: Int ← column(table: 0, column: 3)",
        "id: Int! ← column(table: 0, column: 0)",
        "meta(path): jsonb ← column(table: 0, column: 6)",
        "tags: [String!]! ← column(table: 0, column: 4)",
        "title: String! ← column(table: 0, column: 1)",
        "words: bigint ← column(table: 0, column: 5)",
      ]
    )
    #expect(schema.arguments(of: "meta", in: "article") == ["path: String ← jsonPath"])
    #expect(
      schema.tables[0].relationships == [
        BoundRelationship(
          name: "author",
          kind: .object,
          target: 1,
          columns: [.init(local: 2, remote: 0)],
          isNullable: false,
          targetIsUnique: true
        ),
        BoundRelationship(
          name: "editor",
          kind: .object,
          target: 1,
          columns: [.init(local: 3, remote: 0)],
          isNullable: true,
          targetIsUnique: true
        ),
      ]
    )
  }

  @Test func givesAggregatesOverTheColumnsThatTheyAreOf() throws {
    let schema = try build([Self.author, Self.article])
    #expect(
      schema.lines(of: "article_aggregate") == [
        "aggregate: article_aggregate_fields ← aggregate",
        "group_by(having, keys, limit, offset, order_by): [article_group_by!]! ← groupBy",
        "nodes: [article!]! ← nodes",
      ]
    )
    #expect(
      schema.lines(of: "article_aggregate_fields") == [
        "avg: article_avg_fields ← aggregateFunction(SQLCompiler.AggregateFunction.avg)",
        "count(columns, distinct): Int! ← count",
        "max: article_max_fields ← aggregateFunction(SQLCompiler.AggregateFunction.max)",
        "min: article_min_fields ← aggregateFunction(SQLCompiler.AggregateFunction.min)",
        "stddev: article_stddev_fields ← aggregateFunction(SQLCompiler.AggregateFunction.stddev)",
        "stddev_pop: article_stddev_pop_fields"
          + " ← aggregateFunction(SQLCompiler.AggregateFunction.stddevPop)",
        "stddev_samp: article_stddev_samp_fields"
          + " ← aggregateFunction(SQLCompiler.AggregateFunction.stddevSamp)",
        "sum: article_sum_fields ← aggregateFunction(SQLCompiler.AggregateFunction.sum)",
        "var_pop: article_var_pop_fields"
          + " ← aggregateFunction(SQLCompiler.AggregateFunction.varPop)",
        "var_samp: article_var_samp_fields"
          + " ← aggregateFunction(SQLCompiler.AggregateFunction.varSamp)",
        "variance: article_variance_fields"
          + " ← aggregateFunction(SQLCompiler.AggregateFunction.variance)",
      ]
    )
    #expect(
      schema.arguments(of: "count", in: "article_aggregate_fields") == [
        "columns: [article_select_column!] ← countColumns", "distinct: Boolean ← countDistinct",
      ]
    )
    #expect(
      schema.lines(of: "article_sum_fields") == [
        "author_id: Int ← aggregateColumn(column: 2)",
        "editor_id: Int ← aggregateColumn(column: 3)",
        "id: Int ← aggregateColumn(column: 0)",
        "words: bigint ← aggregateColumn(column: 5)",
      ]
    )
    #expect(
      schema.lines(of: "article_avg_fields").last == "words: Float ← aggregateColumn(column: 5)"
    )
    #expect(
      schema.lines(of: "article_max_fields") == [
        "author_id: Int ← aggregateColumn(column: 2)",
        "editor_id: Int ← aggregateColumn(column: 3)",
        "id: Int ← aggregateColumn(column: 0)",
        "tags: [String!] ← aggregateColumn(column: 4)",
        "title: String ← aggregateColumn(column: 1)",
        "words: bigint ← aggregateColumn(column: 5)",
      ]
    )
  }

  @Test func filtersByColumnsRelationshipsAndAggregates() throws {
    let schema = try build([Self.author, Self.article])
    #expect(
      schema.lines(of: "author_bool_exp") == [
        "_and: [author_bool_exp!] ← boolAnd",
        "_not: author_bool_exp ← boolNot",
        "_or: [author_bool_exp!] ← boolOr",
        "articles: article_bool_exp ← boolRelationship(0)",
        "articles_aggregate: article_aggregate_bool_exp ← boolRelationshipAggregate(0)",
        "born: date_comparison_exp ← boolColumn(2)",
        "id: Int_comparison_exp ← boolColumn(0)",
        "is_alive: Boolean_comparison_exp ← boolColumn(4)",
        "name: String_comparison_exp ← boolColumn(1)",
        "rating: float8_comparison_exp ← boolColumn(3)",
      ]
    )
    #expect(
      schema.lines(of: "article_aggregate_bool_exp")[2]
        == "count: article_aggregate_bool_exp_count"
        + " ← aggregatePredicate(SQLCompiler.PredicateFunction.count)"
    )
    #expect(
      schema.lines(of: "article_aggregate_bool_exp_sum") == [
        "arguments: article_select_column_article_aggregate_bool_exp_sum_arguments_columns!"
          + " ← predicateArguments",
        "distinct: Boolean ← predicateDistinct",
        "filter: article_bool_exp ← predicateFilter",
        "predicate: numeric_comparison_exp! ← predicateComparison",
      ]
    )
    #expect(
      schema.lines(of: "article_aggregate_bool_exp_count") == [
        "arguments: [article_select_column!] ← predicateArguments",
        "distinct: Boolean ← predicateDistinct",
        "filter: article_bool_exp ← predicateFilter",
        "predicate: Int_comparison_exp! ← predicateComparison",
      ]
    )
    #expect(
      schema.lines(of: "String_array_comparison_exp") == [
        "_contained_in: [String!] ← comparison(SQLCompiler.ComparisonOperator.containedIn)",
        "_contains: [String!] ← comparison(SQLCompiler.ComparisonOperator.contains)",
        "_eq: [String!] ← comparison(SQLCompiler.ComparisonOperator.equal)",
        "_gt: [String!] ← comparison(SQLCompiler.ComparisonOperator.greater)",
        "_gte: [String!] ← comparison(SQLCompiler.ComparisonOperator.greaterOrEqual)",
        "_in: [[String!]!] ← comparison(SQLCompiler.ComparisonOperator.isIn)",
        "_is_null: Boolean ← comparison(SQLCompiler.ComparisonOperator.isNull)",
        "_lt: [String!] ← comparison(SQLCompiler.ComparisonOperator.less)",
        "_lte: [String!] ← comparison(SQLCompiler.ComparisonOperator.lessOrEqual)",
        "_neq: [String!] ← comparison(SQLCompiler.ComparisonOperator.notEqual)",
        "_nin: [[String!]!] ← comparison(SQLCompiler.ComparisonOperator.notIn)",
      ]
    )
    #expect(schema.lines(of: "jsonb_cast_exp") == ["String: String_comparison_exp ← castToText"])
    #expect(schema.lines(of: "jsonb_comparison_exp").first == "_cast: jsonb_cast_exp ← cast")
  }

  @Test func comparesAggregatesOfBooleansAndNumbers() throws {
    var author = Self.author
    author.arrayRelationships = [
      Relationship(
        name: "peers",
        using: .manual(
          remoteTable: author.table,
          columnMapping: [.init(local: "born", remote: "born")],
          insertionOrder: nil
        )
      )
    ]
    let schema = try build([author])
    #expect(
      schema.lines(of: "author_aggregate_bool_exp").map { $0.split(separator: " ")[1] } == [
        "author_aggregate_bool_exp_avg", "author_aggregate_bool_exp_bool_and",
        "author_aggregate_bool_exp_bool_or", "author_aggregate_bool_exp_corr",
        "author_aggregate_bool_exp_count", "author_aggregate_bool_exp_covar_samp",
        "author_aggregate_bool_exp_max", "author_aggregate_bool_exp_min",
        "author_aggregate_bool_exp_stddev_samp", "author_aggregate_bool_exp_sum",
        "author_aggregate_bool_exp_var_samp",
      ]
    )
    #expect(
      schema.lines(of: "author_aggregate_bool_exp_corr") == [
        "arguments: author_aggregate_bool_exp_corr_arguments! ← predicateArguments",
        "distinct: Boolean ← predicateDistinct",
        "filter: author_bool_exp ← predicateFilter",
        "predicate: float8_comparison_exp! ← predicateComparison",
      ]
    )
    let columns = "author_select_column_author_aggregate_bool_exp_corr_arguments_columns"
    #expect(
      schema.lines(of: "author_aggregate_bool_exp_corr_arguments") == [
        "X: \(columns)! ← predicateArgumentX", "Y: \(columns)! ← predicateArgumentY",
      ]
    )
    #expect(schema.lines(of: columns) == ["id ← column(0)", "rating ← column(3)"])
    #expect(
      schema.description(of: columns)
        == "select \"author_aggregate_bool_exp_corr_arguments_columns\" columns of table \"author\""
    )
    #expect(
      schema.lines(
        of: "author_select_column_author_aggregate_bool_exp_bool_and_arguments_columns"
      ) == ["is_alive ← column(4)"]
    )
  }

  @Test func ordersByColumnsObjectsAndAggregates() throws {
    let schema = try build([Self.author, Self.article])
    #expect(
      schema.lines(of: "article_order_by").prefix(3) == [
        "author: author_order_by ← orderByObjectRelationship(0)",
        "author_id: order_by ← orderByColumn(2)",
        "editor: author_order_by ← orderByObjectRelationship(1)",
      ]
    )
    #expect(
      schema.lines(of: "author_order_by").first
        == "articles_aggregate: article_aggregate_order_by ← orderByAggregate(0)"
    )
    #expect(
      schema.lines(of: "article_aggregate_order_by").prefix(2) == [
        "avg: article_avg_order_by"
          + " ← orderByAggregateFunction(SQLCompiler.AggregateFunction.avg)",
        "count: order_by ← orderByCount",
      ]
    )
    #expect(
      schema.lines(of: "article_avg_order_by").last == "words: order_by ← orderByAggregateColumn(5)"
    )
    #expect(
      schema.lines(of: "order_by") == [
        "asc ← order(SQLCompiler.OrderDirection.ascending)",
        "asc_nulls_first ← order(SQLCompiler.OrderDirection.ascendingNullsFirst)",
        "asc_nulls_last ← order(SQLCompiler.OrderDirection.ascendingNullsLast)",
        "desc ← order(SQLCompiler.OrderDirection.descending)",
        "desc_nulls_first ← order(SQLCompiler.OrderDirection.descendingNullsFirst)",
        "desc_nulls_last ← order(SQLCompiler.OrderDirection.descendingNullsLast)",
      ]
    )
  }

  @Test func describesAsHasuraDoes() throws {
    let schema = try build([Self.author, Self.article])
    #expect(schema.description(of: "author") == "Who wrote")
    #expect(schema.description(of: "article") == "columns and relationships of \"article\"")
    #expect(schema.description(of: "name", in: "author") == "The name on the cover")
    #expect(
      schema.description(of: "author", in: "query_root") == "fetch data from the table: \"author\""
    )
    #expect(
      schema.description(of: "author_by_pk", in: "query_root")
        == "fetch data from the table: \"author\" using primary key columns"
    )
    #expect(
      schema.description(of: "author_aggregate", in: "query_root")
        == "fetch aggregated fields from the table: \"author\""
    )
    #expect(schema.description(of: "author", in: "article") == "An object relationship")
    #expect(schema.description(of: "articles", in: "author") == "An array relationship")
    #expect(
      schema.description(of: "articles_aggregate", in: "author") == "An aggregate relationship"
    )
    #expect(
      schema.description(of: "String_array_comparison_exp")
        == "Boolean expression to compare columns of type \"String\". "
        + "All fields are combined with logical 'AND'."
    )
  }

  @Test func takesForUniqueWhatAlwaysIs() throws {
    var catalog = SmallCatalog()
    catalog.table("house", "id int4!", key: ["id"])
    catalog.table(
      "roof",
      "id int4!,house_id int4,a int4!,b int4!",
      key: ["id"],
      unique: [["house_id"], ["b", "a"]],
      partlyUnique: [["a"]],
      foreign: [(["house_id"], "house", ["id"])]
    )
    let roof = TableName(name: "roof")
    func relationship(_ name: String, _ remote: String) -> Relationship {
      Relationship(
        name: name,
        using: .manual(
          remoteTable: roof,
          columnMapping: [.init(local: "id", remote: remote)],
          insertionOrder: nil
        )
      )
    }
    let house = TrackedTable(
      TableName(name: "house"),
      objectRelationships: [
        Relationship(name: "roof", using: .foreignKeyOn(table: roof, columns: ["house_id"])),
        relationship("partly", "a"),
        relationship("never", "b"),
      ]
    )
    let schema = try build([house, TrackedTable(roof)], catalog)
    #expect(schema.tables[0].relationships.map(\.targetIsUnique) == [true, false, false])
    #expect(schema.tables[0].relationships.map(\.isNullable) == [true, true, true])
    // Rows may share a null, so a key over such a column orders no rows.
    #expect(schema.tables[1].uniqueKeys == [[0], [3, 2]])
  }
}
