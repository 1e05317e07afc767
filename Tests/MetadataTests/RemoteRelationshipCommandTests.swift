import Catalog
import JSON
import Metadata
import Testing

@Suite struct RemoteRelationshipCommandTests {
  private static let success = #"{"message":"success"}"#

  /// Authors in two sources, articles in the second.
  private func library() -> LibraryFixture {
    var library = LibraryFixture(tracked: [LibraryFixture.author])
    library.know("b")
    var document = library.editor.metadata
    document.sources.append(
      Source(name: "b", tables: [LibraryFixture.author, LibraryFixture.article])
    )
    library.editor = MetadataEditor(document, in: library.editor.context, resourceVersion: 7)
    return library
  }

  /// The entry of the authors of the first source.
  private func author(of library: LibraryFixture) -> String {
    library.editor.metadata.sources[0].tables.first?.encoded().text ?? ""
  }

  private static let definition =
    #"{"to_source":{"field_mapping":{"id":"author_id"},"relationship_type":"array","source":"b","#
    + #""table":"article"}}"#

  private static func command(
    _ verb: String = "create",
    _ name: String = "works",
    _ definition: String = definition
  ) -> String {
    #"{"type":"pg_\#(verb)_remote_relationship","args":{"table":"author","name":"\#(name)","#
      + #""definition":\#(definition)}}"#
  }

  private static func definition(
    source: String = "b",
    table: String = "article",
    _ local: String = "id",
    _ remote: String = "author_id"
  ) -> String {
    #"{"to_source":{"field_mapping":{"\#(local)":"\#(remote)"},"relationship_type":"object","#
      + #""source":"\#(source)","table":"\#(table)"}}"#
  }

  @Test func keepsWhatItIsToldAndReplacesIt() throws {
    var library = library()
    #expect(try library.send(Self.command()) == Self.success)
    let entry = #"{"name":"works","definition":\#(Self.definition)}"#
    #expect(
      author(of: library)
        == #"{"table":{"name":"author","schema":"public"},"remote_relationships":[\#(entry)]}"#
    )
    #expect(
      try library.send(Self.command("update", "works", Self.definition())) == Self.success
    )
    #expect(author(of: library).contains(#""relationship_type":"object""#))
    // As in Hasura creating one replaces the one of its name.
    #expect(try library.send(Self.command()) == Self.success)
    #expect(library.editor.metadata.sources[0].tables[0].remoteRelationships.count == 1)
    let document = library.editor.metadata.encoded()
    #expect(try Metadata(decoding: JSONCursor(document)).encoded() == document)
    #expect(
      try library.send(
        #"{"type":"delete_remote_relationship","args":{"table":"author","name":"works"}}"#,
        dialect: .query
      ) == Self.success
    )
    #expect(author(of: library) == #"{"table":{"name":"author","schema":"public"}}"#)
  }

  private static let failing: [(String, String)] = [
    (definition(source: "x"), #"source not found: \"x\""#),
    (definition(table: "nothing"), #"table \"nothing\" does not exist in source: b"#),
    (definition("isbn"), #"\"isbn\" does not exist"#),
    (definition("id", "isbn"), #"\"isbn\" does not exist"#),
    (
      definition.replacing(#""id":"author_id""#, with: ""), "the field mapping has to name a column"
    ),
  ]

  @Test(arguments: failing)
  func refusesWhatDoesNotHold(definition: String, message: String) throws {
    var library = library()
    let answer = try library.send(Self.command("create", "works", definition))
    let reason =
      #"Inconsistent object: in table \"author\": in remote relationship \"works\": \#(message)"#
    #expect(
      answer
        == #"400 {"error":"\#(reason)","path":"$.args","code":"invalid-configuration","#
        + #""internal":[{"definition":{"definition":\#(definition),"name":"works","#
        + #""source":"default","table":{"name":"author","schema":"public"}},"#
        + #""reason":"\#(reason)","name":"remote_relationship works in table author in source "#
        + #"default","type":"remote_relationship"}]}"#
    )
    #expect(!library.editor.isChanged)
  }

  @Test func refusesNamesThatOtherFieldsHave() throws {
    var library = library()
    #expect(
      try library.send(Self.command("create", "name"))
        .contains(
          #""error":"Inconsistent object: field definition conflicts with postgres column""#
        )
    )
    var document = library.editor.metadata
    document.sources[0].tables = LibraryFixture.related
    library.editor = MetadataEditor(document, in: library.editor.context)
    #expect(
      try library.send(Self.command("create", "articles"))
        .contains(#""error":"Inconsistent object: conflicting definitions for field \"articles\"""#)
    )
    #expect(
      try library.send(Self.command("update", "articles"))
        == #"400 {"error":"expecting a remote relationship","path":"$.args","#
        + #""code":"unexpected-payload"}"#
    )
  }

  private static func refusal(_ message: String, _ path: String, _ code: String) -> String {
    #"400 {"error":"\#(message)","path":"\#(path)","code":"\#(code)"}"#
  }

  private static let creating =
    #"{"type":"pg_create_remote_relationship","args":{"table":"author","name":"works""#

  private static let misunderstood: [(String, String)] = [
    (command("update"), refusal(#"\"works\" does not exist"#, "$.args", "not-exists")),
    (
      #"{"type":"pg_delete_remote_relationship","args":{"table":"book","name":"works"}}"#,
      refusal(#"table \"book\" does not exist in source: default"#, "$.args", "not-exists")
    ),
    (
      creating + "}}",
      refusal(
        "create_remote_relationship expects exactly one of: remote_schema, definition",
        "$.args",
        "parse-failed"
      )
    ),
    (
      command("create", "works", "{}"),
      refusal(
        "remote relationship definition (strict format) expects exactly one of: to_source, to_remote_schema",
        "$.args.definition",
        "parse-failed"
      )
    ),
    (
      command("create", "works", #"{"to_source":{"relationship_type":"all"}}"#),
      refusal(
        "expecting either 'object' or 'array' for rel_type",
        "$.args.definition.to_source.relationship_type",
        "parse-failed"
      )
    ),
    (
      command("create", "works", #"{"to_remote_schema":{"remote_schema":"s"}}"#),
      refusal("remote schemas are not supported", "$.args", "not-supported")
    ),
    (
      creating + #","remote_schema":"s","hasura_fields":["id"],"remote_field":{}}}"#,
      refusal("remote schemas are not supported", "$.args", "not-supported")
    ),
  ]

  @Test(arguments: misunderstood)
  func refusesWhatIsMeantOtherwise(command: String, answer: String) throws {
    var library = library()
    #expect(try library.send(command) == answer)
  }

  @Test func namesWhatDependsOnATableOfAnotherSource() throws {
    var library = library()
    #expect(try library.send(Self.command()) == Self.success)
    let untrack = #"{"type":"pg_untrack_table","args":{"source":"b","table":"article"#
    let refusal =
      #"400 {"error":"cannot drop due to the following dependent objects: remote relationship "#
      + #"author.works in source \"default\"","path":"$.args","code":"dependency-error"}"#
    #expect(try library.send(untrack + #""}}"#) == refusal)
    #expect(
      try library.send(
        #"{"type":"pg_untrack_tables","args":{"tables":[{"source":"b","table":"article"}]}}"#
      ).contains("remote relationship author.works")
    )
    #expect(try library.send(#"{"type":"pg_drop_source","args":{"name":"b"}}"#) == refusal)
    #expect(try library.send(untrack + #"","cascade":true}}"#) == Self.success)
    #expect(library.editor.metadata.sources[0].tables[0].remoteRelationships.isEmpty)
  }

  @Test func followsRenamesOnBothSides() throws {
    var library = library()
    #expect(try library.send(Self.command()) == Self.success)
    try library.editor.follow(
      "b",
      to: LibraryFixture.catalog(renaming: "article", to: "paper", "author_id", to: "writer_id"),
      cascades: false
    )
    try library.editor.follow(
      "default",
      to: LibraryFixture.catalog(renaming: "author", to: "writer", "id", to: "key"),
      cascades: false
    )
    let writer = try #require(library.editor.metadata.sources[0].tables.first)
    #expect(writer.table == TableName(name: "writer"))
    #expect(
      writer.remoteRelationships.map(\.columnMapping) == [
        [.init(local: "key", remote: "writer_id")]
      ]
    )
    #expect(writer.remoteRelationships.map(\.table) == [TableName(name: "paper")])
    #expect(library.editor.consistency.isConsistent)
  }

  @Test func asksBeforeAColumnGoesThatItNeeds() throws {
    var library = library()
    #expect(try library.send(Self.command()) == Self.success)
    let dependent = #"remote relationship author.works in source "default""#
    for (source, table, column) in [("b", "article", "author_id"), ("default", "author", "id")] {
      let catalog = LibraryFixture.catalog(without: column, of: table)
      let error = try #require(throws: MetadataError.self) {
        try library.editor.follow(source, to: catalog, cascades: false)
      }
      #expect(
        error.message == "cannot drop due to the following dependent objects: " + dependent
      )
      var other = library
      try other.editor.follow(source, to: catalog, cascades: true)
      #expect(other.editor.metadata.sources[0].tables[0].remoteRelationships.isEmpty)
    }
  }

  @Test func keepsWhatLeadsToRemoteSchemas() throws {
    var library = library()
    var document = library.editor.metadata
    let entry: JSONValue = [
      "name": "post",
      "definition": ["remote_schema": "s", "hasura_fields": ["id"], "remote_field": [:]],
    ]
    document.sources[0].tables[0].others["remote_relationships"] = [entry]
    library.editor = MetadataEditor(document, in: library.editor.context)
    #expect(library.editor.consistency.isConsistent)
    #expect(try library.send(Self.command()) == Self.success)
    #expect(
      library.editor.metadata.sources[0].tables[0].others["remote_relationships"]?.array?.first
        == entry
    )
  }

  @Test func dropsWhatDoesNotHold() throws {
    var library = library()
    #expect(try library.send(Self.command()) == Self.success)
    var document = library.editor.metadata
    document.sources.removeLast()
    library.editor = MetadataEditor(document, in: library.editor.context)
    #expect(!library.editor.consistency.isConsistent)
    #expect(
      try library.send(#"{"type":"drop_inconsistent_metadata","args":{}}"#) == Self.success
    )
    #expect(library.editor.consistency.isConsistent)
    #expect(author(of: library) == #"{"table":{"name":"author","schema":"public"}}"#)
  }
}

extension LibraryFixture {
  fileprivate static func catalog(_ name: String, _ change: (Table) -> Table) -> Catalog {
    Catalog(
      tables: catalog.tables.map { $0.name.name == name ? change($0) : $0 },
      types: catalog.types,
      functions: catalog.functions
    )
  }

  fileprivate static func catalog(
    renaming table: String,
    to newTable: String,
    _ column: String,
    to newColumn: String
  ) -> Catalog {
    catalog(table) { old in
      var new = old
      new.name = TableName(name: newTable)
      for index in new.columns.indices where new.columns[index].name == column {
        new.columns[index].name = newColumn
      }
      return new
    }
  }

  fileprivate static func catalog(without column: String, of table: String) -> Catalog {
    catalog(table) { old in
      var new = old
      new.columns.removeAll { $0.name == column }
      return new
    }
  }
}
