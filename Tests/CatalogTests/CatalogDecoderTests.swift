import Catalog
import Testing

@Suite struct CatalogDecoderTests {
  @Test(
    arguments: [
      ("[", "the catalog is no JSON: unexpected end of the text at byte 1"),
      ("[]", "expected the catalog"),
      (#"{"types": 1}"#, "expected rows of the catalog"),
      (#"{"types": [1]}"#, "expected a row of the catalog"),
      (#"{"types": [[]]}"#, "a row of the catalog is too short"),
      (#"{"types": [["23"]]}"#, "expected an integer in cell 0 of a row of the catalog"),
      (#"{"types": [[-1]]}"#, "expected an oid in cell 0 of a row of the catalog"),
      (
        #"{"types": [[1, "s", "n", "b", "A", 7, null, null, null, null]]}"#,
        "the type 7 is missing"
      ),
    ]
  )
  func refuses(answer: String, saying message: String) {
    #expect {
      try Catalog(parsing: Array(answer.utf8).span)
    } throws: { error in
      (error as? CatalogError)?.message == message
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
