import Catalog
import JSON
import Metadata
import Testing

@Suite struct MetadataCodingTests {
  /// A document as an export writes it.
  private static let document = """
    {"version":3,"sources":[{"name":"default","kind":"postgres","tables":[
    {"table":{"name":"article","schema":"public"},"is_enum":true,
    "configuration":{"column_config":{"id":{"comment":"c","custom_name":"Id"}},"comment":"",
    "custom_column_names":{"id":"Id"},"custom_name":"Article",
    "custom_root_fields":{"insert":{"comment":"adds","name":"add"},"select":"articles"}},
    "object_relationships":[
    {"name":"author","using":{"foreign_key_constraint_on":"author_id"},"comment":"who"},
    {"name":"both","using":{"foreign_key_constraint_on":["a","b"]}},
    {"name":"one","using":{"foreign_key_constraint_on":{"column":"id",
    "table":{"name":"t","schema":"s"}}}}],
    "array_relationships":[
    {"name":"manual","using":{"manual_configuration":{"column_mapping":{"a":"b"},
    "insertion_order":null,"remote_table":{"name":"t","schema":"s"}}}},
    {"name":"tags","using":{"foreign_key_constraint_on":{"columns":["a","b"],
    "table":{"name":"tag","schema":"public"}}}}],
    "computed_fields":[{"name":"full","definition":{"function":{"name":"f","schema":"public"}}}],
    "insert_permissions":[{"role":"user","permission":{"check":{"id":{"_eq":1}},
    "set":{"id":"x-hasura-user-id"},"columns":["id"],"backend_only":true}}],
    "select_permissions":[{"role":"user","permission":{"columns":"*","computed_fields":["full"],
    "filter":{},"limit":10,"allow_aggregations":true,"query_root_fields":["select"],
    "subscription_root_fields":[]},"comment":"all"}],
    "update_permissions":[{"role":"user","permission":{"columns":["id"],"filter":{},
    "check":null}}],
    "delete_permissions":[{"role":"user","permission":{"filter":{}}}],
    "event_triggers":[{"name":"e","definition":{"enable_manual":true},"webhook":"u"}],"from_the_future":1},
    {"table":{"name":"author","schema":"public"}}],
    "functions":[{"function":{"name":"f","schema":"public"},"configuration":{"x":1}}],
    "native_queries":[{"root_field_name":"q"}],
    "configuration":{"connection_info":{"database_url":{"from_env":"URL"}}},
    "query_tags":{"disabled":true},
    "customization":{"naming_convention":"graphql-default",
    "root_fields":{"namespace":"n","prefix":"p"},"type_names":{"suffix":"s"}},
    "health_check":{"interval":5}}],
    "remote_schemas":[{"name":"a"},{"name":"b"}],"actions":[{"name":"act"}],
    "inherited_roles":[{"role_name":"r","role_set":["a"]}],"network":{},"from_the_future":[1]}
    """
    .replacing("\n", with: "")

  @Test func writesWhatItHasRead() throws {
    let metadata = try Metadata(decoding: JSONValue(parsing: Self.document))
    #expect(metadata.encoded().text == Self.document)
    #expect(try Metadata(decoding: metadata.encoded()) == metadata)
  }

  /// Also when it has written another before, of which most is the same.
  @Test func writesTheTextOfADocumentTableByTable() throws {
    var text = DocumentText()
    var metadata = try Metadata(decoding: JSONValue(parsing: Self.document))
    #expect(text.text(of: metadata) == metadata.encoded().serialized)
    metadata.sources[0].tables[0].isEnum.toggle()
    metadata.sources[0].tables.append(TrackedTable(TableName(schema: "a", name: "first")))
    #expect(text.text(of: metadata) == metadata.encoded().serialized)
    metadata.sources[0].tables.removeFirst()
    #expect(text.text(of: metadata) == metadata.encoded().serialized)
    metadata.sources.append(Source(name: "another", tables: metadata.sources[0].tables))
    #expect(text.text(of: metadata) == metadata.encoded().serialized)
    #expect(text.text(of: Metadata()) == Metadata().encoded().serialized)
  }

  @Test func sortsAnExport() throws {
    let metadata = try Metadata(
      decoding: JSONValue(
        parsing: """
          {"version":3,"actions":[{"name":"b"},{"name":"a"}],"sources":[
          {"name":"z","kind":"pg","configuration":{},"tables":[
          {"table":"b","select_permissions":[
          {"role":"r2","permission":{"columns":[],"filter":{}}},
          {"role":"r1","permission":{"columns":[],"filter":{}}}]},
          {"table":{"schema":"a","name":"z"}},{"table":"a"}]},
          {"name":"a","configuration":{},"tables":[]}]}
          """
      )
    )
    let expected = """
      {"version":3,"sources":[{"name":"a","kind":"postgres","tables":[],"configuration":{}},
      {"name":"z","kind":"postgres","tables":[{"table":{"name":"z","schema":"a"}},
      {"table":{"name":"a","schema":"public"}},{"table":{"name":"b","schema":"public"},
      "select_permissions":[{"role":"r1","permission":{"columns":[],"filter":{}}},
      {"role":"r2","permission":{"columns":[],"filter":{}}}]}],"configuration":{}}],
      "actions":[{"name":"a"},{"name":"b"}]}
      """
    #expect(metadata.encoded().text == expected.replacing("\n", with: ""))
  }

  @Test func readsDocumentsWithoutSources() throws {
    let metadata = try Metadata(
      decoding: ["version": 2, "tables": [["table": "t"]], "functions": [["function": "f"]]]
    )
    let source = Source(
      tables: [TrackedTable(TableName(name: "t"))],
      functions: [TrackedFunction(FunctionName(name: "f"))]
    )
    #expect(metadata == Metadata(sources: [source]))
  }

  @Test func prefersColumnConfigToTheOlderNames() throws {
    let cursor = JSONCursor([
      "column_config": ["a": ["custom_name": "A"], "b": ["comment": "of b"], "e": [:]],
      "custom_column_names": ["a": "X", "b": "B", "c": "C"],
    ])
    #expect(
      try TableConfiguration(decoding: cursor)
        == TableConfiguration(columns: [
          ColumnConfiguration(column: "a", customName: "A"),
          ColumnConfiguration(column: "b", customName: "B", comment: "of b"),
          ColumnConfiguration(column: "c", customName: "C"),
        ])
    )
  }

  @Test(
    arguments: [
      ("[]", "parsing Metadata failed, expected Object, but encountered Array", "$"),
      (#"{"version":3}"#, #"key "sources" not found"#, "$"),
      (#"{"version":4}"#, "unexpected metadata version from storage: 4", "$"),
      (
        #"{"version":3,"sources":{}}"#,
        "parsing [] failed, expected Array, but encountered Object", "$.sources"
      ),
      (
        #"{"version":3,"sources":[{"name":""}]}"#, "empty string not allowed", "$.sources[0].name"
      ),
      (
        #"{"version":3,"sources":[{"name":"s","kind":"mssql"}]}"#,
        "unknown backend kind: mssql", "$.sources[0].kind"
      ),
      (
        #"{"version":1,"tables":[{"table":1}]}"#,
        "expecting a string/object for QualifiedObject", "$.tables[0].table"
      ),
      (
        #"{"version":1,"tables":[{"table":"t"},{"table":{"name":"t"}}]}"#,
        "multiple declarations exist for the following tables: t", "$"
      ),
      (
        #"{"version":1,"tables":[{"table":"t","object_relationships":["#
          + #"{"name":"a","using":{"foreign_key_constraint_on":"x"}},"#
          + #"{"name":"a","using":{"foreign_key_constraint_on":"y"}}]}]}"#,
        "multiple declarations exist for the following object relationships: a", "$.tables[0]"
      ),
      (
        #"{"version":3,"sources":[{"name":"a","tables":[],"configuration":{}},"#
          + #"{"name":"a","tables":[],"configuration":{}}]}"#,
        "multiple declarations exist for the following sources: a", "$"
      ),
      (
        #"{"version":1,"tables":[{"table":"t","configuration":{"custom_name":"a b"}}]}"#,
        "a b is not valid GraphQL name", "$.tables[0].configuration.custom_name"
      ),
      (
        #"{"version":1,"tables":[{"table":"t","array_relationships":[{"name":"a","using":{}}]}]}"#,
        "atleast one of foreign_key_constraint_on/manual_configuration should be present",
        "$.tables[0].array_relationships[0].using"
      ),
      (
        #"{"version":1,"tables":[{"table":"t","object_relationships":[{"name":"a","using":1}]}]}"#,
        "using should be an object", "$.tables[0].object_relationships[0].using"
      ),
      (
        #"{"version":1,"tables":[{"table":"t","is_enum":"x"}]}"#,
        "parsing Bool failed, expected Boolean, but encountered String", "$.tables[0].is_enum"
      ),
      (
        #"{"version":1,"tables":[{"table":"t","configuration":{"column_config":{"a b":1}}}]}"#,
        "parsing ColumnConfig failed, expected Object, but encountered Number",
        #"$.tables[0].configuration.column_config["a b"]"#
      ),
    ]
  )
  func refuses(document: String, saying message: String, at path: String) throws {
    let value = try JSONValue(parsing: document)
    #expect(throws: MetadataError(.parseFailed, message, path: path)) {
      try Metadata(decoding: value)
    }
  }
}
