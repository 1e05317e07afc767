import Catalog
import JSON
import Metadata
import Testing

@Suite struct FunctionCommandTests {
  private static let success = #"{"message":"success"}"#

  @Test func tracksFunctionsByTheirNameOrWithAConfiguration() throws {
    var library = LibraryFixture.withFunctions()
    #expect(
      try library.send(#"{"type":"track_function","args":"author_articles"}"#, dialect: .query)
        == Self.success
    )
    #expect(
      try library.send(
        #"{"type":"pg_track_function","args":{"function":{"name":"search_articles"},"comment":"c","#
          + #""configuration":{"custom_name":"find","custom_root_fields":{"function":"find_all","#
          + #""function_aggregate":"find_count"},"session_argument":"session"}}}"#
      ) == Self.success
    )
    #expect(
      library.editor.metadata.sources[0].functions == [
        TrackedFunction(FunctionName(name: "author_articles")),
        TrackedFunction(
          FunctionName(name: "search_articles"),
          configuration: FunctionConfiguration(
            customName: "find",
            functionField: "find_all",
            aggregateField: "find_count",
            sessionArgument: "session"
          ),
          comment: "c"
        ),
      ]
    )
    #expect(
      try library.send(#"{"type":"pg_untrack_function","args":{"function":"author_articles"}}"#)
        == Self.success
    )
    #expect(library.editor.metadata.sources[0].functions.count == 1)
  }

  @Test func writesWhatItReads() throws {
    let document =
      #"{"function":{"name":"f","schema":"s"},"configuration":{"custom_name":"g","#
      + #""custom_root_fields":{"function":"a","function_aggregate":"b"},"exposed_as":"query","#
      + #""session_argument":"h","response":{"type":"table"}},"#
      + #""permissions":[{"role":"a"},{"role":"b"}],"comment":"c","later":1}"#
    let function = try TrackedFunction(decoding: JSONCursor(JSONValue(parsing: document)))
    #expect(function.encoded().text == document)
  }

  private static let refusals: [(arguments: String, message: String)] = [
    ("nothing", #"no such function exists: \"nothing\""#),
    ("twice", #"function \"twice\" is overloaded. Overloaded functions are not supported"#),
    (
      "several",
      #"the function \"several\" cannot be tracked for the following reasons:\n"#
        + #"  • function with \"VARIADIC\" parameters are not supported\n"#
        + #"  • the function does not return a \"COMPOSITE\" type\n"#
        + #"  • the function does not return a table\n"#
    ),
    (
      "odd-name",
      #"the function \"odd-name\" cannot be tracked for the following reasons:\n"#
        + #"  • function name is not a legal GraphQL identifier\n"#
        + #"  • the function arguments a-b are not in compliance with GraphQL spec\n"#
    ),
  ]

  @Test(arguments: refusals)
  func refusesAFunctionThatCannotBeAField(name: String, with message: String) throws {
    var library = LibraryFixture.withFunctions()
    let reason = #"Inconsistent object: in function \"\#(name)\": \#(message)"#
    #expect(
      try library.send(#"{"type":"pg_track_function","args":{"function":"\#(name)"}}"#)
        == #"400 {"error":"\#(reason)","path":"$.args","code":"invalid-configuration","#
        + #""internal":[{"definition":{"name":"\#(name)","schema":"public"},"#
        + #""reason":"\#(reason)","name":"function \#(name) in source default","#
        + #""type":"function"}]}"#
    )
    #expect(library.editor.metadata.sources[0].functions.isEmpty)
  }

  @Test(
    arguments: [
      (
        #""function":"search_articles","configuration":{"exposed_as":"mutation"}"#,
        #"the function was requested to be exposed as a mutation, but is not marked VOLATILE. "#
          + "Maybe the function was given the wrong volatility when it was defined?"
      ),
      (
        #""function":"search_articles","configuration":{"session_argument":"search"}"#,
        #"given session argument \"search\" is not of type json"#
      ),
      (
        #""function":"search_articles","configuration":{"session_argument":"none"}"#,
        #"given session argument \"none\" not the input argument of the function"#
      ),
    ]
  )
  func refusesAConfigurationThatDoesNotFit(arguments: String, with reason: String) throws {
    var library = LibraryFixture.withFunctions()
    let answer = try library.send(#"{"type":"pg_track_function","args":{\#(arguments)}}"#)
    #expect(
      answer.hasPrefix(
        #"400 {"error":"Inconsistent object: in function \"search_articles\": "#
          + #"the function \"search_articles\" cannot be tracked because \#(reason)","#
          + #""path":"$.args","code":"invalid-configuration","#
      )
    )
  }

  @Test(
    arguments: [
      (
        #"{"type":"pg_track_function","args":{"function":"add_author"}}"#,
        #"400 {"error":"function already tracked: \"add_author\"","path":"$.args","#
          + #""code":"already-tracked"}"#
      ),
      (
        #"{"type":"pg_track_function","args":{"function":"author"}}"#,
        #"400 {"error":"table with name \"author\" already exists","path":"$.args","#
          + #""code":"not-supported"}"#
      ),
      (
        #"{"type":"pg_untrack_function","args":{"function":"nothing"}}"#,
        #"400 {"error":"function \"nothing\" does not exist in source: default","#
          + #""path":"$.args","code":"not-exists"}"#
      ),
      (
        #"{"type":"pg_track_function","args":{"function":"f","configuration":{"exposed_as":"x"}}}"#,
        #"400 {"error":"parsing Hasura.Function.Cache.FunctionExposedAs failed, expected one of "#
          + #"the tags [\"query\",\"mutation\"], but found tag \"x\"","#
          + #""path":"$.args.configuration.exposed_as","code":"parse-failed"}"#
      ),
      (
        #"{"type":"pg_create_function_permission","args":{"function":"add_author","role":"u"}}"#,
        #"400 {"error":"function permission can only be added when the function's return table "#
          + #"\"author\" has select permission configured for role: \"u\"","path":"$.args","#
          + #""code":"not-supported"}"#
      ),
      (
        #"{"type":"pg_drop_function_permission","args":{"function":"add_author","role":"u"}}"#,
        #"400 {"error":"permission of role \"u\" does not exist for function \"add_author\" in "#
          + #"source: \"default\"","path":"$.args","code":"not-exists"}"#
      ),
    ]
  )
  func refuses(request: String, with error: String) throws {
    var library = LibraryFixture.withFunctions()
    _ = try library.send(#"{"type":"pg_track_function","args":{"function":"add_author"}}"#)
    #expect(try library.send(request) == error)
  }

  @Test func refusesAFunctionOfAnUntrackedTable() throws {
    var library = LibraryFixture.withFunctions()
    let answer = try library.send(
      #"{"type":"pg_track_function","args":{"function":{"schema":"hge","name":"shades"}}}"#
    )
    #expect(
      answer.hasPrefix(#"400 {"error":"Inconsistent object: table \"hge.colors\" is not tracked""#)
    )
  }

  @Test func permitsRolesThatMayReadTheTable() throws {
    var author = LibraryFixture.author
    author.selectPermissions = [
      Permission(role: "u", definition: SelectPermission(columns: .all))
    ]
    var library = LibraryFixture.withFunctions(tracked: [author])
    _ = try library.send(#"{"type":"pg_track_function","args":{"function":"add_author"}}"#)
    let permission = #""args":{"function":"add_author","role":"u"}}"#
    #expect(
      try library.send(#"{"type":"pg_create_function_permission",\#(permission)"#) == Self.success
    )
    #expect(library.editor.metadata.sources[0].functions[0].permittedRoles == ["u"])
    #expect(
      try library.send(#"{"type":"pg_create_function_permission",\#(permission)"#)
        == #"400 {"error":"permission of role \"u\" already exists for function \"add_author\" in "#
        + #"source: \"default\"","path":"$.args","code":"already-exists"}"#
    )
    #expect(
      try library.send(#"{"type":"pg_drop_function_permission",\#(permission)"#) == Self.success
    )
    #expect(library.editor.metadata.sources[0].functions[0].permittedRoles == [])
  }

  @Test func dropsInconsistentFunctionsAndComputedFields() throws {
    var author = LibraryFixture.author
    author.computedFields = [
      ComputedField(name: "full_name", function: FunctionName(name: "full_name")),
      ComputedField(name: "gone", function: FunctionName(name: "gone")),
    ]
    var library = LibraryFixture.withFunctions(tracked: [author])
    _ = try library.send(#"{"type":"pg_track_function","args":{"function":"add_author"}}"#)
    #expect(
      try library.send(#"{"type":"get_inconsistent_metadata","args":{}}"#)
        == #"{"is_consistent":false,"inconsistent_objects":[{"definition":{"definition":{"#
        + #""function":{"name":"gone","schema":"public"}},"name":"gone","source":"default","#
        + #""comment":null,"table":{"name":"author","schema":"public"}},"#
        + #""reason":"Inconsistent object: in table \"author\": in computed field \"gone\": "#
        + #"no such function exists: \"gone\"","#
        + #""name":"computed_field gone in table author in source default","#
        + #""type":"computed_field"}]}"#
    )
    _ = try library.send(#"{"type":"drop_inconsistent_metadata","args":{}}"#)
    #expect(
      library.editor.metadata.sources[0].tables[0].computedFields.map(\.name) == ["full_name"]
    )
  }
}
