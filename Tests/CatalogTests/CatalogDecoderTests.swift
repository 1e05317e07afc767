import Catalog
import TestSupport
import Testing

@Suite struct CatalogDecoderTests {
  /// Cells in their order, with the schema that most rows need before them.
  private static func rows(_ cells: [String?]...) -> [[String?]] {
    [["n", "1", nil, nil, "f", "f", "", "", "s", nil, nil]] + cells
  }

  private static let type: [String?] = ["y", "23", nil, "1", "f", "f", "b", "N", "n", "s.n", nil]
  private static let table: [String?] = ["r", "9", "1", "28", "f", "f", "r", "", "t", nil, nil]

  @Test(
    arguments: [
      ([[]], "row 0 of the catalog is of no known kind"),
      ([["?"]], "row 0 of the catalog is of no known kind"),
      ([["n"]], "expected an oid as the object of row 0 of the catalog"),
      ([["n", "-1"]], "expected an oid as the object of row 0 of the catalog"),
      ([["n", "4294967296"]], "expected an oid as the object of row 0 of the catalog"),
      ([["n", "1"]], "expected a text as the name of row 0 of the catalog"),
      ([type], "the schema 1 is missing"),
      (rows(["y", "23", "7", "1", "f", "f", "b", "A", "n", nil, nil]), "the type 7 is missing"),
      (
        rows(["y", "23", nil, "x", "f", "f", "b", "A", "n", nil, nil]),
        "expected an integer as the number of row 1 of the catalog"
      ),
      (rows(["l", "5", nil, "1", "f", "f", "", "", "a", nil, nil]), "the type 5 is missing"),
      (rows(["b", "5", "23", nil, "f", "f", "", "", nil, nil, nil]), "the type 5 is missing"),
      (
        rows(type, ["a", "9", "23", "1", "f", "f", "", "", "c", nil, nil]),
        "the table 9 is missing"
      ),
      (
        rows(type, table, ["a", "9", "23", "1", "yes", "f", "", "", "c", nil, nil]),
        "expected a Boolean as the first of row 3 of the catalog"
      ),
      (
        rows(table, ["k", "9", "1", "1", "t", "t", "p", "", "k", "1 x", nil]),
        "expected integers as the text of row 2 of the catalog"
      ),
      (
        rows(table, ["f", "9", "1", "8", "f", "f", "", "", "k", "1", "1"]),
        "the table 8 is missing"
      ),
      (rows(["p", "3", "23", "1", "f", "f", "i", "", "p", nil, nil]), "the type 23 is missing"),
    ] as [([[String?]], String)]
  )
  func refuses(rows: [[String?]], saying message: String) {
    #expect {
      try Catalog(rows: CatalogTexts(rows))
    } throws: { error in
      (error as? CatalogError)?.message == message
    }
  }

  @Test func passesOverWhatIsOfNoColumn() throws {
    let rows = Self.rows(
      Self.type,
      Self.table,
      ["a", "9", "23", "2", "t", "f", "", "", "c", nil, nil],
      ["d", "9", nil, "1", "f", "f", "", "", nil, "Of a column that was dropped", nil],
      ["k", "9", "5", "-1", "t", "t", "p", "", "none", "2", nil],
      ["k", "9", "6", "9", "f", "t", "u", "", "some", "0 2 7", nil]
    )
    // In whatever order they come.
    for rows in [rows, rows.reversed()] {
      let catalog = try Catalog(rows: CatalogTexts(rows))
      let id = try #require(catalog.type(schema: "s", named: "n"))
      #expect(
        catalog.tables == [
          Table(
            oid: 9,
            name: TableName(schema: "s", name: "t"),
            columns: [Column(name: "c", position: 2, type: id, isNullable: false)],
            primaryKey: Key(oid: 5, name: "none", columns: []),
            uniqueKeys: [Key(oid: 6, name: "some", columns: ["c"])]
          )
        ]
      )
    }
  }

  @Test func namesCompareByTheirBytes() {
    let composed = TableName(name: "caf\u{E9}")
    let decomposed = TableName(name: "cafe\u{301}")
    #expect(composed != decomposed)
    let catalog = Catalog(tables: [
      Table(oid: 1, name: composed, columns: []), Table(oid: 2, name: decomposed, columns: []),
    ])
    #expect(catalog.table(composed)?.oid == 1)
    #expect(catalog.table(decomposed)?.oid == 2)
  }
}
