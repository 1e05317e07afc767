import Testing

@testable import Resolvers

@Suite struct RetryAfterTests {
  @Test(
    arguments: [
      ("0", .zero), ("2", .seconds(2)), ("0.5", .milliseconds(500)), ("86400", .seconds(86_400)),
      ("1e300", .seconds(86_400)), ("inf", .seconds(86_400)),
      ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(86_400)),
      ("Wed, 21 Oct 2015 07:28:00 GMT", nil), ("-1", nil), ("nan", nil), ("soon", nil), ("", nil),
    ] as [(String, Duration?)]
  )
  func readsSecondsAndDates(_ text: String, _ pause: Duration?) {
    #expect(ProviderClient.retryAfter(text) == pause)
  }
}
