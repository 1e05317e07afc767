import Testing

@testable import apus

struct EventStreamTests {
  private func next(_ json: String) -> String {
    String(decoding: EventStream.next(Array(json.utf8)), as: UTF8.self)
  }

  @Test func writesAResultAsAnEvent() {
    #expect(next(#"{"data":1}"#) == "event: next\ndata: {\"data\":1}\n\n")
  }

  @Test func writesALineOfDataForEachLineOfJSON() {
    // A json column keeps the white space that it was written with.
    #expect(
      next("{\"data\":\n{\r\"a\":1}}")
        == "event: next\ndata: {\"data\":\ndata: {\ndata: \"a\":1}}\n\n"
    )
  }
}
