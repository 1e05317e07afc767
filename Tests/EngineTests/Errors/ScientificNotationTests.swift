import Testing

@testable import Engine

@Suite struct ScientificNotationTests {
  @Test(
    arguments: [
      ("2147483648", "2.147483648e9"), ("1.5", "1.5"), ("100", "100.0"), ("-1E+9", "-1.0e9"),
      ("1e-999999", "1.0e-999999"), ("0e5", "0.0"),
    ]
  )
  func showsANumberAsHasuraDoes(number: String, text: String) {
    #expect(ScientificNotation(number)?.text == text)
  }

  @Test(arguments: ["1e1000000", "1e-9223372036854775808", "1e99999999999999999999", "e5", "x"])
  func leavesOthersAsTheyAre(number: String) {
    #expect(ScientificNotation(number)?.text == nil)
  }
}
