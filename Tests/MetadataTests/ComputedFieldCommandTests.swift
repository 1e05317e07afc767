import Catalog
import JSON
import Metadata
import Testing

@Suite struct ComputedFieldCommandTests {
  private static let success = #"{"message":"success"}"#

  private func add(_ name: String, _ definition: String) -> String {
    #"{"type":"pg_add_computed_field","args":{"table":"author","name":"\#(name)","#
      + #""definition":{\#(definition)}}}"#
  }

  @Test func addsAndDropsFields() throws {
    var library = LibraryFixture.withFunctions()
    let articles = add(
      "recent",
      #""function":"author_articles","table_argument":"author_row""#
    )
    #expect(try library.send(articles) == Self.success)
    #expect(
      library.editor.metadata.sources[0].table(TableName(name: "author"))?.computedFields == [
        ComputedField(
          name: "recent",
          function: FunctionName(name: "author_articles"),
          tableArgument: "author_row"
        )
      ]
    )
    #expect(
      try library.send(
        #"{"type":"pg_drop_computed_field","args":{"table":"author","name":"recent"}}"#
      ) == Self.success
    )
    #expect(
      library.editor.metadata.sources[0].table(TableName(name: "author"))?.computedFields == []
    )
  }

  @Test(
    arguments: [
      (
        #""function":"hello""#,
        #"for the following reasons:\n  • the function \"hello\" returning type record is not a "#
          + #"BASE type\n  • the function \"hello\" has no input arguments\n"#
      ),
      (
        #""function":"author_articles""#,
        #"for the following reasons:\n  • first argument of the function \"author_articles\" is "#
          + #"not COMPOSITE type\n  • first argument of the function \"author_articles\" of type "#
          + #"\"pg_catalog.text\" is not the table to which the computed field is being added\n"#
      ),
      (
        #""function":"full_name","table_argument":"x""#,
        #"because \"x\" is not an input argument of the function \"full_name\""#
      ),
      (
        #""function":"author_articles","table_argument":"author_row","session_argument":"search""#,
        #"because \"search\" argument of the function \"author_articles\" is not of type JSON"#
      ),
      (
        #""function":"author_articles","table_argument":"author_row","session_argument":"x""#,
        #"because \"x\" is not an input argument of the function \"author_articles\""#
      ),
      (
        #""function":"author_colors""#,
        #"because the function \"author_colors\" returning set of table \"hge.colors\" is not "#
          + "tracked or not found in database"
      ),
      (
        #""function":"names""#,
        #"because the function \"names\" returns a set of text, where a computed field is one "#
          + "value or a set of rows of a table"
      ),
      (
        #""function":"add_author","table_argument":"x""#,
        #"for the following reasons:\n  • the function \"add_author\" is of type VOLATILE; cannot "#
          + #"be added as a computed field\n  • \"x\" is not an input argument of the function "#
          + #"\"add_author\"\n"#
      ),
    ]
  )
  func refusesAFunctionThatDoesNotFit(definition: String, because reason: String) throws {
    var library = LibraryFixture.withFunctions()
    let answer = try library.send(add("f", definition))
    #expect(
      answer.hasPrefix(
        #"400 {"error":"Inconsistent object: in table \"author\": in computed field \"f\": "#
          + #"the computed field \"f\" cannot be added to table \"author\" \#(reason)","#
          + #""path":"$.args","code":"invalid-configuration","#
      )
    )
  }

  @Test(
    arguments: [
      (
        #"{"type":"pg_add_computed_field","args":{"table":"t","name":"f","#
          + #""definition":{"function":"full_name"}}}"#,
        #"400 {"error":"table \"t\" does not exist in source: default","path":"$.args.table","#
          + #""code":"not-exists"}"#
      ),
      (
        #"{"type":"pg_drop_computed_field","args":{"table":"author","name":"f"}}"#,
        #"400 {"error":"computed field \"f\" does not exist","path":"$.args.name","#
          + #""code":"not-exists"}"#
      ),
    ]
  )
  func tellsWhatIsNotThere(request: String, with error: String) throws {
    var library = LibraryFixture.withFunctions()
    #expect(try library.send(request) == error)
  }

  @Test func refusesTheNameOfAColumnOrOfARelationship() throws {
    var library = LibraryFixture.withFunctions(tracked: LibraryFixture.related)
    #expect(
      try library.send(add("name", #""function":"full_name""#)).hasPrefix(
        #"400 {"error":"Inconsistent object: field definition conflicts with postgres column""#
      )
    )
    #expect(
      try library.send(add("articles", #""function":"full_name""#)).hasPrefix(
        #"400 {"error":"Inconsistent object: conflicting definitions for field \"articles\"""#
      )
    )
  }

  @Test func followsPermissionsOnTheField() throws {
    var author = LibraryFixture.author
    author.computedFields = [
      ComputedField(name: "full_name", function: FunctionName(name: "full_name"))
    ]
    author.selectPermissions = [
      Permission(
        role: "u",
        definition: SelectPermission(columns: .all, computedFields: ["full_name"])
      )
    ]
    var library = LibraryFixture.withFunctions(tracked: [author])
    let drop = #"{"type":"pg_drop_computed_field","args":{"table":"author","name":"full_name""#
    #expect(
      try library.send(drop + "}}")
        == #"400 {"error":"cannot drop due to the following dependent objects: "#
        + #"permission author.u.select in source \"default\"","path":"$.args","#
        + #""code":"dependency-error"}"#
    )
    #expect(try library.send(drop + #","cascade":true}}"#) == Self.success)
    #expect(library.editor.metadata.sources[0].tables == [LibraryFixture.author])
  }

  @Test func derivesPermissionsOnRowsFromTheirTable() throws {
    var author = LibraryFixture.author
    author.computedFields = [
      ComputedField(
        name: "recent",
        function: FunctionName(name: "author_articles"),
        tableArgument: "author_row"
      )
    ]
    author.selectPermissions = [
      Permission(
        role: "u",
        definition: SelectPermission(columns: .all, computedFields: ["recent"])
      )
    ]
    let library = LibraryFixture.withFunctions(tracked: [author, LibraryFixture.article])
    #expect(
      library.editor.consistency.inconsistencies.map(\.message) == [
        #"in table "author": in permission for role "u": select permissions on computed field "#
          + #""recent" are auto-derived from the permissions on its returning table "article" and "#
          + "cannot be specified manually"
      ]
    )
  }
}
