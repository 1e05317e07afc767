import Metadata

/// Since when a server has known the schedules.
///
/// Synchronous and without a clock.
package struct ScheduleStarts {
  /// Where to begin with a schedule.
  package struct Start: Hashable, Sendable {
    /// The minute in which it was seen first, as PostgreSQL writes it.
    package var minute: String
    /// Whether it was there before the server started: then what was missed is made up for.
    package var isOld: Bool
  }

  /// What makes it another schedule.
  private struct Key: Hashable {
    var name: String
    var schedule: CronSchedule
    var timeZone: String

    init(_ call: ScheduledCall) {
      name = call.name
      schedule = call.schedule
      timeZone = call.timeZone
    }
  }

  private var starts: [Key: Start] = [:]
  private var hasLooked = false

  package init() {}

  /// Nil where it has not been seen yet.
  package subscript(call: ScheduledCall) -> Start? { starts[Key(call)] }

  /// Notes the schedules that there are in a minute, and forgets the others.
  package mutating func see(_ calls: [ScheduledCall], in minute: String) {
    let new = Start(minute: minute, isOld: !hasLooked)
    starts = Dictionary(
      calls.map { (Key($0), starts[Key($0)] ?? new) },
      uniquingKeysWith: { first, _ in first }
    )
    hasLooked = true
  }
}
