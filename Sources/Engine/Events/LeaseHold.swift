/// Until when a lease is a server's, by what the database has answered.
///
/// Synchronous and without a clock; times are in milliseconds of one that never goes back.
struct LeaseHold {
  private var end: UInt64 = 0
  /// Whether it was let go, with nothing under way.
  private(set) var isResting = false

  /// How long a lease is held without being taken anew: not longer than ``Lease`` says in the database.
  private static let duration: UInt64 = 5_000
  /// After how long it is taken anew, so that a database that is slow for some seconds loses nobody their
  /// lease.
  static let renewal: UInt64 = 1_000

  /// That the database does not answer takes nothing away before the time is over.
  func isHeld(at now: UInt64) -> Bool { now < end }

  /// Notes an answer to what was asked at a time.
  mutating func note(_ answer: Lease.Answer, askedAt time: UInt64) {
    switch answer {
    case .held: end = time + Self.duration
    case .lost: lose()
    case .unknown: break
    }
  }

  /// It is not held any more, whatever was under way.
  mutating func lose() {
    end = 0
    isResting = false
  }

  /// It is let go, until there is something to do again.
  mutating func rest() {
    end = 0
    isResting = true
  }

  /// Goes on after a rest, if there was one, and says whether all is as it was left.
  mutating func goesOn(after former: Lease.Former) -> Bool {
    defer { isResting = false }
    return isResting && former == .itself
  }
}
