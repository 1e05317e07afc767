import Testing

@testable import apus

struct CORSPolicyTests {
  private let listed = CORSPolicy(origins: [.exact("https://desk.example.com")])

  private func lines(_ headers: [(String, String)]) -> [String] {
    headers.map { "\($0.0): \($0.1)" }
  }

  @Test func saysNothingWithoutAnOriginOrWhenDisabled() {
    #expect(listed.headers(forOrigin: nil).isEmpty)
    #expect(CORSPolicy.disabled.headers(forOrigin: "https://a.b").isEmpty)
    #expect(CORSPolicy.disabled.preflightHeaders(forOrigin: "https://a.b", requested: nil).isEmpty)
  }

  @Test func allowsEveryOriginWithoutItsCredentials() {
    #expect(
      lines(CORSPolicy(origins: [.any]).headers(forOrigin: "https://a.b"))
        == [
          "Access-Control-Allow-Origin: *",
          "Access-Control-Expose-Headers: x-request-id,idempotent-replayed",
        ]
    )
  }

  @Test func allowsAListedOrigin() {
    #expect(
      lines(
        listed.preflightHeaders(
          forOrigin: "https://desk.example.com",
          requested: "content-type,x-hasura-role"
        )
      ) == [
        "Access-Control-Allow-Origin: https://desk.example.com",
        "Access-Control-Allow-Credentials: true",
        "Vary: Origin",
        "Access-Control-Expose-Headers: x-request-id,idempotent-replayed",
        "Access-Control-Allow-Methods: GET,POST,PUT,PATCH,DELETE,OPTIONS",
        "Access-Control-Allow-Headers: content-type,x-hasura-role",
        "Access-Control-Max-Age: 1728000",
      ]
    )
  }

  @Test func tellsCachesThatAnotherOriginMayGetAnotherAnswer() {
    #expect(lines(listed.headers(forOrigin: "https://evil.example.com")) == ["Vary: Origin"])
    #expect(
      lines(listed.preflightHeaders(forOrigin: "https://evil.example.com", requested: "a"))
        == ["Vary: Origin"]
    )
  }

  // MARK: - Websockets

  @Test func refusesWebSocketsOfPagesThatAreNotListed() {
    #expect(
      listed.webSocketOrigin("https://desk.example.com", host: "api.example.com")
        == .allowed(countsCookies: true)
    )
    #expect(listed.webSocketOrigin("https://evil.example.com", host: nil) == .refused)
    #expect(listed.webSocketOrigin("null", host: nil) == .refused)
    // What is no browser sends no origin.
    #expect(listed.webSocketOrigin(nil, host: nil) == .allowed(countsCookies: true))
  }

  @Test func letsForeignPagesUseNoCookiesWhereAllMayCome() {
    let all = CORSPolicy(origins: [.any])
    #expect(
      all.webSocketOrigin("https://evil.com", host: "api.com:8080")
        == .allowed(countsCookies: false)
    )
    #expect(
      all.webSocketOrigin("https://API.com:8080", host: "api.com:8080")
        == .allowed(countsCookies: true)
    )
    #expect(
      CORSPolicy.disabled.webSocketOrigin("https://api.com", host: "api.com")
        == .allowed(countsCookies: false)
    )
  }
}
