import Catalog
import Engine
import Metadata
import Testing

@Suite struct EnumTableTests {
  private func table(_ columns: String, key: [String]) throws -> EnumTable {
    var small = SmallCatalog()
    small.table("colors", columns, key: key)
    let catalog = small.catalog
    return EnumTable(try #require(catalog.tables.first), in: catalog)
  }

  @Test func readsKeyAndComment() throws {
    #expect(
      try table("value text!,comment text", key: ["value"]).query
        == "SELECT \"value\", \"comment\" FROM \"public\".\"colors\" ORDER BY 1 COLLATE \"C\""
    )
    #expect(
      try table("value text!", key: ["value"]).query
        == "SELECT \"value\", NULL FROM \"public\".\"colors\" ORDER BY 1 COLLATE \"C\""
    )
  }

  @Test(
    arguments: [
      ("value text!", [], " because the table must have a primary key"),
      (
        "b text!,a text!", ["b", "a"],
        " for the following reasons:\n"
          + "  • the table’s primary key must not span multiple columns (a, b)\n"
          + "  • the table must have exactly one primary key and optionally one comment column,"
          + " not 2 columns (a, b)\n"
      ),
      (
        "value text!,rank int4", ["value"],
        " because the table’s comment column (\"rank\") must have type \"text\", not type"
          + " \"integer\""
      ),
      (
        "id int4!,name text,pay text", ["id"],
        " for the following reasons:\n"
          + "  • the table’s primary key (\"id\") must have type \"text\", not type \"integer\"\n"
          + "  • the table must have exactly one primary key and optionally one comment column,"
          + " not 3 columns (id, name, pay)\n"
      ),
    ] as [(String, [String], String)]
  )
  func saysWhatIsWrongWithTheTable(columns: String, key: [String], reason: String) throws {
    let table = try table(columns, key: key)
    #expect(table.query == nil)
    #expect(
      table.inconsistency(with: [EnumTableValue(key: "red")])
        == "Inconsistent object: the table \"colors\" cannot be used as an enum" + reason
    )
  }

  @Test(
    arguments: [
      (["red", "blue"], nil),
      ([], "the table must have at least one row"),
      (["a+b", "red"], "the value \"a+b\" is not a valid GraphQL enum value name"),
      (["true", "1"], "the values \"1\" and \"true\" are not valid GraphQL enum value names"),
      (
        ["c c", "a a", "b b"],
        "the values \"a a\", \"b b\", and \"c c\" are not valid GraphQL enum value names"
      ),
    ] as [([String], String?)]
  )
  func saysWhatIsWrongWithTheRows(keys: [String], reason: String?) throws {
    let table = try table("value text!", key: ["value"])
    #expect(
      table.inconsistency(with: keys.map { EnumTableValue(key: $0) })
        == reason.map {
          "Inconsistent object: the table \"colors\" cannot be used as an enum because " + $0
        }
    )
  }

  @Test func isLeftOutOfTheSchemaWhereItIsInconsistent() throws {
    var small = SmallCatalog()
    small.table("colors", "value text!", key: ["value"])
    let name = TableName(name: "colors")
    let schema = try RoleSchemaBuilder(
      catalog: small.catalog,
      source: Source(tables: [TrackedTable(name, isEnum: true)]),
      enumValues: [name: []]
    ).build()
    #expect(schema.tables.isEmpty)
    #expect(schema.inconsistencies.map(\.table) == [name])
  }
}
