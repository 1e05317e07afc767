import Testing

@testable import apus

struct ReadyMessageTests {
  @Test func isALineWithTheURLAndARequestToPaste() {
    let message = ReadyMessage(host: "127.0.0.1", port: 8080, query: "{ a }", needsSecret: false)
    #expect(
      message.text == """
        Ready at http://127.0.0.1:8080/v1/graphql
        curl -s http://127.0.0.1:8080/v1/graphql -H 'content-type: application/json' \
        -d '{"query":"{ a }"}'

        """
    )
  }

  @Test func asksForTheSecretWithoutTellingIt() {
    let message = ReadyMessage(host: "*", port: 80, query: "{ a }", needsSecret: true)
    #expect(
      message.text == """
        Ready at http://127.0.0.1:80/v1/graphql
        curl -s http://127.0.0.1:80/v1/graphql -H 'content-type: application/json' \
        -H "x-hasura-admin-secret: $HASURA_GRAPHQL_ADMIN_SECRET" -d '{"query":"{ a }"}'

        """
    )
  }

  @Test(arguments: [("::1", "http://[::1]:1/v1/graphql"), ("::", "http://127.0.0.1:1/v1/graphql")])
  func writesAddressesAsURLsWantThem(host: String, url: String) {
    #expect(ReadyMessage(host: host, port: 1, query: "", needsSecret: false).url == url)
  }
}
