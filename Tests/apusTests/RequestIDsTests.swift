import Testing

@testable import apus

struct RequestIDsTests {
  @Test func makesVersionFourUUIDsThatDiffer() throws {
    let ids = RequestIDs()
    let made = (0..<1000).map { _ in ids.id(given: nil) }
    #expect(Set(made).count == 1000)
    let form = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
    #expect(made.allSatisfy { $0.wholeMatch(of: form) != nil })
  }

  @Test func keepsTheClientsID() {
    #expect(RequestIDs().id(given: "trace-1/2") == "trace-1/2")
  }

  @Test(arguments: ["", "a b", "é", "a\r\nset-cookie: x", String(repeating: "x", count: 129)])
  func replacesAnIDThatIsNotFitToBeRepeated(given: String) {
    #expect(RequestIDs().id(given: given) != given)
  }
}
