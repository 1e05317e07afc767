import Metadata
import Testing

struct CronScheduleTests {
  /// 2026-11-26 20:07:30 UTC, a Thursday.
  private static let now = 1_795_723_650

  @Test(
    arguments: [
      ("* * * * *", 1_795_723_680),
      ("*/15 * * * *", 1_795_724_100),
      ("0 0 * * *", 1_795_737_600),
      ("30 22 * * 1-5", 1_795_732_200),
      ("0 12 29 2 *", 1_835_438_400),
      ("0 0 1,15 * *", 1_796_083_200),
      // Where both days are restricted, one of them is enough.
      ("0 0 13 * 5", 1_795_737_600),
      ("0 0 * * 7", 1_795_910_400),
      ("0 9 * jan mon", 1_799_053_200),
      ("@hourly", 1_795_726_800),
    ]
  )
  func tellsTheNextTime(text: String, expected: Int) throws {
    #expect(try CronSchedule(text).next(after: Self.now) == expected)
  }

  @Test func findsNoTimeWhereThereIsNone() throws {
    #expect(try CronSchedule("0 0 30 2 *").next(after: Self.now) == nil)
  }

  @Test(arguments: [
    "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
    "* * * * 8", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,,2 * * * *", "-1 * * * *",
    "1/2/3 * * * *",
  ])
  func refuses(text: String) {
    #expect(throws: CronSchedule.Defect.self) { try CronSchedule(text) }
  }
}
