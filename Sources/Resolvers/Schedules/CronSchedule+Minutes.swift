package import Metadata

// Schedules by the clocks of a zone.
extension CronSchedule {
  /// A minute by some zone's clocks.
  package struct Minute: Hashable, Sendable, Comparable {
    package var date: CivilDate
    /// Since midnight.
    package var minute: Int

    package init(date: CivilDate, minute: Int) {
      self.date = date
      self.minute = minute
    }

    /// The number of minutes since the beginning of 1970.
    fileprivate init(count: Int) {
      let days = count.floorDivided(by: 1_440)
      date = CivilDate(daysSince1970: days)
      minute = count - days * 1_440
    }

    fileprivate var count: Int { date.daysSince1970 * 1_440 + minute }

    package static func < (left: Minute, right: Minute) -> Bool {
      (left.date, left.minute) < (right.date, right.minute)
    }
  }

  /// Whether it names a minute of the clock.
  package func matches(_ minute: Minute) -> Bool {
    matches(
      minuteOfDay: minute.minute,
      month: minute.date.month,
      day: minute.date.day,
      weekday: minute.date.weekday
    )
  }

  /// Whether it is time, at a minute that follows another one.
  ///
  /// `latest` is the latest minute that the clocks have shown before. When clocks are put back, what
  /// has a fixed hour does not come twice; when they are put forward, what would have come in the
  /// hour that is left out comes right after it.
  package func isDue(at minute: Minute, after latest: Minute?) -> Bool {
    guard let latest, hasFixedHours else { return matches(minute) }
    if minute <= latest { return false }
    if matches(minute) { return true }
    return ((latest.count + 1)..<minute.count).contains { matches(Minute(count: $0)) }
  }
}

extension CivilDate {
  /// Sunday is 0.
  package var weekday: Int { ((daysSince1970 + 4) % 7 + 7) % 7 }
}
