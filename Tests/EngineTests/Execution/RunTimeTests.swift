import Testing

@testable import Engine

@Suite struct RunTimeTests {
  @Test func isQuickOnceARunWas() {
    var time = RunTime()
    #expect(!time.isQuick)
    time.note(.milliseconds(40), asQuick: false)
    #expect(!time.isQuick)
    time.note(.microseconds(80), asQuick: false)
    #expect(time.isQuick)
  }

  @Test func staysQuickWhereTheQuickWayIsNoWorse() {
    var time = RunTime()
    time.note(.microseconds(80), asQuick: false)
    for run in 0..<1000 {
      time.note(run % 3 == 0 ? .microseconds(100) : .milliseconds(30), asQuick: true)
      #expect(time.isQuick)
    }
  }

  @Test func comesBackAtOnceFromASlowStatement() {
    var time = RunTime()
    time.note(.microseconds(80), asQuick: false)
    for _ in 0..<3 { time.note(.milliseconds(300), asQuick: true) }
    #expect(!time.isQuick)
    // What was on its way then says no more about it.
    time.note(.microseconds(10), asQuick: true)
    #expect(!time.isQuick)
  }

  @Test func comesBackFromWhatIsSlowerThere() {
    var time = RunTime()
    time.note(.microseconds(400), asQuick: false)
    for _ in 0..<16 { time.note(.microseconds(700), asQuick: true) }
    #expect(!time.isQuick)
  }

  @Test func waitsLongerForEachFurtherTry() {
    var time = RunTime()
    var tries: [Int] = []
    for run in 0..<1000 {
      if time.isQuick {
        tries.append(run)
        for _ in 0..<3 { time.note(.milliseconds(300), asQuick: true) }
      }
      time.note(.microseconds(80), asQuick: false)
    }
    #expect(tries == [1, 65, 193, 449, 961])
  }
}
