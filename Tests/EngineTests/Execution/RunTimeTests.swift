import Testing

@testable import Engine

@Suite struct RunTimeTests {
  @Test func isBriefByItsFastestRun() {
    var time = RunTime()
    #expect(!time.isBrief)
    time.note(.milliseconds(40))
    #expect(!time.isBrief)
    time.note(.microseconds(80))
    #expect(time.isBrief)
    time.note(.milliseconds(40))
    #expect(time.isBrief)
  }

  @Test func noticesThatItHasBecomeSlow() {
    var time = RunTime()
    time.note(.microseconds(500))
    for _ in 0..<200 { time.note(.milliseconds(50)) }
    #expect(!time.isBrief)
  }
}
