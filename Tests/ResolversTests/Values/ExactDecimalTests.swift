import Resolvers
import Testing

struct ExactDecimalTests {
  @Test(
    arguments: [
      ("0", "0"), ("-0.00", "0.00"), ("007.50", "7.50"), ("-.5", "-0.5"), ("12.", "12"),
      ("1E-05", "0.00001"), ("1.5E+07", "15000000"), ("-2.50e1", "-25.0"),
      ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
    ]
  )
  func keepsEveryDigit(text: String, expected: String) {
    #expect(ExactDecimal(text)?.description == expected)
  }

  @Test(
    arguments: [
      "", "-", ".", "1.2.3", "1e", "1e401", "1e99999999999999999999", "1e-9223372036854775808",
      "0x10", "1 ",
    ]
  )
  func refusesWhatIsNoNumber(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test(
    arguments: [
      ("34.900%", "0.34900"), ("-$468.54", "-468.54"), ("$-3.44", "-3.44"), ("4.49 %", "0.0449"),
      ("€1,234.50", "1234.50"), ("$1200000000.00", "1200000000.00"), ("57%", "0.57"),
      ("0.005%", "0.00005"), ("\u{2212}1%", "-0.01"), ("424.375%", "4.24375"), ("19", "19"),
    ]
  )
  func readsNumbersAsTheyAreShown(text: String, expected: String) {
    #expect(ExactDecimal(displayed: text)?.description == expected)
  }

  @Test(arguments: ["", "N/A", "NaN", "∞", "12 shares", "%", "1-2"])
  func findsNoNumber(text: String) {
    #expect(ExactDecimal(displayed: text) == nil)
  }

  @Test(
    arguments: [
      ("1", "2.50", "3.50"), ("-1", "2.5", "1.5"), ("1", "-2.5", "-1.5"), ("0.1", "0.2", "0.3"),
      ("999.99", "0.01", "1000.00"), ("5", "-5", "0"), ("-0.005", "-0.995", "-1.000"),
      ("100000000000000000000", "-1", "99999999999999999999"),
    ]
  )
  func addsExactly(left: String, right: String, expected: String) throws {
    let sum = try #require(ExactDecimal(left)) + #require(ExactDecimal(right))
    #expect(sum.description == expected)
  }

  @Test(
    arguments: [
      ("999.994", true), ("999.995", false), ("999.985", true), ("1000", false),
      ("-1000", false), ("0.000001", true), ("99.99999", true), ("1e2", true), ("1e3", false),
    ]
  )
  func knowsWhatAColumnHolds(text: String, fits: Bool) throws {
    #expect(try #require(ExactDecimal(text)).fits(precision: 5, scale: 2) == fits)
  }
}
