import Catalog
import Metadata
import Testing

@Suite struct EnumTableTests {
  /// Why a table of such columns and rows is no enum table.
  private func reasons(
    _ columns: [(name: String, type: String)],
    key: [String],
    values: [String] = ["red"]
  ) -> [String] {
    let types = ["text", "int4"].map {
      PostgresType(oid: 0, name: $0, category: UInt8(ascii: "U"), sqlName: $0)
    }
    let name = TableName(name: "colors")
    let table = Table(
      oid: 1,
      name: name,
      columns: columns.enumerated().map { index, column in
        Column(
          name: column.name,
          position: index + 1,
          type: PostgresTypeID(index: column.type == "text" ? 0 : 1)
        )
      },
      primaryKey: key.isEmpty ? nil : Key(name: "colors_pkey", columns: key)
    )
    let context = DatabaseContext(
      catalogs: ["default": Catalog(tables: [table], types: types)],
      enumValues: ["default": [name: values.map { DatabaseContext.EnumValue(name: $0) }]]
    )
    let metadata = Metadata(sources: [Source(tables: [TrackedTable(name, isEnum: true)])])
    return Consistency(of: metadata, in: context).inconsistencies.map(\.reason)
  }

  private let start = "Inconsistent object: the table \"colors\" cannot be used as an enum"

  @Test func takesAKeyAndAComment() {
    #expect(reasons([("value", "text")], key: ["value"]) == [])
    #expect(reasons([("value", "text"), ("comment", "text")], key: ["value"]) == [])
  }

  @Test func countsTheColumnsBesideAKeyThatCanBeOne() {
    let columns = [("value", "text"), ("b", "text"), ("a", "text")]
    #expect(
      reasons(columns, key: ["value"]) == [
        start + " because the table must have exactly one primary key and optionally one comment "
          + "column, not 2 columns (a, b)"
      ]
    )
    #expect(
      reasons([("value", "text"), ("rank", "int4")], key: ["value"]) == [
        start + " because the table’s comment column (\"rank\") must have type \"text\", not type "
          + "\"integer\""
      ]
    )
  }

  @Test func countsAllColumnsWhereTheKeyCannotBeOne() {
    #expect(
      reasons([("id", "int4"), ("name", "text")], key: ["id"]) == [
        start + " for the following reasons:\n"
          + "  • the table’s primary key (\"id\") must have type \"text\", not type \"integer\"\n"
          + "  • the table must have exactly one primary key and optionally one comment column, "
          + "not 2 columns (id, name)\n"
      ]
    )
    #expect(
      reasons([("b", "text"), ("a", "text")], key: ["b", "a"]) == [
        start + " for the following reasons:\n"
          + "  • the table’s primary key must not span multiple columns (a, b)\n"
          + "  • the table must have exactly one primary key and optionally one comment column, "
          + "not 2 columns (a, b)\n"
      ]
    )
    #expect(
      reasons([("value", "text")], key: []) == [
        start + " because the table must have a primary key"
      ]
    )
  }

  @Test(
    arguments: [
      ([], "the table must have at least one row"),
      (["a+b", "red"], "the value \"a+b\" is not a valid GraphQL enum value name"),
      (["true", "1"], "the values \"1\" and \"true\" are not valid GraphQL enum value names"),
      (
        ["c c", "a a", "b b"],
        "the values \"a a\", \"b b\", and \"c c\" are not valid GraphQL enum value names"
      ),
    ] as [([String], String)]
  )
  func wantsRowsThatAreNames(values: [String], reason: String) {
    #expect(
      reasons([("value", "text")], key: ["value"], values: values) == [
        start + " because " + reason
      ]
    )
  }
}
