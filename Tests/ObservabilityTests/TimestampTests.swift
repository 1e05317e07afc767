import Observability
import Testing

struct TimestampTests {
  @Test(
    arguments: [
      (0, 0, "1970-01-01T00:00:00.000+0000"),
      (951_782_399, 999, "2000-02-28T23:59:59.999+0000"),
      (951_868_799, 1, "2000-02-29T23:59:59.001+0000"),
      (4_107_542_400, 0, "2100-03-01T00:00:00.000+0000"),
      (-1, 0, "1969-12-31T23:59:59.000+0000"),
    ]
  )
  func isWrittenInUTC(seconds: Int, milliseconds: Int, text: String) {
    let time = Timestamp(secondsSinceEpoch: seconds, milliseconds: milliseconds)
    #expect(time.description == text)
  }
}
