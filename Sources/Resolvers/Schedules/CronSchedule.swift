/// When something recurs: cron's five fields, minute, hour, day of the month, month, day of the week.
///
/// A field is `*`, numbers, ranges, lists and steps; months and days of the week may be named; 7 is
/// Sunday as 0 is. Where both days are restricted, one of them is enough, as in every cron.
package struct CronSchedule: Hashable, Sendable {
  /// A minute by some zone's clocks.
  package struct Minute: Hashable, Sendable, Comparable {
    package var date: CivilDate
    /// Since midnight.
    package var minute: Int

    package init(date: CivilDate, minute: Int) {
      self.date = date
      self.minute = minute
    }

    package static func < (left: Minute, right: Minute) -> Bool {
      (left.date, left.minute) < (right.date, right.minute)
    }
  }

  /// What is wrong with the text of a schedule.
  package struct Defect: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  private var minutes: Set<Int>
  private var hours: Set<Int>
  private var days: Set<Int>
  private var months: Set<Int>
  private var weekdays: Set<Int>
  private var restrictsDays: Bool
  private var restrictsWeekdays: Bool
  /// Whether it is meant by the hour of the clock, and not at intervals.
  private var hasFixedHours: Bool

  package init(_ text: String) throws(Defect) {
    let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    guard fields.count == 5 else {
      throw Defect(description: "a schedule has five fields, and '\(text)' has \(fields.count)")
    }
    minutes = try Self.values(fields[0], 0...59, [], "minute")
    hours = try Self.values(fields[1], 0...23, [], "hour")
    days = try Self.values(fields[2], 1...31, [], "day of the month")
    months = try Self.values(fields[3], 1...12, Self.monthNames, "month")
    weekdays = try Self.values(fields[4], 0...7, Self.weekdayNames, "day of the week")
    if weekdays.contains(7) { weekdays.insert(0) }
    restrictsDays = !fields[2].hasPrefix("*")
    restrictsWeekdays = !fields[4].hasPrefix("*")
    hasFixedHours = !fields[1].hasPrefix("*")
  }

  private static let monthNames = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  private static func values(
    _ field: String,
    _ range: ClosedRange<Int>,
    _ names: [String],
    _ what: String
  ) throws(Defect) -> Set<Int> {
    var values: Set<Int> = []
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let step = halves.count > 1 ? Int(halves[1]) : 1
      let bounds: ClosedRange<Int>?
      if halves[0] == "*" {
        bounds = range
      } else {
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
          .map { number($0, range, names) }
        let first = ends.first ?? nil
        // `5/10` is from five on.
        let last = ends.count == 1 && halves.count > 1 ? range.upperBound : ends.last ?? nil
        if let first, let last, ends.count <= 2, first <= last {
          bounds = first...last
        } else {
          bounds = nil
        }
      }
      guard let bounds, let step, step > 0 else {
        throw Defect(
          description: "'\(field)' is no \(what): it goes from \(range.lowerBound) to "
            + "\(range.upperBound), with lists, ranges and steps"
        )
      }
      for value in stride(from: bounds.lowerBound, through: bounds.upperBound, by: step) {
        values.insert(value)
      }
    }
    return values
  }

  private static func number(
    _ text: Substring,
    _ range: ClosedRange<Int>,
    _ names: [String]
  ) -> Int? {
    if let place = names.firstIndex(of: text.lowercased()) { return range.lowerBound + place }
    guard let number = Int(text), range.contains(number) else { return nil }
    return number
  }

  /// Whether it names a minute of the clock.
  package func matches(_ minute: Minute) -> Bool {
    guard minutes.contains(minute.minute % 60), hours.contains(minute.minute / 60),
      months.contains(minute.date.month)
    else { return false }
    let isDay = days.contains(minute.date.day)
    let isWeekday = weekdays.contains(minute.date.weekday)
    if restrictsDays && restrictsWeekdays { return isDay || isWeekday }
    return isDay && isWeekday
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
    guard minute.date == latest.date, minute.minute > latest.minute + 1 else { return false }
    return ((latest.minute + 1)..<minute.minute).contains {
      matches(Minute(date: minute.date, minute: $0))
    }
  }
}

extension CivilDate {
  /// Sunday is 0.
  package var weekday: Int { ((daysSince1970 + 4) % 7 + 7) % 7 }
}
