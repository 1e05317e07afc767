/// What a server that does nothing knows of a lease.
///
/// Synchronous and without a clock; times are in milliseconds of one that never goes back.
struct LeaseWatch {
  private var state: Lease.State?
  private var nextLook: UInt64 = 0
  /// Whether what others have locked was looked for since the lease is as it is.
  private var knowsLocked = false

  /// From one look at the lease to the next.
  static let interval: UInt64 = 500

  func isDue(at now: UInt64) -> Bool { now >= nextLook }
  var isTaken: Bool { state == .taken }
  /// Whether somebody may have locked events who tells them no more: one that has ended, or was here before
  /// there were leases, or this server when it lost the lease.
  var wantsLocked: Bool {
    guard case .free(let former, _) = state, !knowsLocked else { return false }
    return former != .rested
  }

  /// Says whether somebody has had the lease meanwhile.
  mutating func note(_ new: Lease.State, at now: UInt64) -> Bool {
    nextLook = now + Self.interval
    guard new != state else { return false }
    state = new
    knowsLocked = false
    return true
  }

  /// Notes that this server lets the lease go, with nothing under way.
  mutating func noteRest(of holder: String) {
    state = .free(.itself, holder: holder)
    knowsLocked = true
  }

  /// Notes that there was nothing to do, nothing locked either where that is wanted.
  mutating func noteNothing() { knowsLocked = true }
}
