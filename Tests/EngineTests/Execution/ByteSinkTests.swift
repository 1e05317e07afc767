import JSON
import SQLCompiler
import Testing

@testable import Engine

@Suite struct ByteSinkTests {
  /// What a cell's text becomes, in memory of just the size that it takes.
  private func json(_ cell: String, _ encoding: ValueEncoding) -> String {
    func write(into memory: UnsafeMutableBufferPointer<UInt8>) -> Int {
      var sink = ByteSink(memory)
      Array(cell.utf8).withUnsafeBufferPointer { sink.write($0, as: encoding) }
      return sink.count
    }
    let size = write(into: UnsafeMutableBufferPointer(start: nil, count: 0))
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { memory, count in
      count = write(into: UnsafeMutableBufferPointer(rebasing: memory[..<size]))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      ("9223372036854775808", .number, "9223372036854775808"),
      (
        "123456789012345678901.123456789012345678", .numberOrSpecial,
        "123456789012345678901.123456789012345678"
      ),
      ("-0.10", .numberOrSpecial, "-0.10"),
      ("1e-07", .numberOrSpecial, "1e-07"),
      ("7", .numberOrSpecial, "7"),
      ("NaN", .numberOrSpecial, #""NaN""#),
      ("Infinity", .numberOrSpecial, #""Infinity""#),
      ("-Infinity", .numberOrSpecial, #""-Infinity""#),
      ("t", .boolean, "true"),
      ("f", .boolean, "false"),
      ("2026-11-21", .plainString, #""2026-11-21""#),
      (#"{"a": 1}"#, .json, #"{"a": 1}"#),
    ] as [(String, ValueEncoding, String)]
  )
  func writes(cell: String, as encoding: ValueEncoding, expected: String) {
    #expect(json(cell, encoding) == expected)
  }

  @Test(
    arguments: [
      ("", #""""#),
      ("plain text that is longer than a word", #""plain text that is longer than a word""#),
      ("é😀 ünïcödé with quotes \" in it", #""é😀 ünïcödé with quotes \" in it""#),
      ("back\\slash", #""back\\slash""#),
      ("12345678\n", #""12345678\n""#),
      ("\u{1}\u{1F}\u{7F}\t\u{8}\u{C}\r", "\"\\u0001\\u001f\u{7F}\\t\\b\\f\\r\""),
    ]
  )
  func writesStrings(cell: String, expected: String) {
    #expect(json(cell, .string) == expected)
  }

  /// The eight-byte test must find each byte that needs an escape at each place of a word.
  @Test func findsEveryEscapeAtEveryPlace() {
    for (byte, count) in product(0..<128, [1, 7, 8, 9, 16, 17, 31, 33]) {
      for place in 0..<count {
        var text = Array(repeating: UInt8(ascii: "a"), count: count)
        text[place] = UInt8(byte)
        var expected: [UInt8] = []
        expected.appendJSONString(text.span)
        #expect(
          json(String(decoding: text, as: UTF8.self), .string)
            == String(decoding: expected, as: UTF8.self)
        )
      }
    }
  }

  private func product(_ bytes: Range<Int>, _ counts: [Int]) -> [(Int, Int)] {
    bytes.flatMap { byte in counts.map { (byte, $0) } }
  }

  @Test func writesStringsOfEveryLength() {
    for count in 0...70 {
      let text = String((0..<count).map { Character(UnicodeScalar(UInt8(48 + $0))) })
        .replacing("\\", with: "|")
      #expect(json(text, .string) == "\"\(text)\"")
    }
  }

  @Test(
    arguments: [
      ("2026-01-01 00:00:07", .timestamp, "2026-01-01T00:00:07"),
      ("2026-01-01 00:00:07.123456", .timestamp, "2026-01-01T00:00:07.123456"),
      ("infinity", .timestamp, "infinity"),
      ("0044-03-15 12:00:00 BC", .timestamp, "0044-03-15T12:00:00 BC"),
      ("2026-01-01 00:00:07+00", .timestampWithTimeZone, "2026-01-01T00:00:07+00:00"),
      ("2026-01-01 00:00:07.5-03", .timestampWithTimeZone, "2026-01-01T00:00:07.5-03:00"),
      (
        "2026-01-01 00:00:07.123456+14", .timestampWithTimeZone,
        "2026-01-01T00:00:07.123456+14:00"
      ),
      ("12026-01-01 00:00:07+00", .timestampWithTimeZone, "12026-01-01T00:00:07+00:00"),
      ("2026-01-01 00:00:07+05:30", .timestampWithTimeZone, "2026-01-01T00:00:07+05:30"),
      ("1890-01-01 00:00:00+00:53:28", .timestampWithTimeZone, "1890-01-01T00:00:00+00:53:28"),
      ("0044-03-15 12:00:00+00 BC", .timestampWithTimeZone, "0044-03-15T12:00:00+00:00 BC"),
      ("-infinity", .timestampWithTimeZone, "-infinity"),
    ] as [(String, ValueEncoding, String)]
  )
  func writesTimes(cell: String, as encoding: ValueEncoding, expected: String) {
    #expect(json(cell, encoding) == "\"\(expected)\"")
  }
}
