import JSON
import Resolvers
import Testing

struct TimestampTests {
  @Test(
    arguments: [
      ("2013-10-08T20:00:00Z", "2013-10-08 20:00:00+00"),
      ("2026-02-06 14:30:07", "2026-02-06 14:30:07+00"),
      ("2019-06-12T22:47:07.99658Z", "2019-06-12 22:47:07.99658+00"),
      ("2024-02-29T23:30:00-05:00", "2024-03-01 04:30:00+00"),
      ("1969-12-31T23:59:59.5+0030", "1969-12-31 23:29:59.5+00"),
      ("2000-03-01", "2000-03-01 00:00:00+00"),
      ("0001-01-01T00:00:00Z", "0001-01-01 00:00:00+00"),
      ("2021-01-01T00:00:00.1234567891Z", "2021-01-01 00:00:00.123456789+00"),
      ("1381262400.25", "2013-10-08 20:00:00.25+00"),
    ]
  )
  func readsAMoment(text: String, expected: String) {
    #expect(Timestamp(.string(text))?.description == expected)
  }

  @Test(
    arguments: [
      "", "yesterday", "2023-02-29", "2013-10-08T24:00:00Z", "2013-10-08T20:61:00Z",
      "2013-10-08T20:00:00X", "2013-10-08T20:00:00Z ", "1e300", "-5",
    ]
  )
  func refusesWhatIsNoMoment(text: String) {
    #expect(Timestamp(.string(text)) == nil)
  }

  @Test(
    arguments: [
      ("2000-03-01", "2000-03-01"), ("1/4/1999", "1999-01-04"), ("12/31/2018", "2018-12-31"),
      ("2/30/2018", nil), ("2018-13-01", nil), ("20180101", nil),
    ] as [(String, String?)]
  )
  func readsADay(text: String, expected: String?) {
    #expect(CivilDate(text)?.description == expected)
  }
}
