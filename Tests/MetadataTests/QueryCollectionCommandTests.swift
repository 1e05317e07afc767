import JSON
import Metadata
import Testing

@Suite struct QueryCollectionCommandTests {
  private static let success = #"{"message":"success"}"#
  private static let create =
    #"{"type":"create_query_collection","args":{"name":"saved","comment":"c","definition":"#
    + #"{"queries":[{"name":"all","query":"query { author { id } }"}]}}}"#

  private func library() throws -> LibraryFixture {
    var library = LibraryFixture(tracked: LibraryFixture.related)
    #expect(try library.send(Self.create) == Self.success)
    return library
  }

  private func stored(_ library: LibraryFixture, _ member: String) -> String? {
    library.editor.metadata.encoded()[member]?.text
  }

  @Test func keepsQueries() throws {
    var library = try library()
    #expect(
      try library.send(
        #"{"type":"add_query_to_collection","args":{"collection_name":"saved","#
          + #""query_name":"two","query":"{ article { id } }"}}"#
      ) == Self.success
    )
    #expect(
      try library.send(
        #"{"type":"rename_query_collection","args":{"name":"saved","new_name":"kept"}}"#
      ) == Self.success
    )
    #expect(
      try library.send(
        #"{"type":"drop_query_from_collection","args":{"collection_name":"kept","#
          + #""query_name":"all"}}"#
      ) == Self.success
    )
    #expect(
      stored(library, "query_collections")
        == #"[{"name":"kept","definition":{"queries":[{"name":"two","#
        + #""query":"{ article { id } }"}]},"comment":"c"}]"#
    )
    #expect(
      try library.send(
        #"{"type":"drop_query_collection","args":{"collection":"kept","cascade":false}}"#
      ) == Self.success
    )
    #expect(stored(library, "query_collections") == nil)
  }

  @Test(
    arguments: [
      (
        create,
        #"400 {"error":"query collection with name \"saved\" already exists","#
          + #""path":"$.args.name","code":"already-exists"}"#
      ),
      (
        #"{"type":"create_query_collection","args":{"name":"x","definition":{"queries":["#
          + #"{"name":"a","query":"{b}"},{"name":"a","query":"{c}"}]}}}"#,
        #"400 {"error":"found duplicate query names \"a\"","#
          + #""path":"$.args.definition.queries","code":"not-supported"}"#
      ),
      (
        #"{"type":"add_query_to_collection","args":{"collection_name":"saved","#
          + #""query_name":"all","query":"{a}"}}"#,
        #"400 {"error":"query with name \"all\" already exists in collection \"saved\"","#
          + #""path":"$.args","code":"already-exists"}"#
      ),
      (
        #"{"type":"drop_query_from_collection","args":{"collection_name":"saved","#
          + #""query_name":"none"}}"#,
        #"400 {"error":"query with name \"none\" not found in collection \"saved\"","#
          + #""path":"$.args","code":"not-found"}"#
      ),
      (
        #"{"type":"drop_query_collection","args":{"collection":"none","cascade":true}}"#,
        #"400 {"error":"query collection with name \"none\" does not exist","#
          + #""path":"$.args.collection","code":"not-exists"}"#
      ),
      (
        #"{"type":"drop_query_collection","args":{"collection":"saved"}}"#,
        #"400 {"error":"key \"cascade\" not found","path":"$.args","code":"parse-failed"}"#
      ),
      (
        #"{"type":"rename_query_collection","args":{"name":"saved","new_name":"saved"}}"#,
        #"400 {"error":"query collection with name \"saved\" already exists","#
          + #""path":"$.args.new_name","code":"already-exists"}"#
      ),
      (
        #"{"type":"drop_collection_from_allowlist","args":{"collection":"saved"}}"#,
        #"400 {"error":"collection \"saved\" doesn't exist in the allowlist","#
          + #""path":"$.args","code":"not-found"}"#
      ),
      (
        #"{"type":"update_scope_of_collection_in_allowlist","args":{"collection":"saved","#
          + #""scope":{"global":true}}}"#,
        #"400 {"error":"collection \"saved\" doesn't exist in the allowlist","#
          + #""path":"$.args","code":"not-found"}"#
      ),
      (
        #"{"type":"add_collection_to_allowlist","args":{"collection":"none"}}"#,
        #"400 {"error":"query collection with name \"none\" does not exist","#
          + #""path":"$.args.collection","code":"not-exists"}"#
      ),
      (
        #"{"type":"add_collection_to_allowlist","args":{"collection":"saved","scope":"#
          + #"{"global":true,"roles":["a"]}}}"#,
        #"400 {"error":"roles are not allowed when global is true","#
          + #""path":"$.args.scope","code":"parse-failed"}"#
      ),
      (
        #"{"type":"add_collection_to_allowlist","args":{"collection":"saved","scope":"#
          + #"{"global":false,"roles":["a","a"]}}}"#,
        #"400 {"error":"duplicate roles are not allowed","#
          + #""path":"$.args.scope","code":"parse-failed"}"#
      ),
    ]
  )
  func refuses(request: String, with answer: String) throws {
    var library = try library()
    let before = library.editor.metadata
    #expect(try library.send(request) == answer)
    #expect(library.editor.metadata == before)
  }

  @Test func keepsTheAllowList() throws {
    var library = try library()
    let add = #"{"type":"add_collection_to_allowlist","args":{"collection":"saved"}}"#
    #expect(try library.send(add) == Self.success)
    #expect(
      try library.send(add)
        == #"{"message":"collection \"saved\" already exists in the allowlist, scope ignored; "#
        + #"to change scope, use update_scope_of_collection_in_allowlist"}"#
    )
    #expect(
      try library.send(
        #"{"type":"update_scope_of_collection_in_allowlist","args":{"collection":"saved","#
          + #""scope":{"global":false,"roles":["user"]}}}"#
      ) == Self.success
    )
    let list = #"[{"collection":"saved","scope":{"global":false,"roles":["user"]}}]"#
    #expect(try library.send(#"{"type":"get_allowlist","args":{}}"#) == list)
    #expect(stored(library, "allowlist") == list)
    #expect(
      try library.send(
        #"{"type":"drop_query_collection","args":{"collection":"saved","cascade":false}}"#
      ) == #"400 {"error":"query collection with name \"saved\" is present in the allowlist; "#
        + #"cannot proceed to drop. please use cascade to confirm you wish to drop it from the "#
        + #"allowlist as well","path":"$.args.collection","code":"dependency-error"}"#
    )
    #expect(
      try library.send(
        #"{"type":"drop_query_collection","args":{"collection":"saved","cascade":true}}"#
      ) == Self.success
    )
    #expect(stored(library, "allowlist") == nil)
  }
}
