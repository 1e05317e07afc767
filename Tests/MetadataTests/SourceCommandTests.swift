import Catalog
import JSON
import Testing

@testable import Metadata

@Suite struct SourceCommandTests {
  private static let success = #"{"message":"success"}"#
  private static let url = #"{"connection_info":{"database_url":"postgresql://h/d"}}"#

  private static func add(_ name: String, _ more: String = "") -> String {
    #"{"type":"pg_add_source","args":{"name":"\#(name)","configuration":\#(url)\#(more)}}"#
  }

  /// What is known of the databases of two more sources.
  private func library() -> LibraryFixture {
    var library = LibraryFixture()
    library.know("b")
    library.know("c")
    return library
  }

  @Test(arguments: [
    ("pg", "pg does not support Capabilities"), ("mssql", "mssql does not support Capabilities"),
    ("athena", "Source Kind athena was not found"),
  ])
  func hasNoCapabilitiesOfKindsOfSources(_ kind: String, _ message: String) throws {
    var library = LibraryFixture()
    #expect(
      try library.send(#"{"type":"get_source_kind_capabilities","args":{"name":"\#(kind)"}}"#)
        == #"400 {"error":"\#(message)","path":"$.args","code":"data-connector-error"}"#
    )
  }

  @Test func addsChangesRenamesAndDropsASource() throws {
    var library = library()
    #expect(
      try library.send(Self.add("b", #","customization":{"root_fields":{"prefix":"b_"}}"#))
        == Self.success
    )
    #expect(
      try library.send(
        #"{"type":"pg_track_table","args":{"source":"b","table":"author"}}"#
      ) == Self.success
    )
    #expect(
      try library.send(Self.add("b"))
        == #"400 {"error":"source with name \"b\" already exists","path":"$.args","code":"already-exists"}"#
    )
    #expect(try library.send(Self.add("b", #","replace_configuration":true"#)) == Self.success)
    #expect(
      try library.send(
        #"{"type":"pg_update_source","args":{"name":"b","customization":{"naming_convention":"graphql-default"}}}"#
      ) == Self.success
    )
    #expect(
      try library.send(#"{"type":"rename_source","args":{"name":"b","new_name":"d"}}"#)
        == Self.success
    )
    let expected =
      #"{"name":"d","kind":"postgres","tables":[{"table":{"name":"author","schema":"public"}}],"#
      + #""configuration":\#(Self.url),"customization":{"naming_convention":"graphql-default"}}"#
    #expect(library.editor.metadata.source(named: "d")?.encoded().text == expected)
    #expect(library.editor.consistency.isConsistent)
    #expect(
      try library.send(#"{"type":"pg_drop_source","args":{"name":"d"}}"#) == Self.success
    )
    #expect(library.editor.metadata.sources.map(\.name) == ["default"])
  }

  @Test(
    arguments: [
      (
        #"{"type":"pg_drop_source","args":{"name":"x"}}"#,
        #"400 {"error":"source with name \"x\" does not exist","path":"$.args","code":"not-exists"}"#
      ),
      (
        #"{"type":"pg_update_source","args":{"name":"x"}}"#,
        #"400 {"error":"source with name \"x\" does not exist","path":"$.args","code":"not-exists"}"#
      ),
      (
        #"{"type":"rename_source","args":{"name":"x","new_name":"y"}}"#,
        #"400 {"error":"Could not find source with name \"x\"","path":"$.args","code":"not-exists"}"#
      ),
      (
        #"{"type":"rename_source","args":{"name":"default","new_name":"default"}}"#,
        #"400 {"error":"Source with name \"default\" already exists","path":"$.args","code":"already-exists"}"#
      ),
      (
        #"{"type":"pg_add_source","args":{"name":"b"}}"#,
        #"400 {"error":"key \"configuration\" not found","path":"$.args","code":"parse-failed"}"#
      ),
      (
        #"{"type":"pg_add_source","args":{"name":"b","configuration":{"connection_info":{}}}}"#,
        #"400 {"error":"key \"database_url\" not found","path":"$.args.configuration.connection_info","#
          + #""code":"parse-failed"}"#
      ),
      (
        #"{"type":"pg_add_source","args":{"name":"b","configuration":{"connection_info":{"database_url":"#
          + #"{"connection_parameters":{"host":"h","port":"x"}}}}}}"#,
        #"400 {"error":"parsing Int failed, expected Number, but encountered String","path":"#
          + #""$.args.configuration.connection_info.database_url.connection_parameters.port","#
          + #""code":"parse-failed"}"#
      ),
      (
        #"{"type":"pg_add_source","args":{"name":"b","configuration":{"connection_info":"#
          + #"{"database_url":"postgresql://h/d"},"change_source":"rumour"}}}"#,
        #"400 {"error":"unexpected string for change source; expecting one of: replication, triggers, "#
          + #"polling","path":"$.args.configuration.change_source","code":"parse-failed"}"#
      ),
      (
        #"{"type":"pg_update_source","args":{"name":"default","configuration":{"connection_info":"#
          + #"{"database_url":"postgresql://h/d"},"create_publication":"yes"}}}"#,
        #"400 {"error":"parsing Bool failed, expected Boolean, but encountered String","#
          + #""path":"$.args.configuration.create_publication","code":"parse-failed"}"#
      ),
      (
        Self.add("b", #","customization":{"root_fields":{"prefix":"1"}}"#),
        #"400 {"error":"1 is not valid GraphQL name","path":"$.args.customization.root_fields.prefix","#
          + #""code":"parse-failed"}"#
      ),
      (
        Self.add("b", #","customization":{"naming_convention":"snake"}"#),
        #"400 {"error":"naming_convention can either be \"hasura-default\" or \"graphql-default\"","#
          + #""path":"$.args.customization.naming_convention","code":"parse-failed"}"#
      ),
    ]
  )
  func refuses(command: String, with answer: String) throws {
    var library = library()
    #expect(try library.send(command) == answer)
    #expect(!library.editor.isChanged)
  }

  @Test func refusesASourceWhoseDatabaseCannotBeReached() throws {
    var library = library()
    library.know("away", failure: "connection error: refused")
    #expect(
      try library.send(Self.add("away"))
        == #"400 {"error":"Inconsistent object: connection error: refused","path":"$.args","#
        + #""code":"invalid-configuration","internal":[{"definition":"away","#
        + #""reason":"Inconsistent object: connection error: refused","name":"source away","#
        + #""type":"source"}]}"#
    )
    #expect(library.editor.metadata.sources.map(\.name) == ["default"])
  }

  @Test func asksBeforeASourceGoesThatOthersHaveToDoWith() throws {
    var library = library()
    for name in ["b", "c"] {
      #expect(try library.send(Self.add(name)) == Self.success)
    }
    var document = library.editor.metadata
    var author = TrackedTable(TableName(schema: "public", name: "author"))
    author.others["remote_relationships"] = [
      [
        "name": "copy",
        "definition": [
          "to_source": [
            "source": "c", "table": "author", "relationship_type": "object",
            "field_mapping": ["id": "id"],
          ]
        ],
      ]
    ]
    document.sources[1].tables = [author]
    library.editor = MetadataEditor(document, in: library.editor.context)
    #expect(
      try library.send(#"{"type":"pg_drop_source","args":{"name":"c"}}"#)
        == #"400 {"error":"cannot drop due to the following dependent objects: remote relationship "#
        + #"author.copy in source \"b\"","path":"$.args","code":"dependency-error"}"#
    )
    #expect(
      try library.send(#"{"type":"rename_source","args":{"name":"c","new_name":"e"}}"#)
        == Self.success
    )
    #expect(
      library.editor.metadata.sources[1].tables[0].others["remote_relationships"]?.array?.first?[
        "definition"
      ]?["to_source"]?["source"]
        == "e"
    )
    #expect(
      try library.send(#"{"type":"pg_drop_source","args":{"name":"e","cascade":true}}"#)
        == Self.success
    )
    #expect(library.editor.metadata.sources[1].tables[0].others["remote_relationships"] == nil)
  }

  @Test func readsHowADatabaseIsReached() throws {
    func connection(_ info: String) throws -> SourceConnection {
      try SourceConnection(
        decoding: JSONCursor(
          try JSONValue(parsing: Array(#"{"connection_info":\#(info)}"#.utf8).span)
        )
      )
    }
    let full = try connection(
      #"{"database_url":{"from_env":"X"},"isolation_level":"repeatable-read","use_prepared_statements":true,"#
        + #""pool_settings":{"max_connections":7,"pool_timeout":3,"retries":1,"idle_timeout":180}}"#
    )
    #expect(full.address == .variable("X") && full.isolation == .repeatableRead)
    #expect(full.maximumConnections == 7 && full.poolTimeout == 3)
    let parts = try connection(
      #"{"database_url":{"connection_parameters":{"host":"h","port":5433,"username":"u","database":"d"}}}"#
    )
    let expected = [("host", "h"), ("port", "5433"), ("user", "u"), ("dbname", "d")].map {
      SourceConnection.Parameter(keyword: $0, value: $1)
    }
    #expect(parts.address == .parameters(expected))
    #expect(throws: MetadataError.self) {
      try connection(#"{"database_url":"x","isolation_level":"none"}"#)
    }
  }
}
