import Catalog
import Metadata
import Testing

@Suite struct TableCommandTests {
  private static let success = #"{"message":"success"}"#

  @Test func tracksATable() throws {
    var library = LibraryFixture()
    #expect(try library.send(#"{"type":"pg_track_table","args":"author"}"#) == Self.success)
    let answer = try library.send(
      #"{"type":"postgres_track_table","args":{"table":{"schema":"hge","name":"colors"},"#
        + #""is_enum":true,"configuration":{"custom_name":"Colors"}}}"#
    )
    #expect(answer == Self.success)
    #expect(
      library.tables
        == #"[{"table":{"name":"colors","schema":"hge"},"is_enum":true,"#
        + #""configuration":{"column_config":{},"custom_column_names":{},"#
        + #""custom_name":"Colors","custom_root_fields":{}}},"#
        + #"{"table":{"name":"author","schema":"public"}}]"#
    )
    #expect(library.editor.isChanged)
  }

  @Test(
    arguments: [
      (
        #"{"type":"pg_track_table","args":{"table":"author"}}"#,
        #"400 {"error":"view/table already tracked: \"author\"","path":"$.args","#
          + #""code":"already-tracked"}"#
      ),
      (
        #"{"type":"pg_track_table","args":{"table":"nothing"}}"#,
        #"400 {"error":"Inconsistent object: no such table/view exists in source: \"nothing\"","#
          + #""path":"$.args","code":"invalid-configuration","internal":[{"definition":"#
          + #"{"name":"nothing","schema":"public"},"reason":"Inconsistent object: no such "#
          + #"table/view exists in source: \"nothing\"","name":"table nothing in source default","#
          + #""type":"table"}]}"#
      ),
      (
        #"{"type":"pg_track_table","args":{"table":"article","source":"other"}}"#,
        #"400 {"error":"source with name \"other\" does not exist","path":"$.args","#
          + #""code":"not-exists"}"#
      ),
      (
        #"{"type":"pg_untrack_table","args":{"table":"article"}}"#,
        #"400 {"error":"view/table already untracked: \"article\"","path":"$.args","#
          + #""code":"already-untracked"}"#
      ),
      (
        #"{"type":"pg_set_table_is_enum","args":{"table":"article","is_enum":true}}"#,
        #"400 {"error":"table \"article\" does not exist in source: default","path":"$.args","#
          + #""code":"not-exists"}"#
      ),
      (
        #"{"type":"pg_track_tables","args":{"tables":[{"table":"article"},{"table":"article"}]}}"#,
        #"400 {"error":"The following tables occur more than once in the request: "#
          + #"default.article","path":"$.args.tables","code":"bad-request"}"#
      ),
    ]
  )
  func refuses(request: String, with error: String) throws {
    var library = LibraryFixture(tracked: [LibraryFixture.author])
    #expect(try library.send(request) == error)
    #expect(library.editor.metadata.sources[0].tables == [LibraryFixture.author])
    #expect(!library.editor.isChanged)
  }

  @Test func tellsWhyATableIsNoEnum() throws {
    var library = LibraryFixture(tracked: [LibraryFixture.article])
    let answer = try library.send(
      #"{"type":"set_table_is_enum","args":{"table":"article","is_enum":true}}"#,
      dialect: .query
    )
    let reason =
      #"Inconsistent object: the table \"article\" cannot be used as an enum for the following "#
      + #"reasons:\n  • the table’s primary key (\"id\") must have type \"text\", not type "#
      + #"\"integer\"\n  • the table must have exactly one primary key and optionally one "#
      + #"comment column, not 3 columns (author_id, id, published_on)\n"#
    #expect(
      answer
        == #"400 {"error":"\#(reason)","path":"$.args","code":"invalid-configuration","#
        + #""internal":[{"definition":{"name":"article","schema":"public"},"reason":"\#(reason)","#
        + #""name":"table article in source default","type":"table"}]}"#
    )
  }

  @Test func keepsTablesThatOthersNeed() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    #expect(
      try library.send(#"{"type":"pg_untrack_table","args":{"table":"author"}}"#)
        == #"400 {"error":"cannot drop due to the following dependent objects: relationship "#
        + #"article.author in source \"default\"","path":"$.args","code":"dependency-error"}"#
    )
    #expect(
      try library.send(#"{"type":"pg_untrack_table","args":{"table":"article"}}"#)
        == #"400 {"error":"cannot drop due to the following dependent objects: relationship "#
        + #"author.articles in source \"default\"","path":"$.args","code":"dependency-error"}"#
    )
    #expect(
      try library.send(#"{"type":"pg_untrack_table","args":{"table":"author","cascade":true}}"#)
        == Self.success
    )
    #expect(library.editor.metadata.sources[0].tables == [LibraryFixture.article])
  }

  @Test func untracksTablesThatNeedEachOtherTogether() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    let answer = try library.send(
      #"{"type":"pg_untrack_tables","args":{"tables":[{"table":"author"},{"table":"article"}]}}"#
    )
    #expect(answer == Self.success)
    #expect(library.tables == "[]")
  }

  @Test func tellsWhatItHasPassedOver() throws {
    var library = LibraryFixture(tracked: [LibraryFixture.author])
    let tables = #""tables":[{"table":"author"},{"table":"article"}]"#
    let warnings =
      #"[{"code":"track-table-failed","message":"view/table already tracked: \"author\"","#
      + #""name":"table author in source default","type":"table"}]"#
    #expect(
      try library.send(#"{"type":"pg_track_tables","args":{\#(tables),"allow_warnings":false}}"#)
        == #"400 {"error":"failed due to metadata warnings","path":"$.args","#
        + #""code":"metadata-warnings","internal":\#(warnings)}"#
    )
    #expect(
      try library.send(#"{"type":"pg_track_tables","args":{\#(tables)}}"#)
        == #"{"message":"success","warnings":\#(warnings)}"#
    )
    #expect(
      library.editor.metadata.sources[0].tables == [LibraryFixture.author, LibraryFixture.article]
    )
    #expect(
      try library.send(#"{"type":"pg_track_tables","args":{"tables":[{"table":"author"}]}}"#)
        == #"400 {"error":"all tables failed to track","path":"$.args","#
        + #""code":"invalid-configuration","internal":\#(warnings)}"#
    )
  }

  @Test func tracksTheTablesThatHold() throws {
    var library = LibraryFixture()
    #expect(
      try library.send(
        #"{"type":"pg_track_tables","args":{"tables":[{"table":"nothing"},{"table":"author"}]}}"#
      )
        == #"{"message":"success","warnings":[{"code":"track-table-failed","message":"#
        + #""Inconsistent object: no such table/view exists in source: \"nothing\"","#
        + #""name":"table nothing in source default","type":"table"}]}"#
    )
    #expect(library.editor.metadata.sources[0].tables == [LibraryFixture.author])
  }

  @Test func refusesACustomNameThatARelationshipHas() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    let answer = try library.send(
      #"{"type":"set_table_custom_fields","args":{"table":"author","custom_column_names":"#
        + #"{"name":"articles"}}}"#,
      dialect: .query
    )
    #expect(
      answer
        == #"400 {"error":"cannot continue due to new inconsistent metadata","path":"$.args","#
        + #""code":"unexpected","internal":[{"definition":{"using":{"foreign_key_constraint_on":"#
        + #"{"column":"author_id","table":{"name":"article","schema":"public"}}},"#
        + #""name":"articles","source":"default","comment":null,"#
        + #""table":{"name":"author","schema":"public"}},"reason":"Inconsistent object: field "#
        + #"definition conflicts with custom field name for postgres column \"name\"","#
        + #""name":"array_relation articles in table author in source default","#
        + #""type":"array_relation"}]}"#
    )
  }

  @Test(
    arguments: [
      (
        #""source":"default","table":"article""#,
        #"{"name":{"name":"article","schema":"public"},"type":"table","columns":["#
          + #"{"name":"id","type":"integer","nullable":false,"insertable":true,"updatable":true},"#
          + #"{"name":"author_id","type":"integer","nullable":true,"insertable":true,"updatable":true},"#
          + #"{"name":"published_on","type":"integer","nullable":true,"insertable":true,"#
          + #""updatable":true}],"insertable":true,"updatable":true,"deletable":true,"#
          + #""primary_key":["id"],"foreign_keys":{"article_author_id_fkey":{"foreign_table":"#
          + #"{"name":"author","schema":"public"},"column_mapping":{"author_id":"id"}}}}"#
      ),
      (#""source":"default","table":{"name":"x","schema":"y"}"#, "null"),
      (
        #""table":"article""#,
        #"400 {"error":"key \"source\" not found","path":"$.args","code":"parse-failed"}"#
      ),
    ]
  )
  func tellsOfATableWhetherTrackedOrNot(_ arguments: String, _ expected: String) throws {
    var library = LibraryFixture()
    let answer = try library.send(#"{"type":"pg_get_table_info","args":{\#(arguments)}}"#)
    #expect(answer == expected)
  }

  @Test func tellsThatPostgresHasNoTrackables() throws {
    var library = LibraryFixture()
    #expect(
      try library.send(#"{"type":"pg_get_source_trackables","args":{"source":"default"}}"#)
        == #"500 {"error":"listAllTrackables not supported by Postgres","path":"$.args","#
        + #""code":"unexpected"}"#
    )
    #expect(
      try library.send(#"{"type":"pg_get_source_trackables","args":{"source":"x"}}"#)
        == #"400 {"error":"source with name \"x\" does not exist","path":"$.args","code":"not-exists"}"#
    )
  }

  @Test func listsTheTablesOfASource() throws {
    var library = LibraryFixture()
    #expect(
      try library.send(#"{"type":"pg_get_source_tables","args":{"source":"default"}}"#)
        == #"[{"name":"colors","schema":"hge"},{"name":"article","schema":"public"},"#
        + #"{"name":"author","schema":"public"}]"#
    )
  }
}
