import Catalog
import GraphQLCore
import JSON
import Metadata
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct BulkInsertTests {
  private static let query =
    "mutation ($o: [accounts_insert_input!]!) { insert_accounts(objects: $o) { affected_rows } }"

  private static func rows(_ range: Range<Int>) -> JSONValue {
    .array(
      range.map { n in
        n % 3 == 0
          ? ["name": .string("a\(n)"), "equity": .string("\(n).5"), "tags": [.string("t\(n)")]]
          : ["name": .string("a\(n)"), "units": .string("\(n)"), "kind": nil]
      }
    )
  }

  @Test func takesMoreRowsThanAStatementHasParameters() async throws {
    let harness = try await EngineHarness(
      sql: WritingFixture.sql + "truncate accounts cascade;",
      metadata: WritingFixture.metadata
    )
    let count = 70_000
    #expect(
      await harness.answer(Self.query, ["o": Self.rows(0..<count)])
        == #"{"data":{"insert_accounts":{"affected_rows":70000}}}"#
    )
    #expect(
      await harness.answer(
        """
        { accounts_aggregate(where: {id: {_lt: 100}}) { aggregate { count sum { units equity } } }
          accounts(where: {name: {_in: ["a69999", "a69998"]}}, order_by: {name: asc}) {
            equity units tags kind } }
        """
      )
        == #"{"data":{"accounts_aggregate":{"aggregate":{"count":99,"sum":{"units":3267,"#
        + #""equity":1600.5}}},"accounts":["#
        + #"{"equity":null,"units":69998,"tags":null,"kind":null},"#
        + #"{"equity":69999.5,"units":null,"tags":["t69999"],"kind":"cash"}]}}"#
    )
    await harness.stop()
  }

  @Test func plansOnceForAllNumbersOfRows() throws {
    let schema = try WritingSchema.make()
    func shape(_ rows: JSONValue) throws -> VariableShape {
      let document = try Document(parsing: Array(Self.query.utf8))
      let operation = try Operation(
        document: document,
        schema: schema.schema,
        operationName: nil
      )
      return VariableShape(try operation.coerceVariables(["o": rows]), schema)
    }
    let one = try shape([["name": "a", "units": 1]])
    #expect(try shape([["units": "2", "name": "b"], ["name": nil, "units": nil]]) == one)
    #expect(try shape([["name": "a"], ["name": "b", "units": 1]]) != one)
    #expect(try shape([["name": "a"]]) != one)
  }
}

/// The schema of one table to write.
enum WritingSchema {
  static func make() throws -> RoleSchema {
    var catalog = SmallCatalog()
    catalog.table("accounts", "id int4,name text,units int8")
    return try RoleSchemaBuilder(
      catalog: catalog.catalog,
      source: Source(tables: [TrackedTable(TableName(name: "accounts"))])
    ).build()
  }
}
