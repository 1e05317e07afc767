import Testing

@testable import HTTP

@Suite struct HTTPDateTests {
  @Test(arguments: [
    ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_480_000),
    ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200_000), ("0", nil), ("", nil),
    ("Wed, 32 Oct 2015 07:28:00 GMT", nil), ("Wed, 21 Okt 2015 07:28:00 GMT", nil),
    ("Wed, 21 Oct 2015 24:28:00 GMT", nil), ("Wed, 21 Oct 2015 07:28:00 CET", nil),
    ("Wed, 21 Oct -015 07:28:00 GMT", nil), ("Wednesday, 21-Oct-15 07:28:00 GMT", nil),
  ])
  func readsDates(text: String, milliseconds: Int?) {
    #expect(HTTPDate.milliseconds(text) == milliseconds)
  }
}
