import JSON
import Metadata
import Testing

@Suite struct EndpointCommandTests {
  private static let success = #"{"message":"success"}"#

  private func library() throws -> LibraryFixture {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    _ = try library.send(
      #"{"type":"create_query_collection","args":{"name":"saved","definition":"#
        + #"{"queries":[{"name":"all","query":"query { author { id } }"}]}}}"#
    )
    return library
  }

  private func endpoint(
    _ name: String,
    _ url: String,
    methods: String = #"["GET"]"#,
    query: String = "all"
  ) -> String {
    #"{"type":"create_rest_endpoint","args":{"name":"\#(name)","url":"\#(url)","#
      + #""methods":\#(methods),"definition":{"query":{"collection_name":"saved","#
      + #""query_name":"\#(query)"}}}}"#
  }

  @Test func keepsEndpoints() throws {
    var library = try library()
    #expect(try library.send(endpoint("one", "authors/:id")) == Self.success)
    #expect(
      library.editor.metadata.encoded()["rest_endpoints"]?.text
        == #"[{"definition":{"query":{"collection_name":"saved","query_name":"all"}},"#
        + #""methods":["GET"],"name":"one","url":"authors/:id"}]"#
    )
    #expect(
      try library.send(endpoint("one", "other"))
        == #"400 {"error":"Endpoint with name: one already exists","path":"$.args","#
        + #""code":"already-exists"}"#
    )
    let drop = #"{"type":"drop_rest_endpoint","args":{"name":"one"}}"#
    #expect(try library.send(drop) == Self.success)
    #expect(
      try library.send(drop)
        == #"400 {"error":"endpoint with name: one does not exist","path":"$.args","#
        + #""code":"not-exists"}"#
    )
  }

  @Test(
    arguments: [
      (#"["HEAD"]"#, #"Method HEAD not supported."#, "$.args.methods[0]"),
      (#"[7]"#, #"Only standard HTTP methods supported"#, "$.args.methods[0]"),
      (#"[]"#, #"parsing NonEmpty failed, unexpected empty list"#, "$.args.methods"),
    ]
  )
  func refusesMethods(methods: String, message: String, path: String) throws {
    var library = try library()
    #expect(
      try library.send(endpoint("one", "a", methods: methods))
        == #"400 {"error":"\#(message)","path":"\#(path)","code":"parse-failed"}"#
    )
  }

  @Test(
    arguments: [
      (
        "all", "foo/:id/bar/:id",
        "Duplicate variables found in endpoint path: foo/:id/bar/:id"
      ),
      (
        "all", "foo//bar", "Empty segments or unnamed variables are not allowed: foo//bar"
      ),
      ("all", "foo/:", "Empty segments or unnamed variables are not allowed: foo/:"),
      ("all", "/foo", "Empty segments or unnamed variables are not allowed: /foo"),
      (
        "none", "foo",
        "Inconsistent object: in endpoint one: query with name none does not exist"
      ),
    ]
  )
  func refusesEndpoints(query: String, url: String, reason: String) throws {
    var library = try library()
    #expect(
      try library.send(endpoint("one", url, query: query))
        == #"400 {"error":"\#(reason)","path":"$.args","code":"invalid-configuration","#
        + #""internal":[{"definition":{"definition":{"query":{"collection_name":"saved","#
        + #""query_name":"\#(query)"}},"methods":["GET"],"name":"one","url":"\#(url)","#
        + #""comment":null},"reason":"\#(reason)","name":"rest_endpoint one","#
        + #""type":"rest_endpoint"}]}"#
    )
  }

  @Test func tellsWhichPathsMeanTheSame() throws {
    var library = try library()
    _ = try library.send(endpoint("b", "x/:y"))
    _ = try library.send(endpoint("c", "x/:y/z"))
    _ = try library.send(endpoint("d", "x/:z", methods: #"["POST"]"#))
    let definition = { (name: String, url: String) in
      #"{"definition":{"query":"query { author { id } }"},"methods":["GET"],"name":"\#(name)","#
        + #""url":"\#(url)","comment":null}"#
    }
    #expect(
      try library.send(endpoint("a", ":x/y"))
        == #"400 {"error":"Ambiguous URL paths: :x/y, x/:y","path":"$.args","#
        + #""code":"invalid-configuration","internal":[{"#
        + #""reason":"Ambiguous URL paths: :x/y, x/:y","conflicts":["#
        + "\(definition("a", ":x/y")),\(definition("b", "x/:y"))]}]}"
    )
  }

  @Test func doesNotLoseTheQueryOfAnEndpoint() throws {
    var library = try library()
    _ = try library.send(endpoint("one", "a"))
    let answer = try library.send(
      #"{"type":"drop_query_collection","args":{"collection":"saved","cascade":false}}"#
    )
    #expect(
      answer.hasPrefix(
        #"500 {"error":"cannot continue due to newly found inconsistent metadata","#
          + #""path":"$.args","code":"unexpected","internal":[{"#
      )
    )
    #expect(answer.contains("in endpoint one: collection with name saved does not exist"))
  }

  // MARK: - Inherited roles

  private func role(_ name: String, _ parents: String) -> String {
    #"{"type":"add_inherited_role","args":{"role_name":"\#(name)","role_set":\#(parents)}}"#
  }

  private func withRoles() throws -> LibraryFixture {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    for role in ["a", "b"] {
      _ = try library.send(
        #"{"type":"pg_create_select_permission","args":{"table":"author","role":"\#(role)","#
          + #""permission":{"columns":"*","filter":{}}}}"#
      )
    }
    return library
  }

  @Test func keepsInheritedRoles() throws {
    var library = try withRoles()
    #expect(try library.send(role("both", #"["a","b"]"#)) == Self.success)
    #expect(try library.send(role("more", #"["both"]"#)) == Self.success)
    #expect(
      library.editor.metadata.inheritedRoles == [
        InheritedRole(name: "both", parents: ["a", "b"]),
        InheritedRole(name: "more", parents: ["both"]),
      ]
    )
    #expect(
      try library.send(#"{"type":"drop_inherited_role","args":{"role_name":"none"}}"#)
        == #"400 {"error":"\"none\" inherited role doesn't exist","path":"$.args","#
        + #""code":"not-exists"}"#
    )
    #expect(
      try library.send(#"{"type":"drop_inherited_role","args":{"role_name":"more"}}"#)
        == Self.success
    )
  }

  @Test func refusesRolesThatAreNotThere() throws {
    var library = try withRoles()
    let reason =
      #"Inconsistent object: the following parent role(s) are not found: x, y which are "#
      + #"required to construct the inherited role: \"both\""#
    #expect(
      try library.send(role("both", #"["a","y","x"]"#))
        == #"400 {"error":"\#(reason)","path":"$.args","code":"invalid-configuration","#
        + #""internal":[{"definition":{"role_name":"both","role_set":["a","y","x"]},"#
        + #""reason":"\#(reason)","name":"inherited_role inherited role both","#
        + #""type":"inherited_role"}]}"#
    )
  }

  @Test func refusesARoleThatIsItsOwnParent() throws {
    var library = try withRoles()
    #expect(
      try library.send(role("both", #"["a","both"]"#))
        == #"400 {"error":"an inherited role name cannot be in the role combination","#
        + #""path":"$.args","code":"invalid-params"}"#
    )
  }

  @Test func refusesRolesThatAreMadeOfEachOther() throws {
    var library = try withRoles()
    _ = try library.send(role("intermediate_circular_role_1", #"["b"]"#))
    _ = try library.send(
      role("intermediate_circular_role_2", #"["intermediate_circular_role_1","b"]"#)
    )
    _ = try library.send(role("circular_role", #"["intermediate_circular_role_2","a"]"#))
    #expect(
      try library.send(role("intermediate_circular_role_1", #"["b","circular_role"]"#))
        == #"400 {"error":"found cycle(s) in roles: [\"circular_role\","#
        + #"\"intermediate_circular_role_2\",\"intermediate_circular_role_1\","#
        + #"\"circular_role\"]","path":"$.args","code":"cyclic-dependency"}"#
    )
  }

  @Test func dropsWhatLosesItsParents() throws {
    var library = try withRoles()
    _ = try library.send(role("both", #"["a","b"]"#))
    let document = library.editor.metadata.encoded().text
    let broken = document.split(separator: #"{"role":"b","#).joined(separator: #"{"role":"c","#)
    #expect(
      try library.send(
        #"{"type":"replace_metadata","version":2,"args":{"allow_inconsistent_metadata":true,"#
          + #""metadata":\#(broken)}}"#
      ).hasPrefix(#"{"is_consistent":false,"#)
    )
    #expect(
      try library.send(#"{"type":"drop_inconsistent_metadata","args":{}}"#) == Self.success
    )
    #expect(library.editor.metadata.inheritedRoles.isEmpty)
  }
}
