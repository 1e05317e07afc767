import HTTP
import JSON
import Testing

@testable import Authentication

@Suite("Base64URL, NumericDate, ClaimPath")
struct ParsingTests {
  @Test(
    arguments: [
      ("", []), ("AA", [0]), ("_w", [255]), ("_-8", [255, 239]), ("AAAA", [0, 0, 0]),
      ("A", nil), ("AB", nil), ("AAB", nil), ("AA=", nil), ("AA==", nil), ("+/8", nil),
      ("A A", nil), ("AA\n", nil), ("AAAAA", nil), ("é", nil),
    ] as [(String, [UInt8]?)]
  )
  func decodes(text: String, bytes: [UInt8]?) {
    #expect(Base64URL.decode(Array(text.utf8)[...]) == bytes)
  }

  @Test func encodesWhatItDecodes() {
    for count in 0..<50 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
      #expect(Base64URL.decode(Base64URL.encode(bytes)[...]) == bytes)
    }
  }

  @Test(arguments: [
    ("0", 0), ("1", 1000), ("-1", -1000), ("1.5", 1500), ("1.0009", 1000),
    ("1.6e9", 1_600_000_000_000),
    ("16e8", 1_600_000_000_000), ("1600000000.123456", 1_600_000_000_123), ("1e-3", 1), ("1e-4", 0),
    ("0.001", 1), ("0e400", 0), ("1e400", Int.max), ("-1e400", -Int.max), ("1e-400", 0),
    ("9223372036854775807", Int.max), ("1e99999999999999999999", Int.max),
    ("1e-99999999999999999999", 0), ("0.000000000000000000001e21", 1000),
  ])
  func readsMoments(text: String, milliseconds: Int) throws {
    let number = try #require(JSONNumber(text))
    #expect(NumericDate(number).milliseconds == milliseconds)
  }

  @Test(arguments: [
    ("$", "$"), ("$.a.b", "$.a.b"), ("a.b", "$.a.b"), ("$['a b']", "$[\"a b\"]"),
    ("$.['a'].b", "$.a.b"), ("$[\"x\"][0]", "$.x[0]"), ("$.a-b_c9", "$.a-b_c9"), ("", "$"),
    ("$.", nil), ("$a", nil), ("$.a..b", nil), ("$[", nil), ("$[1", nil), ("$[-1]", nil),
    ("$['a", nil), ("$['a'", nil), ("$.a b", nil), ("$[99999999999999999999]", nil), ("$[]", nil),
  ])
  func readsPaths(text: String, path: String?) {
    #expect(ClaimPath(text)?.path.text == path)
  }

  @Test(arguments: [
    ("a=1", ["1"]), ("b=2;a=1", ["1"]), ("b=2; a=1 ; c=3", ["1"]), ("a=\"1\"", ["1"]),
    ("a=1; a=2", ["1", "2"]), ("xa=1; ab=2", []), ("a", []), ("a=", [""]), ("", []),
  ])
  func findsCookies(header: String, tokens: [String]) {
    let found = TokenLocation.cookie("a").tokens(in: HTTPHeaders([("Cookie", header)]))
    #expect(found.map { String(decoding: $0, as: UTF8.self) } == tokens)
  }
}
