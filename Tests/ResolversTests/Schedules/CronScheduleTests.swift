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

  /// In Cairo clocks went from 23:59 on 27 April 2023 to 01:00, and in Apia from 29 December 2011 to the 31st.
  @Test(
    arguments: [
      ("30 0 * * *", "2023-04-27 23:59", "2023-04-28 01:00", true),
      ("30 1 * * *", "2023-04-27 23:59", "2023-04-28 01:00", false),
      ("0 12 30 12 *", "2011-12-29 23:59", "2011-12-31 00:00", true),
      ("0 12 29 12 *", "2011-12-29 23:59", "2011-12-31 00:00", false),
      ("0 12 29 12 *", "2011-12-29 23:59", "2011-12-30 00:00", false),
    ] as [(String, String, String, Bool)]
  )
  func comesAfterAMidnightThatIsLeftOut(
    schedule: String,
    before: String,
    after: String,
    isDue: Bool
  ) throws {
    let found = try CronSchedule(schedule).isDue(at: try minute(after), after: try minute(before))
    #expect(found == isDue)
  }

  /// In New York they go from 01:59 back to 01:00 on 1 November 2026.
  @Test func doesNotComeTwiceInAnHourThatComesTwice() throws {
    let fixed = try CronSchedule("30 1 * * *")
    #expect(fixed.isDue(at: try minute("2026-11-01 01:30"), after: try minute("2026-11-01 01:29")))
    #expect(!fixed.isDue(at: try minute("2026-11-01 01:30"), after: try minute("2026-11-01 01:59")))
    let often = try CronSchedule("*/30 * * * *")
    #expect(often.isDue(at: try minute("2026-11-01 01:30"), after: try minute("2026-11-01 01:59")))
  }
}
