import JSON
import Testing

@testable import Engine

/// The Relay schema: pages by cursors, and objects that one id names.
@Suite(.timeLimit(.minutes(2))) struct RelayTests {
  private static let sql = """
    create table books (id integer primary key, title text);
    create table pages (
      book_id integer references books, number integer, words integer,
      primary key (book_id, number));
    create view shelf as select * from books;
    insert into books values (1, 'b'), (2, null), (3, 'a'), (4, 'b');
    insert into pages values (1, 1, 10), (1, 2, 20), (1, 3, 30), (4, 1, 40);
    create function titled(part text) returns setof books language sql stable as
      $$ select * from books where title like part || '%' order by id desc $$;
    """

  private static let metadata: JSONValue = [
    "version": 3,
    "sources": [
      [
        "name": "default", "kind": "postgres",
        "configuration": ["connection_info": ["database_url": ["from_env": "X"]]],
        "functions": [["function": "titled"]],
        "tables": [
          [
            "table": "books",
            "array_relationships": [
              [
                "name": "pages",
                "using": ["foreign_key_constraint_on": ["table": "pages", "column": "book_id"]],
              ]
            ],
            "select_permissions": [
              [
                "role": "reader",
                "permission": [
                  "columns": ["id", "title"], "filter": ["id": ["_lt": 4]], "limit": 2,
                ],
              ]
            ],
          ],
          ["table": "pages"], ["table": "shelf"],
        ],
      ]
    ],
  ]

  private static func session(_ role: String) -> Session {
    var session = Session(role: role)
    session.usesRelay = true
    return session
  }

  /// Runs queries one after the other, each with the answer that it must have to the letter.
  private func check(
    _ cases: [(query: String, answer: String)],
    as role: String = "admin",
    _ variables: JSONObject = JSONObject()
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (query, answer) in cases {
      let found = await harness.answer(query, variables, as: Self.session(role))
      #expect(found == answer)
    }
    await harness.stop()
  }

  private static func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var result = ""
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(0) {
        $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0)
      }
      for place in 0..<4 {
        result.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
      }
    }
    return result
  }

  @Test func cutsPagesOutOfAnOrderWithNulls() async throws {
    let second = Self.base64(#"{"title" : "b", "id" : 1}"#)
    let last = Self.base64(#"{"title" : null, "id" : 2}"#)
    func edges(_ ids: [Int], _ flags: (Bool, Bool)) -> String {
      let edges = ids.map {
        #"{"node":{"id":"\#(Self.base64("[1, \"public\", \"books\", \($0)]"))"}}"#
      }
      return #"{"data":{"books_connection":{"edges":[\#(edges.joined(separator: ","))],"#
        + #""pageInfo":{"hasPreviousPage":\#(flags.0),"hasNextPage":\#(flags.1)}}}}"#
    }
    func query(_ arguments: String) -> String {
      "{ books_connection(order_by: {title: asc}, \(arguments)) "
        + "{ edges { node { id } } pageInfo { hasPreviousPage hasNextPage } } }"
    }
    try await check([
      (query("first: 2"), edges([3, 1], (false, true))),
      (query(#"first: 2, after: "\#(second)""#), edges([4, 2], (true, false))),
      (query(#"last: 2, before: "\#(last)""#), edges([1, 4], (true, true))),
      (query("last: 1"), edges([2], (true, false))),
      (query(#"after: "\#(last)""#), edges([], (false, false))),
    ])
  }

  @Test func pagesTheRowsOfEachParent() async throws {
    let cursor = Self.base64(#"{"words" : 20, "book_id" : 1, "number" : 2}"#)
    try await check([
      (
        "{ books_connection(where: {title: {_eq: \"b\"}}) { edges { node { title "
          + "pages_connection(first: 1, order_by: {words: desc}) "
          + "{ edges { node { number } } pageInfo { startCursor hasNextPage } } } } } }",
        #"{"data":{"books_connection":{"edges":["#
          + #"{"node":{"title":"b","pages_connection":{"edges":[{"node":{"number":3}}],"pageInfo":"#
          + #"{"startCursor":"\#(Self.base64(#"{"words" : 30, "book_id" : 1, "number" : 3}"#))","#
          + #""hasNextPage":true}}}},"#
          + #"{"node":{"title":"b","pages_connection":{"edges":[{"node":{"number":1}}],"pageInfo":"#
          + #"{"startCursor":"\#(Self.base64(#"{"words" : 40, "book_id" : 4, "number" : 1}"#))","#
          + #""hasNextPage":false}}}}]}}}"#
      ),
      (
        "{ books_connection(where: {id: {_in: [1, 2]}}) { edges { node { "
          + "pages_connection(after: \"\(cursor)\", order_by: {words: asc}) "
          + "{ edges { node { words } } pageInfo { endCursor hasPreviousPage } } } } } }",
        #"{"data":{"books_connection":{"edges":["#
          + #"{"node":{"pages_connection":{"edges":[{"node":{"words":30}}],"pageInfo":{"endCursor":"#
          + #""\#(Self.base64(#"{"words" : 30, "book_id" : 1, "number" : 3}"#))","hasPreviousPage":true}}}},"#
          + #"{"node":{"pages_connection":{"edges":[],"pageInfo":{"endCursor":"","hasPreviousPage":false}}}}]}}}"#
      ),
    ])
  }

  @Test func pagesTheRowsOfAFunction() async throws {
    try await check([
      (
        "{ titled_connection(args: {part: \"b\"}, first: 1) { edges { node { title } } "
          + "pageInfo { hasNextPage } } }",
        #"{"data":{"titled_connection":{"edges":[{"node":{"title":"b"}}],"#
          + #""pageInfo":{"hasNextPage":true}}}}"#
      )
    ])
  }

  @Test func findsARowByItsID() async throws {
    let page = Self.base64(#"[1, "public", "pages", 4, 1]"#)
    try await check(
      [
        (
          "query($id: ID!) { node(id: $id) { __typename id ... on pages { words } ... on books { title } } }",
          #"{"data":{"node":{"__typename":"pages","id":"\#(page)","words":40}}}"#
        )
      ],
      as: "admin",
      ["id": .string(page)]
    )
  }

  @Test(arguments: [
    (#"[2, "public", "books", 1]"#, "invalid node id: Error in $: unsupported GUID version: 2.0"),
    (
      #"[1, "public", "pages", 1]"#,
      "invalid node id: primary key columns ['number'] are missing"
    ),
    (#"[1, "public", "books", 1, 2]"#, "invalid node id: unexpected column values [2]"),
    (#"[1, "public", "shelf", 1]"#, #"invalid node id: no such table found: \"shelf\""#),
  ])
  func refusesAnIDThatNamesNoRow(_ id: String, _ message: String) async throws {
    try await check([
      (
        #"{ node(id: "\#(Self.base64(id))") { id } }"#,
        #"{"errors":[{"message":"\#(message)","#
          + #""extensions":{"path":"$.selectionSet.node.args.id","code":"validation-failed"}}]}"#
      )
    ])
  }

  @Test func plansAnewForEachIDInAVariable() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let query = "query($id: ID!) { node(id: $id) { __typename } }"
    for (id, type) in [
      (#"[1, "public", "books", 1]"#, "books"), (#"[1, "public", "pages", 1, 1]"#, "pages"),
    ] {
      let answer = await harness.answer(
        query,
        ["id": .string(Self.base64(id))],
        as: Self.session("admin")
      )
      #expect(answer == #"{"data":{"node":{"__typename":"\#(type)"}}}"#)
    }
    await harness.stop()
  }

  @Test func showsARoleItsRowsWithinItsLimit() async throws {
    try await check(
      [
        (
          "{ books_connection { edges { node { title } } pageInfo { hasNextPage } } }",
          #"{"data":{"books_connection":{"edges":[{"node":{"title":"b"}},{"node":{"title":null}}],"#
            + #""pageInfo":{"hasNextPage":true}}}}"#
        ),
        (
          "{ pages_connection { edges { cursor } } }",
          #"{"errors":[{"message":"field 'pages_connection' not found in type: 'query_root'","#
            + #""extensions":{"path":"$.selectionSet.pages_connection","code":"validation-failed"}}]}"#
        ),
      ],
      as: "reader"
    )
  }
}
