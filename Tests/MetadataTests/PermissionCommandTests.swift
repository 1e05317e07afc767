import JSON
import Metadata
import Testing

@Suite struct PermissionCommandTests {
  private static let success = #"{"message":"success"}"#

  /// A request about `article`, whose arguments end with what is given.
  private static func request(_ type: String, _ arguments: String) -> String {
    #"{"type":"pg_\#(type)","args":{"table":"article","source":"default",\#(arguments)}}"#
  }

  @Test func createsEveryKindOfPermission() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    let definitions = [
      ("insert", #"{"check":{"author_id":{"_eq":"X-Hasura-User-Id"}},"columns":["author_id"]}"#),
      ("select", #"{"columns":"*","filter":{},"limit":5,"allow_aggregations":true}"#),
      ("update", #"{"columns":["author_id"],"filter":{},"check":null}"#),
      ("delete", #"{"filter":{"author":{"name":{"_eq":"a"}}},"backend_only":true}"#),
    ]
    for (kind, definition) in definitions {
      let arguments = #""role":"user","permission":\#(definition),"comment":"c""#
      #expect(
        try library.send(Self.request("create_\(kind)_permission", arguments)) == Self.success
      )
      let stored = library.editor.metadata.encoded()["sources"]?.array?.first?["tables"]?
        .array?.first { $0["table"]?["name"] == "article" }
      #expect(
        stored?["\(kind)_permissions"]
          == [
            [
              "role": "user", "permission": try JSONValue(parsing: definition), "comment": "c",
            ]
          ]
      )
    }
  }

  @Test func refusesOneThatIsDefinedAlready() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    let create = Self.request(
      "create_delete_permission",
      #""role":"user","permission":{"filter":{}}"#
    )
    #expect(try library.send(create) == Self.success)
    #expect(
      try library.send(create)
        == #"400 {"error":"delete permission already defined on table \"article\" with role "#
        + #"\"user\"","path":"$.args","code":"already-exists"}"#
    )
  }

  @Test func refusesOneForAdministrators() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    #expect(
      try library.send(
        Self.request(
          "create_select_permission",
          #""role":"admin","permission":{"columns":"*","filter":{}}"#
        )
      ) == #"400 {"error":"select permission already defined on table \"article\" with role "#
        + #"\"admin\"","path":"$.args","code":"already-exists"}"#
    )
  }

  @Test(
    arguments: [
      (
        "create_select_permission", #"{"columns":["title"],"filter":{}}"#,
        #"column \"title\" does not exist"#
      ),
      (
        "create_select_permission", #"{"columns":[],"filter":{"editor":{}}}"#,
        #"\"editor\" does not exist"#
      ),
      (
        "create_select_permission", #"{"columns":[],"filter":{"id":{"_equals":1}}}"#,
        #"\"_equals\" does not exist"#
      ),
      (
        "create_insert_permission", #"{"check":{},"set":{"editor":"x"}}"#,
        #"column \"editor\" does not exist"#
      ),
    ]
  )
  func refusesWhatTheTableDoesNotHave(type: String, definition: String, reason: String) throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    let answer = try library.send(
      Self.request(type, #""role":"user","permission":\#(definition)"#)
    )
    #expect(
      answer.hasPrefix(
        #"400 {"error":"Inconsistent object: in table \"article\": in permission for role "#
          + #"\"user\": \#(reason)","path":"$.args","code":"invalid-configuration""#
      )
    )
    #expect(!library.editor.isChanged)
  }

  @Test(
    arguments: [
      (#"{"id":{"_eq":true}}"#, "parsing Int32 failed, expected Number, but encountered Boolean"),
      (
        #"{"id":{"_gt":1.5}}"#,
        "parsing Int32 failed, value is either floating or will cause over or underflow 1.5"
      ),
      (
        #"{"id":3000000000}"#,
        "parsing Int32 failed, value is either floating or will cause over or underflow 3000000000"
      ),
      (#"{"id":{"_in":7}}"#, "parsing [] failed, expected Array, but encountered Number"),
      (#"{"id":{"_in":[1,[2]]}}"#, "parsing Int32 failed, expected Number, but encountered Array"),
      (#"{"id":{"_lt":null}}"#, #"unexpected null value for type \"int4\""#),
      (
        #"{"id":{"_is_null":"yes"}}"#,
        "parsing Bool failed, expected Boolean, but encountered String"
      ),
      (
        #"{"id":{"_like":"1%"}}"#,
        #"column \"id\" is of type \"int4\"; this operator works only on columns of type \"text\""#
      ),
      (
        #"{"_not":{"author":{"name":{"$eq":5}}}}"#,
        "parsing Text failed, expected String, but encountered Number"
      ),
      (
        #"{"_exists":{"_table":"author","_where":{"name":{"_like":{}}}}}"#,
        "parsing Text failed, expected String, but encountered Object"
      ),
    ]
  )
  func refusesValuesThatDoNotFitTheirColumns(filter: String, reason: String) throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    let answer = try library.send(
      Self.request(
        "create_select_permission",
        #""role":"user","permission":{"columns":[],"filter":\#(filter)}"#
      )
    )
    #expect(
      answer.hasPrefix(
        #"400 {"error":"Inconsistent object: in table \"article\": in permission for role "#
          + #"\"user\": \#(reason)","path":"$.args","code":"invalid-configuration""#
      )
    )
    #expect(!library.editor.isChanged)
  }

  @Test func refusesAPresetThatDoesNotFitItsColumn() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    let answer = try library.send(
      Self.request(
        "create_insert_permission",
        #""role":"user","permission":{"check":{},"set":{"author_id":[1]}}"#
      )
    )
    #expect(
      answer.contains("user\\\": parsing Int32 failed, expected Number, but encountered Array")
    )
    #expect(!library.editor.isChanged)
  }

  @Test func takesTextsNullAndSessionVariablesForAnyColumn() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    let filter =
      #"{"_or":[{"id":"7"},{"id":{"_in":"X-Hasura-Ids"}},{"author_id":{"_eq":null}},"#
      + #"{"id":{"_in":[1,"2","X-Hasura-Id"]}},{"author":{"name":{"_ilike":"x-hasura-name"}}}]}"#
    #expect(
      try library.send(
        Self.request(
          "create_select_permission",
          #""role":"user","permission":{"columns":[],"filter":\#(filter)}"#
        )
      ) == Self.success
    )
  }

  @Test func dropsAndCommentsOnWhatIsThere() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    _ = try library.send(
      Self.request("create_delete_permission", #""role":"user","permission":{"filter":{}}"#)
    )
    let comment = Self.request(
      "set_permission_comment",
      #""role":"user","type":"delete","comment":"why""#
    )
    #expect(try library.send(comment) == Self.success)
    #expect(
      library.editor.metadata.sources[0].table(LibraryFixture.article.table)?
        .deletePermissions.first?.comment == "why"
    )
    let drop = Self.request("drop_delete_permission", #""role":"user""#)
    #expect(try library.send(drop) == Self.success)
    #expect(
      try library.send(drop)
        == #"400 {"error":"delete permission on \"article\" for role \"user\" does not exist","#
        + #""path":"$.args","code":"permission-denied"}"#
    )
    #expect(
      try library.send(comment)
        == #"400 {"error":"'delete' permission on \"article\" for role \"user\" does not exist","#
        + #""path":"$.args","code":"permission-denied"}"#
    )
  }

  @Test func refusesAnUnknownKind() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    #expect(
      try library.send(
        Self.request("set_permission_comment", #""role":"user","type":"read""#)
      ) == #"400 {"error":"perm_type should be one of 'insert', 'select', 'update', 'delete'","#
        + #""path":"$.args.type","code":"parse-failed"}"#
    )
  }

  @Test func goesByTheOlderNamesToo() throws {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    #expect(
      try library.send(
        #"{"type":"create_select_permission","args":{"table":"article","role":"user","#
          + #""permission":{"columns":["id"],"filter":{}}}}"#,
        dialect: .query
      ) == Self.success
    )
  }
}
