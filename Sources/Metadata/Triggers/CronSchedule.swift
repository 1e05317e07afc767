/// A cron expression: minute, hour, day of the month, month, day of the week.
///
/// A field is `*`, numbers, ranges, lists and steps; months and days of the week may be named; 7 is
/// Sunday as 0 is. Where both days are restricted, one of them is enough, as everywhere in the world of
/// cron.
package struct CronSchedule: Hashable, Sendable {
  /// What is wrong with the text of a schedule.
  package struct Defect: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  package let text: String
  private let minutes: UInt64
  private let hours: UInt64
  private let days: UInt64
  private let months: UInt64
  private let weekdays: UInt64
  private let restrictsDays: Bool
  private let restrictsWeekdays: Bool
  /// Whether it is meant by the hour of the clock, and not at intervals.
  package let hasFixedHours: Bool

  package init(_ text: String) throws(Defect) {
    let aliases = [
      "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
      "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
      "@hourly": "0 * * * *",
    ]
    let fields = (aliases[text] ?? text).split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard fields.count == 5 else {
      throw Defect(description: "a schedule has five fields, and '\(text)' has \(fields.count)")
    }
    self.text = text
    minutes = try Self.set(fields[0], 0...59, "minute")
    hours = try Self.set(fields[1], 0...23, "hour")
    days = try Self.set(fields[2], 1...31, "day of the month")
    months = try Self.set(fields[3], 1...12, "month", Self.months)
    let weekdays = try Self.set(fields[4], 0...7, "day of the week", Self.weekdays)
    // Sunday is 0 and 7.
    self.weekdays = weekdays >> 7 & 1 | weekdays
    restrictsDays = !fields[2].hasPrefix("*")
    restrictsWeekdays = !fields[4].hasPrefix("*")
    hasFixedHours = !fields[1].hasPrefix("*")
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  /// The numbers that a field names, as bits.
  private static func set(
    _ field: Substring,
    _ range: ClosedRange<Int>,
    _ what: String,
    _ names: [String] = []
  ) throws(Defect) -> UInt64 {
    guard let bits = bits(field, range, names) else {
      throw Defect(
        description: "'\(field)' is no \(what): it goes from \(range.lowerBound) to "
          + "\(range.upperBound), with lists, ranges and steps"
      )
    }
    return bits
  }

  private static func bits(
    _ field: Substring,
    _ range: ClosedRange<Int>,
    _ names: [String]
  ) -> UInt64? {
    func number(_ text: Substring) -> Int? {
      if let number = Int(text), text.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }) {
        return number
      }
      return names.firstIndex(of: text.lowercased()).map { $0 + (range.lowerBound == 1 ? 1 : 0) }
    }
    var bits: UInt64 = 0
    for item in field.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = item.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2, let base = parts.first else { return nil }
      var step = 1
      if parts.count == 2 {
        guard let given = number(parts[1]), given > 0 else { return nil }
        step = given
      }
      let bounds: ClosedRange<Int>
      if base == "*" {
        bounds = range
      } else {
        let ends = base.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let low = number(ends[0]), range.contains(low) else { return nil }
        if ends.count == 2 {
          guard let high = number(ends[1]), range.contains(high), low <= high else { return nil }
          bounds = low...high
        } else {
          bounds = parts.count == 2 ? low...range.upperBound : low...low
        }
      }
      for value in stride(from: bounds.lowerBound, through: bounds.upperBound, by: step) {
        bits |= 1 << UInt64(value)
      }
    }
    return bits
  }

  /// Whether it names a minute of a day; Sunday is the day 0 of the week.
  package func matches(minuteOfDay minute: Int, month: Int, day: Int, weekday: Int) -> Bool {
    minutes >> UInt64(minute % 60) & 1 == 1 && hours >> UInt64(minute / 60) & 1 == 1
      && months >> UInt64(month) & 1 == 1 && matches(day: day, weekday: weekday)
  }

  /// The first time by the clocks of UTC after a second since 1970, in such seconds; nil where there is
  /// none in eight years, as for the 30th of February.
  package func next(after seconds: Int) -> Int? {
    var minute = seconds / 60 + 1
    if seconds < 0 { minute -= 1 }
    let limit = minute + 8 * 366 * 1440
    while minute < limit {
      let day = minute.dividedDown(by: 1440)
      let date = CivilDate(daysSince1970: day)
      guard months >> UInt64(date.month) & 1 == 1 else {
        minute = date.startOfNextMonth * 1440
        continue
      }
      guard matches(date, day) else {
        minute = (day + 1) * 1440
        continue
      }
      let ofDay = minute - day * 1440
      let hour = ofDay / 60
      guard hours >> UInt64(hour) & 1 == 1 else {
        minute = day * 1440 + (hour + 1) * 60
        continue
      }
      if minutes >> UInt64(ofDay % 60) & 1 == 1 { return minute * 60 }
      minute += 1
    }
    return nil
  }

  private func matches(_ date: CivilDate, _ day: Int) -> Bool {
    // 1970-01-01 was a Thursday.
    matches(day: date.day, weekday: ((day + 4) % 7 + 7) % 7)
  }

  private func matches(day: Int, weekday: Int) -> Bool {
    let isDay = days >> UInt64(day) & 1 == 1
    let isWeekday = weekdays >> UInt64(weekday) & 1 == 1
    return restrictsDays && restrictsWeekdays ? isDay || isWeekday : isDay && isWeekday
  }
}

/// A day of the Gregorian calendar.
private struct CivilDate {
  let year: Int
  let month: Int
  let day: Int
  private let number: Int

  /// After Howard Hinnant's `civil_from_days`.
  init(daysSince1970 days: Int) {
    number = days
    let shifted = days + 719_468
    let era = shifted.dividedDown(by: 146_097)
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    day = ofYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var startOfNextMonth: Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return number + lengths[month - 1] - day + 1
  }
}

extension Int {
  fileprivate func dividedDown(by divisor: Int) -> Int {
    self >= 0 ? self / divisor : (self - divisor + 1) / divisor
  }
}

extension CronSchedule {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    let text = try cursor.string()
    do {
      self = try CronSchedule(text)
    } catch {
      throw cursor.failure("invalid cron expression: \(text)")
    }
  }
}
