import JSON
import Testing

@Suite struct JSONParserTests {
  @Test(
    arguments: [
      ("null", .null),
      (" [true, false] ", [true, false]),
      ("{}", [:]),
      ("[]", []),
      (#"{"a": {"b": [1, "x"]}, "c": null}"#, ["a": ["b": [1, "x"]], "c": nil]),
      (#""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00é""#, .string("\"\\/\u{8}\u{C}\n\r\té😀é")),
    ] as [(String, JSONValue)]
  )
  func parses(text: String, as expected: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == expected)
  }

  @Test(
    arguments: [
      "0", "-0", "9223372036854775808", "123456789012345678901234567890.123456789012345678",
      "1E400", "-1.50e-7", "1.10",
    ]
  )
  func keepsEveryDigit(number: String) throws {
    #expect(try JSONValue(parsing: number).number?.text == number)
    #expect(try JSONValue(parsing: number).text == number)
  }

  @Test(
    arguments: [
      ("", .unexpectedEnd, 0),
      ("[1,]", .unexpectedByte(UInt8(ascii: "]")), 3),
      ("[1 2]", .unexpectedByte(UInt8(ascii: "2")), 3),
      ("{a: 1}", .unexpectedByte(UInt8(ascii: "a")), 1),
      (#"{"a" 1}"#, .unexpectedByte(UInt8(ascii: "1")), 5),
      ("1 2", .trailingBytes, 2),
      ("01", .trailingBytes, 1),
      ("-", .invalidNumber, 0),
      ("1.", .invalidNumber, 0),
      ("nul", .unexpectedEnd, 3),
      ("nulL", .unexpectedByte(UInt8(ascii: "L")), 3),
      (#""a"#, .unexpectedEnd, 2),
      ("\"\n\"", .controlCharacter, 1),
      (#""\x""#, .invalidEscape, 1),
      (#""\u12g4""#, .invalidEscape, 1),
      (#""\u0000""#, .nullCharacter, 1),
      (#""\uD800""#, .loneSurrogate, 1),
      (#""\uDC00""#, .loneSurrogate, 1),
      (#""\uD800\u0041""#, .loneSurrogate, 1),
    ] as [(String, JSONError.Reason, Int)]
  )
  func refuses(text: String, because reason: JSONError.Reason, at offset: Int) {
    do {
      let value = try JSONValue(parsing: text)
      Issue.record("parsed as \(value)")
    } catch {
      #expect(error.reason == reason)
      #expect(error.offset == offset)
    }
  }

  @Test func refusesInvalidUTF8() {
    for bytes in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
      let bytes = bytes.map { UInt8($0) }
      #expect(throws: JSONError.self) { try JSONValue(parsing: bytes.span) }
    }
    let long = Array("\"longer than a small text".utf8)
    #expect(throws: JSONError.self) { try JSONValue(parsing: (long + [0xC3, 0x22]).span) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: (long + [0x80, 0x22]).span) }
  }

  /// On both sides of the length from which a text has memory of its own.
  @Test(arguments: ["", "é", "fifteen letters", "sixteen letters.", "größer als klein", "日本語の銘柄名"])
  func readsTextsOfAnyLength(text: String) throws {
    #expect(try JSONValue(parsing: "\"\(text)\"") == .string(text))
  }

  @Test func countsDepthBeforeItRecurses() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try JSONValue(parsing: nested(512)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(513)) }
    #expect(throws: JSONError.self) {
      try JSONValue(parsing: String(repeating: "[", count: 1_000_000))
    }
  }

  @Test func comparesKeysByTheirBytes() throws {
    let object = try JSONValue(parsing: "{\"\u{E9}\": 1, \"e\u{301}\": 2}").object
    #expect(object?["\u{E9}"] == 1)
    #expect(object?["e\u{301}"] == 2)
  }

  @Test func readsTheLastOfRepeatedKeys() throws {
    #expect(try JSONValue(parsing: #"{"a": 1, "a": 2}"#)["a"] == 2)
  }
}
