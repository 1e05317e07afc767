import Catalog
import JSON
import Metadata
import Testing

@Suite struct RelationshipCommandTests {
  private static let success = #"{"message":"success"}"#
  private static let both = [LibraryFixture.author, LibraryFixture.article]

  @Test func createsRelationshipsBothWays() throws {
    var library = LibraryFixture(tracked: Self.both)
    #expect(
      try library.send(
        #"{"type":"pg_create_object_relationship","args":{"table":"article","name":"author","#
          + #""using":{"foreign_key_constraint_on":"author_id"}}}"#
      ) == Self.success
    )
    #expect(
      try library.send(
        #"{"type":"pg_create_array_relationship","args":{"table":"author","name":"articles","#
          + #""using":{"foreign_key_constraint_on":{"table":"article","column":"author_id"}}}}"#
      ) == Self.success
    )
    #expect(library.editor.metadata.sources[0].tables == LibraryFixture.related)
  }

  @Test func takesTheNameOfOneColumnForAList() throws {
    var library = LibraryFixture(tracked: Self.both)
    #expect(
      try library.send(
        #"{"type":"pg_create_array_relationship","args":{"table":"author","name":"articles","#
          + #""using":{"foreign_key_constraint_on":{"table":"article","columns":"author_id"}}}}"#
      ) == Self.success
    )
  }

  private static let definition =
    #"{"definition":{"using":{"foreign_key_constraint_on":"published_on"},"name":"author","#
    + #""source":"default","comment":null,"table":{"name":"article","schema":"public"}},"#
  private static let noKey =
    #"Inconsistent object: in table \"article\": in relationship \"author\": "#
    + "no foreign constraint exists on the given column(s)"

  @Test(
    arguments: [
      (
        #""table":"article","name":"author","using":{"foreign_key_constraint_on":"published_on"}"#,
        #"400 {"error":"\#(noKey)","path":"$.args","code":"invalid-configuration","#
          + #""internal":[\#(definition)"reason":"\#(noKey)","#
          + #""name":"object_relation author in table article in source default","#
          + #""type":"object_relation"}]}"#
      ),
      (
        #""table":"article","name":"id","using":{"foreign_key_constraint_on":"author_id"}"#,
        #"400 {"error":"field with name \"id\" already exists in table \"article\"","#
          + #""path":"$.args","code":"already-exists"}"#
      ),
      (
        #""table":"nothing","name":"a","using":{"foreign_key_constraint_on":"author_id"}"#,
        #"400 {"error":"table \"nothing\" does not exist in source: default","#
          + #""path":"$.args","code":"not-exists"}"#
      ),
      (
        #""table":"article","name":"","using":{"foreign_key_constraint_on":"author_id"}"#,
        #"400 {"error":"empty string not allowed","path":"$.args.name","code":"parse-failed"}"#
      ),
      (
        #""table":"article","using":{"foreign_key_constraint_on":"author_id"}"#,
        #"400 {"error":"key \"name\" not found","path":"$.args","code":"parse-failed"}"#
      ),
    ]
  )
  func refusesAnObjectRelationship(arguments: String, with error: String) throws {
    var library = LibraryFixture(tracked: Self.both)
    let request = #"{"type":"pg_create_object_relationship","args":{\#(arguments)}}"#
    #expect(try library.send(request) == error)
  }

  @Test func tellsTheOlderEndpointWhereInTheArguments() throws {
    var library = LibraryFixture(tracked: Self.both)
    #expect(
      try library.send(
        #"{"type":"create_object_relationship","args":{"table":"article","name":"","#
          + #""using":{"foreign_key_constraint_on":"author_id"}}}"#,
        dialect: .query
      ) == #"400 {"error":"empty string not allowed","path":"$.name","code":"parse-failed"}"#
    )
  }

  private func reason(_ using: String, tracked: [TrackedTable]) throws -> String {
    var library = LibraryFixture(tracked: tracked)
    let answer = try library.send(
      #"{"type":"pg_create_array_relationship","args":{"table":"author","name":"articles","#
        + #""using":\#(using)}}"#
    )
    let error = try JSONValue(parsing: String(answer.dropFirst(4)))
    return error["error"]?.string ?? answer
  }

  @Test func needsItsTargetTracked() throws {
    #expect(
      try reason(
        #"{"foreign_key_constraint_on":{"table":"article","column":"author_id"}}"#,
        tracked: [LibraryFixture.author]
      )
        == #"Inconsistent object: in table "author": in relationship "articles": "#
        + #"table "article" does not exist in source: default"#
    )
    #expect(
      try reason(
        #"{"manual_configuration":{"remote_table":"article","column_mapping":{"id":"author_id"}}}"#,
        tracked: [LibraryFixture.author]
      ) == #"Inconsistent object: table "article" is not tracked"#
    )
    #expect(
      try reason(
        #"{"manual_configuration":{"remote_table":"article","column_mapping":{"a":"b"}}}"#,
        tracked: Self.both
      ) == #"Inconsistent object: table "author" has no field named "a", "#
        + #"Inconsistent object: table "article" has no field named "b""#
    )
  }

  /// An article's permission reads along `author`, from a filter and from a preset's table.
  private static let permitted: [TrackedTable] = {
    var tables = LibraryFixture.related
    tables[1].selectPermissions = [
      Permission(
        role: "user",
        definition: SelectPermission(
          columns: .some(["id", "author_id"]),
          filter: [
            "_or": [
              ["author": ["name": ["_eq": "X-Hasura-Name"]]],
              ["_not": ["author": ["articles": ["id": ["_ceq": ["$", "author_id"]]]]]],
            ]
          ]
        )
      )
    ]
    return tables
  }()

  @Test func dropsARelationshipWithWhatReadsAlongIt() throws {
    var library = LibraryFixture(tracked: Self.permitted)
    #expect(library.editor.consistency.inconsistencies == [])
    let arguments = #""table":"article","relationship":"author""#
    #expect(
      try library.send(#"{"type":"pg_drop_relationship","args":{\#(arguments)}}"#)
        == #"400 {"error":"cannot drop due to the following dependent objects: permission "#
        + #"article.user.select in source \"default\"","path":"$.args","#
        + #""code":"dependency-error"}"#
    )
    #expect(
      try library.send(#"{"type":"pg_drop_relationship","args":{\#(arguments),"cascade":true}}"#)
        == Self.success
    )
    #expect(
      library.editor.metadata.sources[0].tables
        == [LibraryFixture.related[0], LibraryFixture.article]
    )
    #expect(
      try library.send(#"{"type":"pg_drop_relationship","args":{\#(arguments)}}"#)
        == #"400 {"error":"relationship \"author\" does not exist","path":"$.args","#
        + #""code":"not-exists"}"#
    )
  }

  @Test func renamesARelationshipEverywhere() throws {
    var library = LibraryFixture(tracked: Self.permitted)
    #expect(
      try library.send(
        #"{"type":"pg_rename_relationship","args":{"table":"article","name":"author","#
          + #""new_name":"writer"}}"#
      ) == Self.success
    )
    let article = try #require(library.editor.metadata.sources[0].table(TableName(name: "article")))
    #expect(article.objectRelationships.map(\.name) == ["writer"])
    #expect(
      article.selectPermissions[0].definition.filter.text
        == #"{"_or":[{"writer":{"name":{"_eq":"X-Hasura-Name"}}},"#
        + #"{"_not":{"writer":{"articles":{"id":{"_ceq":["$","author_id"]}}}}}]}"#
    )
    #expect(library.editor.consistency.isConsistent)
    #expect(
      try library.send(
        #"{"type":"pg_rename_relationship","args":{"table":"article","name":"writer","#
          + #""new_name":"id"}}"#
      )
        == #"400 {"error":"cannot rename relationship \"writer\" to \"id\" in table \"article\" "#
        + #"as a column/relationship with the name already exists.","path":"$.args","#
        + #""code":"already-exists"}"#
    )
  }

  @Test func setsAComment() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    #expect(
      try library.send(
        #"{"type":"pg_set_relationship_comment","args":{"table":"article","#
          + #""relationship":"author","comment":"who wrote it"}}"#
      ) == Self.success
    )
    let article = library.editor.metadata.sources[0].table(TableName(name: "article"))
    #expect(article?.objectRelationships.first?.comment == "who wrote it")
  }

  @Test func suggestsWhatForeignKeysAllow() throws {
    var library = LibraryFixture(tracked: [LibraryFixture.author, LibraryFixture.related[1]])
    let back =
      #"{"type":"array","from":{"table":{"name":"author","schema":"public"},"columns":["id"]},"#
      + #""to":{"table":{"name":"article","schema":"public"},"columns":["author_id"],"#
      + #""constraint_name":"article_author_id_fkey"}}"#
    let forth =
      #"{"type":"object","from":{"table":{"name":"article","schema":"public"},"#
      + #""columns":["author_id"],"constraint_name":"article_author_id_fkey"},"#
      + #""to":{"table":{"name":"author","schema":"public"},"columns":["id"]}}"#
    #expect(
      try library.send(#"{"type":"pg_suggest_relationships","args":{}}"#)
        == #"{"relationships":[\#(forth),\#(back)]}"#
    )
    #expect(
      try library.send(#"{"type":"pg_suggest_relationships","args":{"omit_tracked":true}}"#)
        == #"{"relationships":[\#(back)]}"#
    )
    #expect(
      try library.send(#"{"type":"pg_suggest_relationships","args":{"tables":["article"]}}"#)
        == #"{"relationships":[\#(forth)]}"#
    )
  }
}
