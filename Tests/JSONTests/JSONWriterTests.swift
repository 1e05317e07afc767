import JSON
import Testing

@Suite struct JSONWriterTests {
  @Test func writesNestedValues() {
    var json = JSONWriter()
    json.beginObject()
    json.key("a")
    json.int(-42)
    json.key("b\n")
    json.beginArray()
    json.string("x\"\\\n\u{1}\u{1F}é")
    json.null()
    json.bool(true)
    json.raw(Array("1.10".utf8).span)
    json.endArray()
    json.endObject()
    #expect(
      String(decoding: json.finish(), as: UTF8.self)
        == #"{"a":-42,"b\n":["x\"\\\n\u0001\u001fé",null,true,1.10]}"#
    )
  }

  @Test func appendsToWhatTheBufferHolds() {
    var json = JSONWriter(appendingTo: Array(">".utf8))
    json.value(["a": [], "b": [:]])
    #expect(String(decoding: json.finish(), as: UTF8.self) == #">{"a":[],"b":{}}"#)
  }

  @Test func roundTripsAValue() throws {
    let text = #"{"z":[1,{"k":"é😀"}],"a":null,"n":0.10}"#
    #expect(try JSONValue(parsing: text).text == text)
  }
}
