import Catalog
import JSON
import Metadata
import Testing

@Suite struct DocumentCommandTests {
  private static let success = #"{"message":"success"}"#
  private static let empty =
    #"{"version":3,"sources":[{"name":"default","kind":"postgres","tables":[],"#
    + #""configuration":{}}]}"#

  @Test func exportsWithAndWithoutItsVersion() throws {
    var library = LibraryFixture()
    #expect(try library.send(#"{"type":"export_metadata","args":{}}"#) == Self.empty)
    #expect(
      try library.send(#"{"type":"export_metadata","version":2,"args":{}}"#)
        == #"{"resource_version":7,"metadata":\#(Self.empty)}"#
    )
    #expect(!library.editor.isChanged)
  }

  @Test func replacesTheDocument() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    #expect(
      try library.send(#"{"type":"replace_metadata","args":\#(Self.empty)}"#) == Self.success
    )
    #expect(library.tables == "[]")
    #expect(
      try library.send(
        #"{"type":"replace_metadata","version":2,"args":{"metadata":\#(Self.empty)}}"#
      ) == #"{"is_consistent":true,"inconsistent_objects":[]}"#
    )
  }

  @Test func replacesTheDefaultSourceByADocumentWithoutSources() throws {
    var library = LibraryFixture()
    #expect(
      try library.send(
        #"{"type":"replace_metadata","args":{"version":2,"tables":[{"table":"author"}]}}"#
      ) == Self.success
    )
    #expect(library.editor.metadata.sources[0].tables == [LibraryFixture.author])
  }

  /// A table that is not there, and with it what leads there and what reads along.
  private static let broken =
    #"{"version":3,"sources":[{"name":"default","kind":"postgres","configuration":{},"#
    + #""tables":[{"table":"nothing"},{"table":"article","object_relationships":["#
    + #"{"name":"author","using":{"foreign_key_constraint_on":"author_id"}}],"#
    + #""select_permissions":[{"role":"user","permission":{"columns":["id"],"#
    + #""filter":{"author":{"id":{"_eq":1}}}}}]}]}]}"#
  private static let objects =
    #"[{"definition":{"name":"nothing","schema":"public"},"reason":"Inconsistent object: no such "#
    + #"table/view exists in source: \"nothing\"","name":"table nothing in source default","#
    + #""type":"table"},{"definition":{"using":{"foreign_key_constraint_on":"author_id"},"#
    + #""name":"author","source":"default","comment":null,"table":{"name":"article","#
    + #""schema":"public"}},"reason":"Inconsistent object: table \"author\" is not tracked","#
    + #""name":"object_relation author in table article in source default","#
    + #""type":"object_relation"},{"definition":{"role":"user","source":"default","#
    + #""comment":null,"permission":{"columns":["id"],"filter":{"author":{"id":{"_eq":1}}},"#
    + #""allow_aggregations":false,"computed_fields":[]},"#
    + #""table":{"name":"article","schema":"public"}},"reason":"Inconsistent object: in table "#
    + #"\"article\": in permission for role \"user\": \"author\" does not exist","#
    + #""name":"select_permission user in table article in source default","#
    + #""type":"select_permission"}]"#

  @Test func refusesWhatDoesNotHold() throws {
    var library = LibraryFixture(tracked: [LibraryFixture.author])
    #expect(
      try library.send(#"{"type":"replace_metadata","args":\#(Self.broken)}"#)
        == #"400 {"error":"cannot continue due to inconsistent metadata","path":"$.args","#
        + #""code":"unexpected","internal":\#(Self.objects)}"#
    )
    #expect(library.editor.metadata.sources[0].tables == [LibraryFixture.author])
  }

  @Test func takesWhatDoesNotHoldWhenTold() throws {
    var library = LibraryFixture()
    let told = #"{"is_consistent":false,"inconsistent_objects":\#(Self.objects)}"#
    #expect(
      try library.send(
        #"{"type":"replace_metadata","args":{"allow_inconsistent_metadata":true,"#
          + #""metadata":\#(Self.broken)}}"#
      ) == told
    )
    #expect(try library.send(#"{"type":"get_inconsistent_metadata","args":{}}"#) == told)
    #expect(
      try library.send(#"{"type":"reload_metadata","args":{}}"#)
        == #"{"message":"success","is_consistent":false,"inconsistent_objects":\#(Self.objects)}"#
    )
    #expect(
      library.editor.consistency.metadata.sources[0].tables == [LibraryFixture.article]
    )
    #expect(
      try library.send(#"{"type":"drop_inconsistent_metadata","args":{}}"#) == Self.success
    )
    #expect(library.tables == #"[{"table":{"name":"article","schema":"public"}}]"#)
    #expect(
      try library.send(#"{"type":"reload_metadata","args":{"reload_sources":["default"]}}"#)
        == #"{"message":"success","is_consistent":true}"#
    )
  }

  @Test func clearsAllButTheDefaultSource() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    #expect(try library.send(#"{"type":"clear_metadata","args":{}}"#) == Self.success)
    #expect(library.editor.metadata.encoded().text == Self.empty)
  }

  @Test func tellsOfASourceThatCannotBeReached() {
    let consistency = Consistency(
      of: Metadata(sources: [Source(tables: LibraryFixture.related)]),
      in: DatabaseContext(catalogs: [:], failures: ["default": "connection refused"])
    )
    #expect(
      consistency.encoded().text
        == #"{"is_consistent":false,"inconsistent_objects":[{"definition":"default","#
        + #""reason":"Inconsistent object: connection refused","name":"source default","#
        + #""type":"source"}]}"#
    )
    #expect(consistency.metadata == Metadata(sources: [Source()]))
  }

  @Test func tellsRelationshipsOfOneNameApartFromNone() {
    var author = LibraryFixture.related[0]
    author.objectRelationships = [
      Relationship(
        name: "articles",
        using: .manual(
          remoteTable: TableName(name: "article"),
          columnMapping: [Relationship.ColumnPair(local: "id", remote: "id")],
          insertionOrder: nil
        )
      )
    ]
    let library = LibraryFixture(tracked: [author, LibraryFixture.article])
    #expect(
      library.editor.consistency.inconsistencies.map(\.message)
        == [#"conflicting definitions for field "articles""#]
    )
    #expect(library.editor.consistency.metadata.sources[0].tables[0] == LibraryFixture.author)
  }

  // MARK: - Bulk

  private static let track = #"{"type":"pg_track_table","args":"author"}"#
  private static let again =
    #"{"error":"view/table already tracked: \"author\"","path":"$.args[1].args","#
    + #""code":"already-tracked"}"#

  @Test func undoesABulkAtItsFirstError() throws {
    var library = LibraryFixture()
    #expect(
      try library.send(#"{"type":"bulk","args":[\#(Self.track),\#(Self.track)]}"#)
        == "400 \(Self.again)"
    )
    #expect(library.tables == "[]")
    #expect(!library.editor.isChanged)
  }

  @Test func keepsGoingWhenTold() throws {
    var library = LibraryFixture()
    #expect(
      try library.send(#"{"type":"bulk_keep_going","args":[\#(Self.track),\#(Self.track)]}"#)
        == "[\(Self.success),\(Self.again)]"
    )
    #expect(library.editor.metadata.sources[0].tables == [LibraryFixture.author])
  }

  @Test func checksAnAtomicBulkOnce() throws {
    let create =
      #"{"type":"pg_create_object_relationship","args":{"table":"article","name":"author","#
      + #""using":{"foreign_key_constraint_on":"author_id"}}}"#
    var library = LibraryFixture(tracked: [LibraryFixture.author, LibraryFixture.article])
    #expect(try library.send(#"{"type":"bulk_atomic","args":[\#(create)]}"#) == Self.success)
    #expect(
      try library.send(#"{"type":"bulk_atomic","args":[\#(Self.track)]}"#)
        == #"500 {"error":"Bulk atomic does not support this command","path":"$.args[0].args","#
        + #""code":"unexpected"}"#
    )
    let wrong = create.replacing("author_id", with: "id").replacing(#""author""#, with: #""x""#)
    let answer = try library.send(#"{"type":"bulk_atomic","args":[\#(wrong)]}"#)
    #expect(answer.hasPrefix(#"400 {"error":"Schema inconsistency","path":"$.args","#))
  }

  @Test(
    arguments: [
      ("[]", "parsing Object failed, expected Object, but encountered Array", "$"),
      (#"{"args":{}}"#, #"key "type" not found"#, "$"),
      (#"{"type":"export_metadata"}"#, #"key "args" not found"#, "$"),
      (
        #"{"type":"track_table","args":{}}"#,
        #"unknown metadata command "track_table"; "track" was not recognized as a valid backend "#
          + "name", "$"
      ),
      (
        #"{"type":"pg_fly","args":{}}"#, #"unknown metadata command "fly" for backend pg"#, "$"
      ),
      (#"{"type":"pg_track_table","args":{}}"#, #"key "name" not found"#, "$.args"),
      (
        #"{"type":"bulk","args":[{"type":"pg_track_table","args":1}]}"#,
        "expecting a string/object for QualifiedObject", "$.args[0].args"
      ),
      (
        #"{"type":"replace_metadata","args":{"metadata":{"version":3,"sources":1}}}"#,
        "parsing [] failed, expected Array, but encountered Number", "$.args.metadata.sources"
      ),
    ]
  )
  func refuses(request: String, saying message: String, at path: String) throws {
    let value = try JSONValue(parsing: request)
    #expect(throws: MetadataError(.parseFailed, message, path: path)) {
      try MetadataRequest(parsing: value)
    }
  }
}
