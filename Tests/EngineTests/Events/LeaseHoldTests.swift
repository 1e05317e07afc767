import Testing

@testable import Engine

@Suite struct LeaseHoldTests {
  @Test func holdsOnForFiveSecondsWithoutAnAnswer() {
    var hold = LeaseHold()
    #expect(!hold.isHeld(at: 0))
    hold.note(.held(after: .itself), askedAt: 1_000)
    hold.note(.unknown, askedAt: 2_000)
    #expect(hold.isHeld(at: 5_999))
    #expect(!hold.isHeld(at: 6_000))
    hold.note(.held(after: .itself), askedAt: 6_500)
    #expect(hold.isHeld(at: 7_000))
    hold.note(.lost, askedAt: 7_500)
    #expect(!hold.isHeld(at: 7_500))
  }

  @Test func goesOnOnlyWhereNobodyHadItSinceTheRest() {
    var hold = LeaseHold()
    var goesOn = hold.goesOn(after: .itself)
    #expect(!goesOn)
    hold.rest()
    goesOn = hold.goesOn(after: .itself)
    #expect(goesOn)
    // It was not let go since: the time was over.
    goesOn = hold.goesOn(after: .itself)
    #expect(!goesOn)
    hold.rest()
    goesOn = hold.goesOn(after: .rested)
    #expect(!goesOn)
    hold.rest()
    hold.note(.lost, askedAt: 1_000)
    goesOn = hold.goesOn(after: .itself)
    #expect(!goesOn)
  }
}
