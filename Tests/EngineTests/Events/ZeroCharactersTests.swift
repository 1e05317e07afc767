import Testing

@testable import Engine

@Suite struct ZeroCharactersTests {
  @Test(arguments: [
    (#"{"a":"x\u0000y\u0000"}"#, #"{"a":"x\ufffdy\ufffd"}"#),
    (#"{"a":"x\\u0000"}"#, #"{"a":"x\\u0000"}"#),
    (#"{"a":"x\\\u0000"}"#, #"{"a":"x\\\ufffd"}"#),
    (#"{"a":"\u00001\n"}"#, #"{"a":"\ufffd1\n"}"#),
    (#""\u000"#, #""\u000"#),
  ])
  func replacesTheEscapeAlone(text: String, expected: String) {
    #expect(String(decoding: Array(text.utf8).replacingZeroCharacters(), as: UTF8.self) == expected)
  }
}
