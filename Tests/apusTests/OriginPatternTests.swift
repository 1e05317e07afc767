import Testing

@testable import apus

struct OriginPatternTests {
  @Test(
    arguments: [
      ("*", .any),
      ("https://App.Example.com:8443", .exact("https://app.example.com:8443")),
      ("http://localhost:3000/", .exact("http://localhost:3000")),
      ("https://*.example.com", .subdomains(scheme: "https://", domain: "example.com")),
      ("example.com", nil),
      ("ftp://example.com", nil),
      ("https://", nil),
      ("https://a b", nil),
      ("https://*.*.com", nil),
    ] as [(String, OriginPattern?)]
  )
  func isRead(text: String, as pattern: OriginPattern?) {
    #expect(OriginPattern(text) == pattern)
  }

  @Test(
    arguments: [
      ("https://*.example.com", "https://a.example.com", true),
      ("https://*.example.com", "https://A.EXAMPLE.com", true),
      ("https://*.example.com", "https://example.com", false),
      ("https://*.example.com", "https://a.b.example.com", false),
      ("https://*.example.com", "https://evil.com/.example.com", false),
      ("https://*.example.com", "http://a.example.com", false),
      ("https://example.com", "https://example.com", true),
      ("https://example.com", "https://example.com:8443", false),
      ("https://example.com", "https://example.com.evil.com", false),
      ("*", "null", true),
    ] as [(String, String, Bool)]
  )
  func matches(pattern: String, origin: String, expected: Bool) throws {
    #expect(try #require(OriginPattern(pattern)).matches(origin) == expected)
  }
}
