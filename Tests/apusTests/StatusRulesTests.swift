import Engine
import Testing

@testable import apus

struct StatusRulesTests {
  @Test(
    arguments: [
      (.data, [200, 200, 200]),
      (.partial, [200, 400, 294]),
      (.requestError(.syntax), [200, 400, 400]),
      (.requestError(.validation), [200, 400, 422]),
      (.requestError(.operation), [200, 400, 422]),
      (.requestError(.variables), [200, 400, 422]),
      (.requestError(.execution), [200, 400, 400]),
      (.requestError(.method), [405, 405, 405]),
    ] as [(GraphQLOutcome, [Int])]
  )
  func sayHowItWent(outcome: GraphQLOutcome, expected: [Int]) {
    let rules: [StatusRules] = [.alwaysOK, .hasura, .draft]
    #expect(rules.map { $0.status(of: outcome, hasuraStatus: 400) } == expected)
  }

  @Test(
    arguments: [
      (RequestError(.parseFailed, "", draftStatus: 422), [200, 400, 422]),
      (RequestError(.accessDenied, ""), [200, 401, 401]),
      (.unsupportedMediaType, [415, 415, 415]),
      (.methodNotAllowed("POST"), [405, 405, 405]),
    ] as [(RequestError, [Int])]
  )
  func sayWhatWasWrongWithTheRequest(error: RequestError, expected: [Int]) {
    let rules: [StatusRules] = [.alwaysOK, .hasura, .draft]
    #expect(rules.map { $0.status(of: error, keeps401: false) } == expected)
  }

  @Test func keep401WhereThatIsWanted() {
    #expect(StatusRules.alwaysOK.status(of: RequestError(.accessDenied, ""), keeps401: true) == 401)
  }
}
