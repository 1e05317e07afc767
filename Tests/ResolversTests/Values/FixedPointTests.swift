import Testing

@testable import Resolvers

struct FixedPointTests {
  @Test(
    arguments: [
      (0, 0, "0"), (0, 2, "0.00"), (7, 0, "7"), (0.05, 2, "0.05"), (-0.05, 2, "-0.05"),
      (-0.001, 2, "0.00"), (1.005, 1, "1.0"), (99.999, 2, "100.00"), (-12.5, 0, "-13"),
      (123_456.789, 6, "123456.789000"), (1e17, 0, "100000000000000000"), (1e18, 6, nil),
      (.nan, 2, nil), (.infinity, 0, nil),
    ] as [(Double, Int, String?)]
  )
  func writesSoManyPlaces(value: Double, places: Int, text: String?) {
    #expect(FixedPoint.text(value, places: places) == text)
    var rows = CopyText()
    rows.append("a\tb")
    rows.append(value, places: places)
    rows.endRow()
    #expect(rows.bytes == Array("a\\tb\t\(text ?? "\\N")\n".utf8))
  }
}
