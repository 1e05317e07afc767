import Testing

@testable import apus

struct SubprotocolTests {
  @Test(
    arguments: [
      (["graphql-transport-ws"], .transport, "graphql-transport-ws"),
      (["graphql-ws"], .legacy, "graphql-ws"),
      (["graphql-ws", "graphql-transport-ws"], .transport, "graphql-transport-ws"),
      (["soap", "graphql-ws"], .legacy, "graphql-ws"),
      ([], .legacy, nil),
    ] as [([String], Subprotocol, String?)]
  )
  func takesTheBestOneThatIsOffered(offered: [String], spoken: Subprotocol, told: String?) {
    let choice = Subprotocol.choose(of: offered)
    #expect(choice?.spoken == spoken)
    #expect(choice?.told == told)
  }

  @Test(arguments: [["soap"], ["GraphQL-Transport-WS"], [""], ["graphql-transport-ws "]])
  func knowsNoOthers(offered: [String]) {
    #expect(Subprotocol.choose(of: offered) == nil)
  }
}
