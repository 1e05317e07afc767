import JSON
import Metadata
import Testing

/// Native queries with relationships, and the models that they return.
@Suite struct NativeQueryCommandTests {
  private static let success = #"{"message":"success"}"#
  private static let model =
    #"{"name":"written","fields":[{"name":"author_id","type":"integer"},"#
    + #"{"name":"count","type":{"scalar":"integer","nullable":true}}]}"#
  private static let query =
    #"{"root_field_name":"counts","returns":"written","code":"select {{a}}","arguments":{"a":"#
    + #"{"type":"integer"}},"object_relationships":[{"name":"author","using":{"column_mapping":"#
    + #"{"author_id":"id"},"insertion_order":null,"remote_table":"author"}}],"array_relationships":"#
    + #"[{"name":"more","using":{"column_mapping":{"author_id":"author_id"},"#
    + #""remote_native_query":"counts"},"comment":"again"}]}"#

  private static func track(_ kind: String, _ arguments: String) -> String {
    #"{"type":"pg_track_\#(kind)","args":\#(arguments)}"#
  }

  /// Authors who are tracked, and a query that leads to them and to itself.
  private static func library() throws -> LibraryFixture {
    var library = LibraryFixture(tracked: [LibraryFixture.author])
    #expect(try library.send(track("logical_model", model)) == success)
    #expect(try library.send(track("native_query", query)) == success)
    return library
  }

  private static func source(_ library: LibraryFixture) -> JSONValue? {
    library.editor.metadata.encoded()["sources"]?.array?.first
  }

  private static let stored =
    #"[{"arguments":{"a":{"nullable":false,"type":"integer"}},"array_relationships":[{"name":"more","#
    + #""using":{"column_mapping":{"author_id":"author_id"},"insertion_order":null,"#
    + #""remote_native_query":"counts"},"comment":"again"}],"code":"select {{a}}","#
    + #""object_relationships":[{"name":"author","using":{"column_mapping":{"author_id":"id"},"#
    + #""insertion_order":null,"remote_table":{"name":"author","schema":"public"}}}],"#
    + #""returns":"written","root_field_name":"counts"}]"#

  @Test func keepsWhatItWasGiven() throws {
    var library = try Self.library()
    #expect(Self.source(library)?["native_queries"]?.text == Self.stored)
    #expect(try library.send(#"{"type":"pg_get_native_query","args":{}}"#) == Self.stored)
    let document = library.editor.metadata.encoded()
    #expect(
      try library.send(#"{"type":"replace_metadata","args":\#(document.text)}"#) == Self.success
    )
    #expect(library.editor.metadata.encoded() == document)
    #expect(library.editor.consistency.isConsistent)
  }

  /// Fields of rows stand in a model for what relationships of the same names bring.
  @Test func takesModelsOfModels() throws {
    var library = try Self.library()
    let model =
      #"{"name":"group","fields":[{"name":"id","type":{"scalar":"integer","nullable":false}},"#
      + #"{"name":"largest","type":{"logical_model":"written","nullable":true}},"#
      + #"{"name":"all","type":{"array":{"logical_model":"written","nullable":false},"nullable":true}}]}"#
    #expect(try library.send(Self.track("logical_model", model)) == Self.success)
    #expect(
      Self.source(library)?["logical_models"]?.array?.first { $0["name"] == "group" }?.text == model
    )
    func group(_ relationships: String) -> String {
      Self.track(
        "native_query",
        #"{"root_field_name":"groups","returns":"group","code":"select 1 as id","#
          + #""object_relationships":[\#(relationships)],"array_relationships":[{"name":"all","using":"#
          + #"{"column_mapping":{"id":"author_id"},"remote_native_query":"counts"}}]}"#
      )
    }
    let refused = try library.send(group(""))
    #expect(
      refused.hasPrefix(
        #"400 {"error":"Inconsistent object: Unexpected logical model object field 'largest'.","#
          + #""path":"$.args","code":"invalid-configuration""#
      )
    )
    let largest =
      #"{"name":"largest","using":{"column_mapping":{"id":"author_id"},"remote_native_query":"counts"}}"#
    #expect(try library.send(group(largest)) == Self.success)
    let used = try library.send(#"{"type":"pg_untrack_logical_model","args":{"name":"written"}}"#)
    #expect(
      used
        == #"400 {"error":"Logical model \"written\" still being used by native query \"counts\".","#
        + #""path":"$.args","code":"constraint-violation"}"#
    )
  }

  @Test(
    arguments: [
      (#""returns":"nothing""#, "The logical model nothing could not be found"),
      (
        #""returns":"written","object_relationships":[{"name":"a","using":{"column_mapping":"#
          + #"{"author_id":"id"},"remote_table":"article"}}]"#,
        #"table \"article\" is not tracked"#
      ),
      (
        #""returns":"written","object_relationships":[{"name":"a","using":{"column_mapping":"#
          + #"{"author_id":"key"},"remote_table":"author"}}]"#,
        #"table \"author\" has no field named \"key\""#
      ),
      (
        #""returns":"written","object_relationships":[{"name":"a","using":{"column_mapping":"#
          + #"{"id":"id"},"remote_table":"author"}}]"#,
        #"native query \"q\" has no field named \"id\""#
      ),
      (
        #""returns":"written","array_relationships":[{"name":"a","using":{"column_mapping":"#
          + #"{"author_id":"id"},"remote_native_query":"counts"}}]"#,
        #"native query \"counts\" has no field named \"id\""#
      ),
      (
        #""returns":"written","array_relationships":[{"name":"a","using":{"column_mapping":"#
          + #"{"author_id":"id"},"remote_native_query":"none"}}]"#,
        #"native query \"none\" is not tracked"#
      ),
      (
        #""returns":"written","array_relationships":[{"name":"a","using":{"column_mapping":"#
          + #"{"author_id":"id"},"remote_table":"author"}}],"object_relationships":[{"name":"a","using":"#
          + #"{"column_mapping":{"author_id":"id"},"remote_table":"author"}}]"#,
        "The native query 'q' has duplicate relationships: a"
      ),
    ]
  )
  func refuses(what members: String, as message: String) throws {
    var library = try Self.library()
    let answer = try library.send(
      Self.track("native_query", #"{"root_field_name":"q","code":"select 1",\#(members)}"#)
    )
    #expect(answer.hasPrefix(#"400 {"error":"Inconsistent object: \#(message)","path":"$.args","#))
    #expect(answer.contains(#""name":"native_query q in source default","type":"native_query""#))
    #expect(Self.source(library)?["native_queries"]?.text == Self.stored)
  }

  @Test func refusesCodeThatDoesNotEnd() throws {
    var library = try Self.library()
    #expect(
      try library.send(
        Self.track(
          "native_query",
          #"{"root_field_name":"q","code":"select {{a","returns":"written"}"#
        )
      ) == #"400 {"error":"Found '{{' without a matching closing '}}'","path":"$.args","#
        + #""code":"parse-failed"}"#
    )
  }

  @Test func namesOrDropsWhatLeadsToATable() throws {
    var library = try Self.library()
    #expect(
      try library.send(#"{"type":"pg_untrack_table","args":{"table":"author"}}"#)
        == #"400 {"error":"cannot drop due to the following dependent objects: native query counts "#
        + #"in source \"default\"","path":"$.args","code":"dependency-error"}"#
    )
    #expect(
      try library.send(#"{"type":"pg_untrack_table","args":{"table":"author","cascade":true}}"#)
        == Self.success
    )
    #expect(Self.source(library)?["native_queries"] == nil)
  }

  @Test func namesOrDropsWhatLeadsToAQuery() throws {
    var library = try Self.library()
    let relationship =
      #"{"type":"pg_create_array_relationship","args":{"table":"author","name":"counts","using":"#
      + #"{"manual_configuration":{"column_mapping":{"id":"author_id"},"remote_native_query":"counts"}}}}"#
    #expect(try library.send(relationship) == Self.success)
    let tables = library.tables
    #expect(
      tables.contains(
        #""using":{"manual_configuration":{"column_mapping":{"id":"author_id"},"#
          + #""insertion_order":null,"remote_native_query":"counts"}}"#
      )
    )
    let untrack = #"{"type":"pg_untrack_native_query","args":{"root_field_name":"counts""#
    let refused = try library.send(untrack + "}}")
    #expect(refused.hasPrefix(#"400 {"error":"cannot continue due to new inconsistent metadata""#))
    #expect(
      refused.contains(
        #""reason":"Inconsistent object: native query \"counts\" is not tracked","#
          + #""name":"array_relation counts in table author in source default""#
      )
    )
    #expect(try library.send(untrack + #","cascade":true}}"#) == Self.success)
    #expect(library.tables == #"[{"table":{"name":"author","schema":"public"}}]"#)
    #expect(
      try library.send(untrack + "}}")
        == #"400 {"error":"Native query \"counts\" not found in source \"default\".","path":"$.args","#
        + #""code":"not-found"}"#
    )
  }

  /// What falls takes along what rests on it, each with its own reason.
  @Test func tellsAllThatDoesNotHold() throws {
    var library = LibraryFixture()
    let document =
      #"{"version":3,"sources":[{"name":"default","kind":"postgres","configuration":{},"tables":["#
      + #"{"table":"article","array_relationships":[{"name":"counts","using":{"manual_configuration":"#
      + #"{"column_mapping":{"author_id":"author_id"},"remote_native_query":"counts"}}}]}],"#
      + #""native_queries":[\#(Self.query)],"logical_models":[\#(Self.model),{"name":"outer","fields":"#
      + #"[{"name":"x","type":{"logical_model":"missing"}}]}]}]}"#
    let replace = #"{"allow_inconsistent_metadata":true,"metadata":\#(document)}"#
    _ = try library.send(#"{"type":"replace_metadata","version":2,"args":\#(replace)}"#)
    #expect(
      library.editor.consistency.inconsistencies.map {
        "\($0.objects[0].id.description): \($0.reason)"
      }
        == [
          "array_relation counts in table article in source default: Inconsistent object: "
            + "native query \"counts\" is not tracked",
          "logical_model outer in source default: Inconsistent object: "
            + "logical model \"missing\" is not tracked",
          "native_query counts in source default: Inconsistent object: "
            + "table \"author\" is not tracked",
        ]
    )
    #expect(try library.send(#"{"type":"drop_inconsistent_metadata","args":{}}"#) == Self.success)
    #expect(library.editor.consistency.isConsistent)
    #expect(Self.source(library)?["native_queries"] == nil)
  }
}
