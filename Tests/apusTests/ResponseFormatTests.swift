import Testing

@testable import apus

struct ResponseFormatTests {
  @Test(
    arguments: [
      (nil, .hasura),
      ("", .hasura),
      ("*/*", .hasura),
      ("application/json", .hasura),
      ("application/graphql-response+json", .graphQLResponse),
      ("Application/GraphQL-Response+JSON; charset=utf-8", .graphQLResponse),
      ("application/graphql-response+json, application/json;q=0.9", .graphQLResponse),
      ("application/graphql-response+json;q=0.5, application/json;q=0.9", .hasura),
      ("application/json, application/graphql-response+json", .hasura),
      ("application/graphql-response+json, application/json", .graphQLResponse),
      ("application/graphql-response+json;q=0", .hasura),
      ("text/html, */*;q=0.1", .hasura),
      ("text/html", .hasura),
      ("application/graphql-response+json;q=zero", .hasura),
      (";;,,/", .hasura),
      ("text/event-stream", .eventStream),
      ("application/json;q=0.5, text/event-stream", .eventStream),
      ("application/json, text/event-stream;q=0.5", .hasura),
    ] as [(String?, ResponseFormat)]
  )
  func isChosen(accept: String?, expected: ResponseFormat) {
    #expect(ResponseFormat(accept: accept) == expected)
  }

  @Test(
    arguments: [
      ("application/json", true),
      ("Application/JSON ;Charset=\"UTF-8\"", true),
      ("application/json; charset=latin1", false),
      ("text/plain", false),
      ("application/x-www-form-urlencoded", false),
      ("application/jsonp", false),
      ("json", false),
      ("", false),
    ]
  )
  func takesOnlyJSONBodies(contentType: String, expected: Bool) {
    #expect((MediaType(contentType)?.isJSON ?? false) == expected)
  }
}
