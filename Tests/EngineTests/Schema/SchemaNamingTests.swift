import Catalog
import JSON
import Metadata
import Testing

@testable import Engine

@Suite struct SchemaNamingTests {
  private typealias Part = SchemaNaming.Part

  private static func naming(
    camel: Bool = true,
    _ customize: (inout SourceCustomization) -> Void = { _ in }
  ) -> SchemaNaming {
    var naming = SchemaNaming()
    naming.usesCamelCase = camel
    customize(&naming.customization)
    return naming
  }

  @Test(
    arguments: [
      (["author_local"], "authorLocal", "AuthorLocal"),
      (["Author_LOCAL_x"], "authorLOCALX", "AuthorLOCALX"),
      (["_hidden_table"], "_hiddenTable", "_hiddenTable"),
      (["a__b_"], "aB", "AB"),
      (["=author_details"], "author_details", "author_details"),
      (["insert", "=author_details", "one"], "insertAuthor_detailsOne", "InsertAuthor_detailsOne"),
      (
        ["=authorDetails", "aggregate_fields"], "authorDetailsAggregateFields",
        "authorDetailsAggregateFields"
      ),
      (["_delete_at_path"], "_deleteAtPath", "_deleteAtPath"),
    ] as [([String], String, String)]
  )
  func joinsPartsInCamelCase(parts: [String], field: String, type: String) {
    let parts = parts.map {
      $0.hasPrefix("=") ? Part(String($0.dropFirst()), isCustom: true) : Part($0)
    }
    let naming = Self.naming()
    #expect(naming.field(parts) == field)
    #expect(naming.type(parts) == type)
    let plain = parts.map(\.text).joined(separator: "_")
    #expect(Self.naming(camel: false).field(parts) == plain)
    #expect(Self.naming(camel: false).type(parts) == plain)
  }

  @Test func putsPrefixesAndSuffixesAroundNames() {
    func affixed(_ camel: Bool, _ prefix: String?, _ suffix: String?) -> [String] {
      let naming = Self.naming(camel: camel) {
        ($0.rootFieldsPrefix, $0.rootFieldsSuffix) = (prefix, suffix)
        ($0.typeNamesPrefix, $0.typeNamesSuffix) = (prefix, suffix)
      }
      let parts = [Part("author_local"), Part("by_pk")]
      return [naming.root(parts), naming.type(parts), naming.field(parts)]
    }
    #expect(
      affixed(false, "test_", "_query")
        == ["test_author_local_by_pk_query", "test_author_local_by_pk_query", "author_local_by_pk"]
    )
    #expect(
      affixed(true, "test", "query")
        == ["testAuthorLocalByPkQuery", "testAuthorLocalByPkQuery", "authorLocalByPk"]
    )
    #expect(affixed(true, "Test", nil)[0] == "TestAuthorLocalByPk")
    #expect(
      affixed(true, nil, "query") == [
        "authorLocalByPkQuery", "AuthorLocalByPkQuery", "authorLocalByPk",
      ]
    )
  }

  // MARK: - Schemas

  private static let catalog: SmallCatalog = {
    var catalog = SmallCatalog()
    catalog.table("side_kind", "name text!,comment text", key: ["name"])
    catalog.table(
      "desk_order",
      "order_id int8!,side_kind text!,unit_price numeric,extra_data jsonb,parent_id int8",
      key: ["order_id"],
      foreign: [
        (["side_kind"], "side_kind", ["name"]), (["parent_id"], "desk_order", ["order_id"]),
      ]
    )
    return catalog
  }()

  private static func build(
    _ options: SchemaOptions = SchemaOptions(allowsNamingConventions: true),
    _ customize: (inout SourceCustomization) -> Void
  ) throws -> RoleSchema {
    let name = TableName(schema: "public", name: "desk_order")
    var order = TrackedTable(name)
    order.arrayRelationships = [
      Relationship(
        name: "sub_orders",
        using: .foreignKeyOn(table: name, columns: ["parent_id"])
      )
    ]
    var kind = TrackedTable(TableName(schema: "public", name: "side_kind"))
    kind.isEnum = true
    var source = Source(tables: [order, kind])
    customize(&source.customization)
    return try RoleSchemaBuilder(
      catalog: catalog.catalog,
      source: source,
      options: options,
      enumValues: [
        kind.table: [
          DatabaseContext.EnumValue(name: "buy"), DatabaseContext.EnumValue(name: "Buy"),
          DatabaseContext.EnumValue(name: "sell_short"),
        ]
      ]
    ).build()
  }

  private static func camel(_ customization: inout SourceCustomization) {
    customization.namingConvention = .graphQLDefault
  }

  @Test func namesEverythingByTheConventionOfGraphQL() throws {
    let schema = try Self.build(SchemaOptions(allowsNamingConventions: true), Self.camel)
    #expect(
      schema.lines(of: "query_root").filter { $0.contains("deskOrder") } == [
        "deskOrder(distinctOn, limit, offset, orderBy, where): [DeskOrder!]! ← select(table: 0)",
        "deskOrderAggregate(distinctOn, limit, offset, orderBy, where): DeskOrderAggregate! "
          + "← selectAggregate(table: 0)",
        "deskOrderByPk(orderId): DeskOrder ← selectByPrimaryKey(table: 0)",
      ]
    )
    #expect(
      schema.lines(of: "mutation_root").map { String($0.prefix { $0 != "(" }) } == [
        "deleteDeskOrder", "deleteDeskOrderByPk", "deleteSideKind", "deleteSideKindByPk",
        "insertDeskOrder", "insertDeskOrderOne", "insertSideKind", "insertSideKindOne",
        "updateDeskOrder", "updateDeskOrderByPk", "updateDeskOrderMany", "updateSideKind",
        "updateSideKindByPk", "updateSideKindMany",
      ]
    )
    #expect(
      schema.lines(of: "DeskOrder").map { String($0.prefix { $0 != "(" && $0 != ":" }) } == [
        "extraData", "orderId", "parentId", "sideKind", "sub_orders", "sub_ordersAggregate",
        "unitPrice",
      ]
    )
    #expect(
      schema.lines(of: "SideKindEnum")
        == ["BUY ← key(\"buy\")", "SELL_SHORT ← key(\"sell_short\")"]
    )
    #expect(
      schema.lines(of: "OrderBy").map { String($0.prefix { $0 != " " }) }
        == [
          "ASC", "ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC", "DESC_NULLS_FIRST", "DESC_NULLS_LAST",
        ]
    )
    #expect(
      schema.arguments(of: "updateDeskOrder", in: "mutation_root")
        .map { String($0.prefix { $0 != ":" }) } == [
          "_append", "_deleteAtPath", "_deleteElem", "_deleteKey", "_inc", "_prepend", "_set",
          "related", "where",
        ]
    )
    #expect(
      schema.lines(of: "DeskOrderMutationResponse").map { String($0.prefix { $0 != " " }) }
        == ["affectedRows:", "returning:"]
    )
    #expect(schema.lines(of: "JsonbComparisonExp").contains { $0.hasPrefix("_hasKeysAny: ") })
    #expect(schema.lines(of: "JsonbCastExp") == ["String: StringComparisonExp ← castToText"])
    for type in ["desk_order", "String_comparison_exp", "order_by", "numeric_comparison_exp"] {
      #expect(!schema.hasType(type), "\(type)")
    }
  }

  @Test func keepsHasurasConventionWhereOthersAreNotSwitchedOn() throws {
    let schema = try Self.build(SchemaOptions(), Self.camel)
    #expect(schema.hasType("desk_order") && !schema.hasType("DeskOrder"))
    let byDefault = try Self.build(
      SchemaOptions(allowsNamingConventions: true, defaultNamingConvention: .graphQLDefault)
    ) { _ in }
    #expect(byDefault.hasType("DeskOrder"))
    let chosen = try Self.build(
      SchemaOptions(allowsNamingConventions: true, defaultNamingConvention: .graphQLDefault)
    ) { $0.namingConvention = .hasuraDefault }
    #expect(chosen.hasType("desk_order"))
  }

  @Test func putsTheFieldsOfASourceIntoItsNamespace() throws {
    let schema = try Self.build {
      $0.rootFieldsNamespace = "desk"
      $0.rootFieldsPrefix = "p_"
      $0.typeNamesPrefix = "T_"
      $0.typeNamesSuffix = "_t"
    }
    #expect(schema.lines(of: "query_root") == ["desk: T_desk_query_t! ← namespace"])
    #expect(schema.lines(of: "mutation_root") == ["desk: T_desk_mutation_frontend_t! ← namespace"])
    #expect(schema.lines(of: "subscription_root") == ["desk: T_desk_subscription_t! ← namespace"])
    #expect(
      schema.lines(of: "T_desk_query_t").map { String($0.prefix { $0 != "(" }) } == [
        "p_desk_order", "p_desk_order_aggregate", "p_desk_order_by_pk", "p_side_kind",
        "p_side_kind_aggregate", "p_side_kind_by_pk",
      ]
    )
    #expect(
      schema.hasType("T_desk_order_bool_exp_t") && schema.hasType("T_bigint_comparison_exp_t")
    )
    #expect(schema.hasType("order_by"))
  }

  @Test func keepsSourcesApart() throws {
    func source(_ name: String, _ prefix: String?) -> SchemaSource {
      var source = Source(
        name: name,
        tables: [TrackedTable(TableName(schema: "public", name: "desk_order"))]
      )
      source.customization.rootFieldsPrefix = prefix
      source.customization.typeNamesPrefix = prefix
      return SchemaSource(source, Self.catalog.catalog, database: DatabaseID(prefix == nil ? 0 : 1))
    }
    let apart = try RoleSchemaBuilder(sources: [source("default", nil), source("b", "b_")]).build()
    #expect(apart.inconsistencies.isEmpty && apart.rootConflicts.isEmpty)
    #expect(apart.sources.map(\.tables) == [0..<1, 1..<2])
    #expect(
      apart.lines(of: "query_root").filter { $0.contains("by_pk") }.map { $0.suffix(30) }
        == [
          "k ← selectByPrimaryKey(table: 1)".suffix(30),
          "k ← selectByPrimaryKey(table: 0)".suffix(30),
        ]
    )
    let clashing = try RoleSchemaBuilder(
      sources: [source("default", nil), source("b", nil)]
    ).build()
    #expect(
      clashing.inconsistencies.map(\.reason)
        == ["Found conflicting definitions for GraphQL type 'desk_order_select_column'."]
    )
    #expect(
      RootConflict.message([clashing.rootConflicts[0]])
        == "Encountered conflicting definitions in the selection set for 'mutation_root' for field "
        + "'delete_desk_order_by_pk' defined in [table desk_order in source b, table desk_order in "
        + "source default]. Fields must not be defined more than once across all sources."
    )
  }
}
