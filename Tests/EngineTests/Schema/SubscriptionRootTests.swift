import Catalog
import Engine
import GraphQLCore
import JSON
import Metadata
import SQLCompiler
import Testing

@Suite struct SubscriptionRootTests {
  private func build(
    _ permission: SelectPermission? = nil,
    role: String = "admin"
  ) throws -> RoleSchema {
    var author = RoleSchemaBuilderTests.author
    if let permission {
      author.selectPermissions = [Permission(role: role, definition: permission)]
    }
    return try RoleSchemaBuilder(
      catalog: SmallCatalog.library.catalog,
      source: Source(tables: [author]),
      role: role
    ).build()
  }

  private func fields(of type: String, in schema: RoleSchema) -> [String] {
    schema.lines(of: type).map { String($0.prefix { $0 != "(" && $0 != ":" }) }
  }

  @Test func hasWhatQueriesHaveAndStreams() throws {
    let schema = try build()
    #expect(
      schema.lines(of: "subscription_root") == [
        "author(distinct_on, limit, offset, order_by, where): [author!]! ← select(table: 0)",
        "author_aggregate(distinct_on, limit, offset, order_by, where): author_aggregate!"
          + " ← selectAggregate(table: 0)",
        "author_by_pk(id): author ← selectByPrimaryKey(table: 0)",
        "author_stream(batch_size, cursor, where): [author!]! ← selectStream(table: 0)",
      ]
    )
    #expect(
      schema.arguments(of: "author_stream", in: "subscription_root") == [
        "batch_size: Int! ← batchSize",
        "cursor: [author_stream_cursor_input]! ← cursor",
        "where: author_bool_exp ← whereArgument",
      ]
    )
    #expect(
      schema.lines(of: "author_stream_cursor_input") == [
        "initial_value: author_stream_cursor_value_input! ← cursorInitialValue",
        "ordering: cursor_ordering ← cursorOrdering",
      ]
    )
    #expect(
      schema.lines(of: "cursor_ordering") == [
        "ASC ← cursorOrdering(isDescending: false)", "DESC ← cursorOrdering(isDescending: true)",
      ]
    )
    #expect(
      schema.description(of: "author_stream", in: "subscription_root")
        == "fetch data from the table in a streaming manner: \"author\""
    )
    #expect(
      schema.description(of: "author_stream_cursor_input")
        == "Streaming cursor of the table \"author\""
    )
  }

  /// The arguments of both roots' fields are the same members, so that the second root costs its fields
  /// alone.
  @Test func sharesItsArgumentsWithQueries() throws {
    let schema = try build().schema
    for name in ["author", "author_aggregate", "author_by_pk"] {
      let ranges = [schema.queryType, schema.subscriptionType].map { root in
        root.flatMap { schema.field(named: name.utf8Span.span, of: $0) }
          .map { schema[$0].arguments }
      }
      #expect(ranges[0] != nil)
      #expect(ranges[0] == ranges[1])
    }
  }

  @Test func showsARoleTheFieldsOfItsPermission() throws {
    var permission = SelectPermission(columns: .all, allowsAggregations: true)
    permission.queryRootFields = [.selectByPrimaryKey]
    permission.subscriptionRootFields = [.select, .selectStream]
    let schema = try build(permission, role: "user")
    #expect(fields(of: "query_root", in: schema) == ["author_by_pk"])
    #expect(fields(of: "subscription_root", in: schema) == ["author", "author_stream"])
    permission.queryRootFields = []
    let hidden = try build(permission, role: "user")
    #expect(fields(of: "query_root", in: hidden) == ["no_queries_available"])
    #expect(fields(of: "subscription_root", in: hidden) == ["author", "author_stream"])
    permission.subscriptionRootFields = []
    #expect(try build(permission, role: "user").schema.subscriptionType == nil)
  }

  @Test func tellsOfEachDirectiveButHasurasOwnForTests() throws {
    let built = try build()
    let sdl = built.sdl
    #expect(sdl.contains("directive @refetch("))
    #expect(!sdl.contains("_multiple_top_level_fields"))
    #expect(built.schema.directive(named: "_multiple_top_level_fields") != nil)
  }
}
