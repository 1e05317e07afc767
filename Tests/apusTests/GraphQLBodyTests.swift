import Engine
import JSON
import Testing

@testable import apus

struct GraphQLBodyTests {
  private func body(_ text: String) throws -> GraphQLBody {
    try GraphQLBody(parsing: Array(text.utf8), batchLimit: 2)
  }

  @Test(
    arguments: [
      (#"{"query":"{ a }"}"#, .single(GraphQLCall(query: "{ a }"))),
      (
        #"{"variables":null,"operationName":null,"extensions":null,"query":"{ a }","more":1}"#,
        .single(GraphQLCall(query: "{ a }"))
      ),
      (
        #"{"query":"q","operationName":"B","variables":{"x":1.10},"extensions":{"trace":1}}"#,
        .single(
          GraphQLCall(
            query: "q",
            operationName: "B",
            variables: JSONObject([
              .init(key: "x", value: .number(JSONNumber("1.10") ?? JSONNumber(0)))
            ])
          )
        )
      ),
      (
        #"{"documentId":"saved/all","variables":{"x":1}}"#,
        .single(GraphQLCall(documentID: "saved/all", variables: ["x": 1]))
      ),
      (#"{"documentId":"all","query":null}"#, .single(GraphQLCall(documentID: "all"))),
      ("[]", .batch([])),
      (
        #"[{"query":"a"},{"query":"b"}]"#,
        .batch([GraphQLCall(query: "a"), GraphQLCall(query: "b")])
      ),
    ] as [(String, GraphQLBody)]
  )
  func isRead(text: String, as expected: GraphQLBody) throws {
    #expect(try body(text) == expected)
  }

  private static let type = "parsing Hasura.GraphQL.Transport.HTTP.Protocol.GQLReq(GQLReq) failed"

  @Test(
    arguments: [
      (#""q""#, "\(type), expected Object, but encountered String", "$"),
      ("{}", "\(type), key \"query\" not found", "$"),
      (#"{"query":null}"#, "parsing Text failed, expected String, but encountered Null", "$.query"),
      (#"{"query":1}"#, "parsing Text failed, expected String, but encountered Number", "$.query"),
      (
        #"{"query":"q","operationName":[]}"#,
        "parsing Text failed, expected String, but encountered Array", "$.operationName"
      ),
      (
        #"{"query":"q","variables":"x"}"#,
        "parsing HashMap failed, expected Object, but encountered String", "$.variables"
      ),
      (
        #"{"query":"q","extensions":false}"#,
        "parsing HashMap failed, expected Object, but encountered Boolean", "$.extensions"
      ),
      (
        #"{"query":"q","extensions":[]}"#,
        "parsing HashMap failed, expected Object, but encountered Array", "$.extensions"
      ),
      (
        #"[{"query":"q"},{"query":{}}]"#,
        "parsing Text failed, expected String, but encountered Object", "$[1].query"
      ),
    ] as [(String, String, String)]
  )
  func isRefused(text: String, saying message: String, at path: String) {
    #expect(throws: RequestError(.parseFailed, message, path: path, draftStatus: 422)) {
      try body(text)
    }
  }

  @Test func isRefusedWhereItIsNoJSON() {
    #expect(
      throws: RequestError(
        .invalidJSON,
        "Error in $: Failed reading: not a valid json value (unexpected end of the text at byte 8)"
      )
    ) { try body(#"{"query""#) }
  }

  @Test func refusesPersistedQueries() {
    #expect(throws: RequestError.persistedQueriesDisabled) {
      try body(#"{"query":"q","extensions":{"persistedQuery":{}}}"#)
    }
  }

  @Test func refusesABatchOverTheLimit() {
    #expect(
      throws: RequestError(
        .validationFailed,
        "the batch has 3 operations, and at most 2 are allowed",
        draftStatus: 422
      )
    ) { try body("[1,2,3]") }
  }

  // MARK: - GET

  @Test(
    arguments: [
      ("query=%7B+a%20%7D", GraphQLCall(query: "{ a }")),
      ("query=q&operationName=&variables=&extensions=", GraphQLCall(query: "q")),
      (
        "x=1&operationName=null&variables=%7B%22a%22:%22%C3%A9%22%7D&query=q&query=z",
        GraphQLCall(
          query: "q",
          operationName: "null",
          variables: JSONObject([.init(key: "a", value: "é")])
        )
      ),
    ] as [(String, GraphQLCall)]
  )
  func readsAQueryString(text: String, as expected: GraphQLCall) throws {
    #expect(try GraphQLCall(queryString: text) == expected)
  }

  @Test(
    arguments: [
      (nil, RequestError(.parseFailed, "\(type), key \"query\" not found", draftStatus: 422)),
      (
        "query=q&variables=1",
        RequestError(
          .parseFailed,
          "parsing HashMap failed, expected Object, but encountered Number",
          path: "$.variables",
          draftStatus: 422
        )
      ),
      (
        "query=q&variables=%7B",
        RequestError(
          .invalidJSON,
          "Error in $: unexpected end of the text at byte 1",
          path: "$.variables"
        )
      ),
      ("query=%7", RequestError(.badRequest, "the query string is not percent-encoded UTF-8")),
      ("query=%FF", RequestError(.badRequest, "the query string is not percent-encoded UTF-8")),
      ("extensions=%7B%22persistedQuery%22:1%7D", .persistedQueriesDisabled),
    ] as [(String?, RequestError)]
  )
  func refusesAQueryString(text: String?, with error: RequestError) {
    #expect(throws: error) { try GraphQLCall(queryString: text) }
  }

  @Test func writesErrorsAsHasuraDoes() {
    let error = RequestError(.notFound, "a \"b\"", path: "$.x")
    #expect(
      String(decoding: error.graphQLBody, as: UTF8.self)
        == #"{"errors":[{"message":"a \"b\"","extensions":{"path":"$.x","code":"not-found"}}]}"#
    )
    #expect(
      String(decoding: error.plainBody, as: UTF8.self)
        == #"{"error":"a \"b\"","path":"$.x","code":"not-found"}"#
    )
  }
}
