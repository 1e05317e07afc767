import Catalog
import JSON
import Metadata
import SQLCompiler
import Testing

@testable import Engine

@Suite struct RoleSchemaCustomizationTests {
  private static let orders: SmallCatalog = {
    var catalog = SmallCatalog()
    catalog.add(
      PostgresType(
        oid: 0,
        schema: "desk",
        name: "mood",
        kind: .enum,
        category: UInt8(ascii: "E"),
        sqlName: "desk.mood"
      )
    )
    catalog.table("side", "name text!,comment text", key: ["name"])
    catalog.table(
      "orders",
      schema: "desk",
      "id int8!,side text!,price numeric,secret text,odd-name int4,placed timestamptz!,mood mood",
      key: ["id"],
      foreign: [(["side"], "side", ["name"])],
      comment: "Orders of the desk"
    )
    return catalog
  }()

  private func build(
    _ tables: [TrackedTable],
    _ catalog: SmallCatalog = orders,
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

  private static let name = TableName(schema: "desk", name: "orders")

  @Test func prefixesTheSchemaAndSkipsWhatIsNoGraphQLName() throws {
    let schema = try build([TrackedTable(Self.name)])
    #expect(
      schema.lines(of: "query_root").map { $0.prefix { $0 != "(" } } == [
        "desk_orders", "desk_orders_aggregate", "desk_orders_by_pk",
      ]
    )
    #expect(
      schema.lines(of: "desk_orders") == [
        "id: bigint! ← column(table: 0, column: 0)",
        "mood: mood ← column(table: 0, column: 6)",
        "placed: timestamptz! ← column(table: 0, column: 5)",
        "price: numeric ← column(table: 0, column: 2)",
        "secret: String ← column(table: 0, column: 3)",
        "side: String! ← column(table: 0, column: 1)",
      ]
    )
    #expect(schema.tables[0].columns.map(\.graphQLName)[4] == nil)
    #expect(schema.tables[0].sqlName == "\"desk\".\"orders\"")
    #expect(
      schema.description(of: "desk_orders", in: "query_root")
        == "fetch data from the table: \"desk.orders\""
    )
    #expect(schema.description(of: "desk_orders") == "Orders of the desk")
  }

  @Test func namesWhatMetadataName() throws {
    var configuration = TableConfiguration(
      customName: "Trades",
      columns: [
        ColumnConfiguration(column: "odd-name", customName: "odd", comment: "Not even"),
        ColumnConfiguration(column: "price", comment: ""),
      ],
      comment: ""
    )
    configuration.customRootFields[.select] = .init(name: "allTrades", comment: "All of them")
    configuration.customRootFields[.selectByPrimaryKey] = .init(comment: "")
    let schema = try build([TrackedTable(Self.name, configuration: configuration)])
    #expect(
      schema.lines(of: "query_root").map { $0.prefix { $0 != "(" } } == [
        "Trades_aggregate", "Trades_by_pk", "allTrades",
      ]
    )
    #expect(schema.description(of: "allTrades", in: "query_root") == "All of them")
    #expect(schema.description(of: "Trades_by_pk", in: "query_root") == nil)
    #expect(
      schema.description(of: "Trades_aggregate", in: "query_root")
        == "fetch aggregated fields from the table: \"desk.orders\""
    )
    #expect(schema.description(of: "Trades") == nil)
    #expect(schema.description(of: "odd", in: "Trades") == "Not even")
    #expect(schema.description(of: "price", in: "Trades") == nil)
    #expect(schema.lines(of: "Trades_bool_exp").contains("odd: Int_comparison_exp ← boolColumn(4)"))
  }

  @Test func makesEnumsOfEnumTables() throws {
    let side = TrackedTable(TableName(name: "side"), isEnum: true)
    let schema = try build(
      [side, TrackedTable(Self.name)],
      enumValues: [
        side.table: [.init(name: "buy", comment: "Long"), .init(name: "sell")]
      ]
    )
    #expect(schema.lines(of: "side_enum") == ["buy ← key(\"buy\")", "sell ← key(\"sell\")"])
    #expect(
      schema.lines(of: "desk_orders").last == "side: side_enum! ← column(table: 0, column: 1)"
    )
    #expect(
      schema.lines(of: "side_enum_comparison_exp") == [
        "_eq: side_enum ← comparison(SQLCompiler.ComparisonOperator.equal)",
        "_in: [side_enum!] ← comparison(SQLCompiler.ComparisonOperator.isIn)",
        "_is_null: Boolean ← comparison(SQLCompiler.ComparisonOperator.isNull)",
        "_neq: side_enum ← comparison(SQLCompiler.ComparisonOperator.notEqual)",
        "_nin: [side_enum!] ← comparison(SQLCompiler.ComparisonOperator.notIn)",
      ]
    )
    #expect(
      schema.lines(of: "desk_orders_bool_exp")
        .contains("side: side_enum_comparison_exp ← boolColumn(1)")
    )
    // Enums have no order.
    #expect(!schema.lines(of: "desk_orders_max_fields").contains { $0.hasPrefix("side") })
    #expect(schema.lines(of: "side").last == "name: String! ← column(table: 1, column: 0)")
  }

  @Test func showsARoleWhatItMaySee() throws {
    var orders = TrackedTable(Self.name)
    orders.selectPermissions = [
      Permission(
        role: "trader",
        definition: SelectPermission(
          columns: .some(["side", "price"]),
          filter: ["side": ["_eq": "X-Hasura-Side"]],
          limit: 10
        )
      )
    ]
    orders.objectRelationships = [
      Relationship(name: "side_row", using: .foreignKey(columns: ["side"]))
    ]
    let side = TrackedTable(TableName(name: "side"))
    let schema = try build([orders, side], role: "trader")
    #expect(
      schema.lines(of: "query_root") == [
        "desk_orders(distinct_on, limit, offset, order_by, where): [desk_orders!]!"
          + " ← select(table: 0)"
      ]
    )
    #expect(
      schema.lines(of: "desk_orders") == [
        "price: numeric ← column(table: 0, column: 2)",
        "side: String! ← column(table: 0, column: 1)",
      ]
    )
    let slot = ParameterSlot(0, of: .role)
    #expect(
      schema.tables.map(\.access) == [
        TableAccess(filter: .comparison(column: 1, .equal, slot), limit: 10), .none,
      ]
    )
    #expect(
      schema.recipes == [
        ParameterRecipe(source: .session("x-hasura-side"), form: .scalar, path: "$")
      ]
    )
    #expect(schema.inconsistencies == [])
  }

  @Test func saysWhereThereIsNothingToQuery() throws {
    let schema = try build([], role: "nobody")
    #expect(
      schema.lines(of: "query_root") == ["no_queries_available: String! ← noQueriesAvailable"]
    )
  }

  @Test func keepsBigNumbersAsStringsWhereAskedTo() throws {
    let schema = try build(
      [TrackedTable(Self.name)],
      options: SchemaOptions(stringifiesNumericTypes: true)
    )
    #expect(
      schema.tables[0].columns.map(\.type.encoding) == [
        .plainString, .string, .plainString, .string, .number, .timestampWithTimeZone, .string,
      ]
    )
    let integers = schema.tables[0].columns[4]
    #expect(integers.encoding(of: .sum) == .numberOrSpecial)
    #expect(integers.encoding(of: .max) == .number)
    #expect(schema.tables[0].columns[2].encoding(of: .avg) == .plainString)
  }

  // MARK: - Inconsistencies

  @Test func leavesOutWhatIsNotThere() throws {
    var orders = TrackedTable(Self.name)
    orders.objectRelationships = [
      Relationship(name: "nothing", using: .foreignKey(columns: ["price"])),
      Relationship(name: "untracked", using: .foreignKey(columns: ["side"])),
    ]
    let gone = TrackedTable(TableName(name: "gone"))
    let schema = try build([orders, gone])
    let place = "Inconsistent object: in table \"desk.orders\": in relationship "
    #expect(
      schema.inconsistencies == [
        SchemaInconsistency(
          table: gone.table,
          object: .table,
          reason: "Inconsistent object: no such table/view exists in source: \"gone\""
        ),
        SchemaInconsistency(
          table: Self.name,
          object: .relationship("nothing"),
          reason: place + "\"nothing\": no foreign constraint exists on the given column(s)"
        ),
        SchemaInconsistency(
          table: Self.name,
          object: .relationship("untracked"),
          reason: place + "\"untracked\": table \"side\" is not tracked"
        ),
      ]
    )
  }

  @Test func leavesOutATableWhoseTypesClashWithAnothers() throws {
    var catalog = SmallCatalog()
    catalog.table("item", "id int4!", key: ["id"])
    catalog.table("item_bool_exp", "id int4!", key: ["id"])
    catalog.table("uuid", "id uuid!", key: ["id"])
    let names = ["item", "item_bool_exp", "uuid"].map { TableName(name: $0) }
    let schema = try build(names.map { TrackedTable($0) }, catalog)
    #expect(schema.tables.map(\.graphQLName) == ["item"])
    #expect(
      schema.inconsistencies.map(\.reason) == [
        "Found conflicting definitions for GraphQL type 'item_bool_exp'.",
        "Found conflicting definitions for GraphQL type 'uuid'.",
      ]
    )
  }

  @Test func leavesOutARootFieldThatThereIsAlready() throws {
    var side = TrackedTable(TableName(name: "side"))
    side.configuration.customRootFields[.select] = .init(name: "desk_orders_by_pk")
    let schema = try build([side, TrackedTable(Self.name)])
    #expect(
      schema.inconsistencies.map(\.object) == [.rootField("desk_orders_by_pk")]
    )
    #expect(
      schema.lines(of: "query_root").map { $0.prefix { $0 != "(" } } == [
        "desk_orders", "desk_orders_aggregate", "desk_orders_by_pk", "side_aggregate", "side_by_pk",
      ]
    )
  }
}
