import Testing

@testable import PostgresClient

struct ParametersTests {
  @Test func keepsValuesInOrder() {
    var parameters = Parameters("a", nil, "", "é")
    parameters.append(text: [0x31, 0x32])
    parameters.append(text: [0x33].span)
    #expect(parameters.count == 6 && !parameters.containsNUL)
    var pointers = ParameterPointers()
    let values = pointers.with(parameters) { list in
      (0..<6).map { index in list[index].map { String(cString: $0) } }
    }
    #expect(values == ["a", nil, "", "é", "12", "3"])
  }

  @Test func takesMoreValuesThanEverBefore() {
    var parameters = Parameters()
    for number in 0..<1_000 { parameters.append(text: String(number)) }
    var pointers = ParameterPointers()
    let last = pointers.with(parameters) { list in list[999].map { String(cString: $0) } }
    #expect(last == "999")
    parameters.removeAll()
    #expect(parameters == Parameters())
  }
}
