import Metadata
import Testing

@testable import Resolvers

struct CronScheduleTests {
  private func minute(_ text: String) throws -> CronSchedule.Minute {
    try #require(CronSchedule.Minute(text))
  }

  @Test(
    arguments: [
      ("* * * * *", "2026-03-07 02:31", true),
      ("30 2 * * *", "2026-03-07 02:30", true),
      ("30 2 * * *", "2026-03-07 02:31", false),
      ("*/15 9-16 * * mon-fri", "2026-03-06 16:45", true),
      ("*/15 9-16 * * mon-fri", "2026-03-07 10:15", false),
      ("0 0 * * 7", "2026-03-08 00:00", true),
      ("0 0 * * 0", "2026-03-08 00:00", true),
      ("0 0 13 * 5", "2026-03-13 00:00", true),
      ("0 0 13 * 5", "2026-03-06 00:00", true),
      ("0 0 13 * 5", "2026-03-12 00:00", false),
      ("5/20 * * jan,mar *", "2026-03-12 07:45", true),
      ("0 12 29 2 *", "2028-02-29 12:00", true),
    ] as [(String, String, Bool)]
  )
  func names(schedule: String, time: String, isDue: Bool) throws {
    #expect(try CronSchedule(schedule).matches(try minute(time)) == isDue)
  }

  @Test(
    arguments: [
      "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
      "* * * * 8", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,,2 * * * *", "1-2-3 * * * *",
      "*/x * * * *", "-1 * * * *",
    ]
  )
  func refuses(schedule: String) {
    #expect(throws: CronSchedule.Defect.self) { try CronSchedule(schedule) }
  }

  /// In New York clocks go from 01:59 to 03:00 on 8 March 2026.
  @Test func comesAfterAnHourThatIsLeftOut() throws {
    let schedule = try CronSchedule("30 2 * * *")
    #expect(
      schedule.isDue(at: try minute("2026-03-08 03:00"), after: try minute("2026-03-08 01:59"))
    )
    #expect(
      !schedule.isDue(at: try minute("2026-03-08 03:01"), after: try minute("2026-03-08 03:00"))
    )
  }

  /// And from 01:59 back to 01:00 on 1 November.
  @Test func doesNotComeTwiceInAnHourThatComesTwice() throws {
    let fixed = try CronSchedule("30 1 * * *")
    #expect(fixed.isDue(at: try minute("2026-11-01 01:30"), after: try minute("2026-11-01 01:29")))
    #expect(!fixed.isDue(at: try minute("2026-11-01 01:30"), after: try minute("2026-11-01 01:59")))
    let often = try CronSchedule("*/30 * * * *")
    #expect(often.isDue(at: try minute("2026-11-01 01:30"), after: try minute("2026-11-01 01:59")))
  }
}
