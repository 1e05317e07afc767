import Testing

@testable import Engine

@Suite struct RefreshPaceTests {
  @Test func refreshesAtOnceWhereItIsQuiet() {
    var pace = RefreshPace(interval: 1000, isDriven: true)
    #expect(pace.changed(5) == .refresh)
    pace.started(5)
    #expect(pace.finished(8) == .none)
    #expect(pace.elapsed(9) == .none)
    #expect(pace.changed(200) == .refresh)
  }

  @Test func makesOneRefreshOfWhatComesDuringAnother() {
    var pace = RefreshPace(interval: 1000, isDriven: true)
    #expect(pace.changed(5) == .refresh)
    pace.started(5)
    #expect(pace.changed(6) == .none)
    #expect(pace.changed(7) == .none)
    #expect(pace.finished(8) == .refresh)
    pace.started(8)
    #expect(pace.finished(9) == .none)
  }

  /// Writing without end: in ten seconds about as many refreshes as intervals, and the last change
  /// is seen.
  @Test func comesToOneRefreshAnInterval() {
    var pace = RefreshPace(interval: 1000, isDriven: true)
    var refreshes: [UInt64] = []
    var wait: UInt64?
    var finish: UInt64?
    func follow(_ action: RefreshPace.Action, _ now: UInt64) {
      switch action {
      case .none: break
      case .wait(let time): wait = time
      case .refresh:
        refreshes.append(now)
        pace.started(now)
        finish = now + 2
      }
    }
    for now in UInt64(0)..<12_000 {
      if finish == now {
        finish = nil
        follow(pace.finished(now), now)
      }
      if wait == now {
        wait = nil
        follow(pace.elapsed(now), now)
      }
      if now < 10_000 { follow(pace.changed(now), now) }
    }
    #expect(refreshes.count < 20)
    #expect(refreshes.filter { $0 >= 3_000 && $0 < 10_000 }.count <= 7)
    #expect(refreshes.contains { $0 >= 10_000 })
  }

  @Test func followsChangesThatLeaveTimeBetweenThem() {
    var pace = RefreshPace(interval: 1000, isDriven: true)
    for now in stride(from: UInt64(0), to: 2_000, by: 25) {
      #expect(pace.changed(now) == .refresh)
      pace.started(now)
      #expect(pace.finished(now + 4) == .none)
    }
  }

  @Test func goesByTheClockWhereChangesAreNotTold() {
    var pace = RefreshPace(interval: 100, isDriven: false)
    pace.started(10)
    #expect(pace.finished(15) == .wait(until: 110))
    #expect(pace.elapsed(110) == .refresh)
    pace.started(112)
    #expect(pace.finished(300) == .refresh)
  }

  @Test func looksOnceWhenChangesBeginToBeTold() {
    var pace = RefreshPace(interval: 100, isDriven: false)
    pace.started(10)
    #expect(pace.finished(15) == .wait(until: 110))
    #expect(pace.drive(true, 20) == .refresh)
    pace.started(20)
    #expect(pace.finished(25) == .none)
    #expect(pace.elapsed(110) == .none)
    #expect(pace.drive(true, 120) == .none)
    #expect(pace.drive(false, 130) == .refresh)
  }
}
