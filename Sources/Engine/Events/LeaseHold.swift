/// Until when a lease is a server's, by what the database has answered.
///
/// Synchronous and without a clock; times are in milliseconds of one that never goes back.
struct LeaseHold {
  private var end: UInt64 = 0

  /// How long a lease is held without being taken anew: not longer than ``Lease`` says in the database.
  private static let duration: UInt64 = 5_000

  /// That the database does not answer takes nothing away before the time is over.
  func isHeld(at now: UInt64) -> Bool { now < end }

  /// Notes an answer to what was asked at a time.
  mutating func note(_ answer: Lease.Answer, askedAt time: UInt64) {
    switch answer {
    case .held: end = time + Self.duration
    case .lost: end = 0
    case .unknown: break
    }
  }
}
