package import JSON

/// A moment, to the nanosecond, that a document wrote as ISO 8601 text or as seconds since 1970.
package struct Timestamp: Hashable, Sendable, Comparable {
  /// Since 1970-01-01 00:00:00 UTC, rounded down.
  package let seconds: Int
  package let nanoseconds: Int

  /// Years 0001 to 9999.
  private static let range = -62_135_596_800...253_402_300_799

  package init?(seconds: Int, nanoseconds: Int = 0) {
    guard Self.range.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
      return nil
    }
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// `2013-10-08T20:00:00Z`, `2013-10-08 20:00:00`, `2019-06-12T22:47:07.99658+02:00`,
  /// `2013-10-08`; without an offset it is UTC.
  package init?(_ text: String) {
    var scanner = TimestampScanner(text)
    guard let (seconds, nanoseconds) = scanner.scan() else { return nil }
    self.init(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// ISO text, or seconds since 1970 as a number or a string of one; a fraction is cut to
  /// nanoseconds.
  package init?(_ value: JSONValue?) {
    switch value {
    case .string(let text):
      guard let time = Timestamp(text) ?? Timestamp(epoch: text) else { return nil }
      self = time
    case .number(let number): self.init(epoch: number.text)
    default: return nil
    }
  }

  private init?(epoch text: String) {
    guard let number = ExactDecimal(text) else { return nil }
    let parts = number.description.split(separator: ".")
    guard !number.isNegative, let seconds = parts.first.flatMap({ Int($0) }) else { return nil }
    let fraction = parts.count > 1 ? String(parts[1].prefix(9)) : ""
    let padded = fraction + String(repeating: "0", count: 9 - fraction.count)
    guard let nanoseconds = Int(padded) else { return nil }
    self.init(seconds: seconds, nanoseconds: nanoseconds)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }

  /// The day in UTC: `2013-10-08`.
  package var date: CivilDate {
    CivilDate(daysSince1970: seconds.floorDivided(by: 86_400))
  }
}

extension Timestamp: CustomStringConvertible {
  /// As PostgreSQL reads it whatever its time zone is: `2013-10-08 20:00:00.5+00`.
  package var description: String {
    let second = seconds - seconds.floorDivided(by: 86_400) * 86_400
    let time = [second / 3600, second / 60 % 60, second % 60].map(twoDigits).joined(separator: ":")
    var fraction = ""
    if nanoseconds > 0 {
      let text = String(nanoseconds)
      fraction = "." + String(repeating: "0", count: 9 - text.count) + text
      while fraction.hasSuffix("0") { fraction.removeLast() }
    }
    return "\(date) \(time)\(fraction)+00"
  }
}

/// A day of the Gregorian calendar.
package struct CivilDate: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let year: Int
  package let month: Int
  package let day: Int

  /// Nil where the calendar has no such day.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilDate.days(in: month, of: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// `2000-03-01`, or the American `3/1/2000`.
  package init?(_ text: some StringProtocol) {
    let isISO = text.contains("-")
    let parts = text.split(separator: isISO ? "-" : "/", omittingEmptySubsequences: false)
    guard parts.count == 3, let first = Int(parts[0]), let second = Int(parts[1]),
      let third = Int(parts[2])
    else { return nil }
    if isISO {
      self.init(year: first, month: second, day: third)
    } else {
      self.init(year: third, month: first, day: second)
    }
  }

  /// Counts in years that begin in March, so that the leap day is the last.
  package init(daysSince1970 days: Int) {
    let shifted = days + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  package var daysSince1970: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.floorDivided(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return switch month {
    case 2: isLeap ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  package var description: String {
    let year = String(year)
    let padding = String(repeating: "0", count: 4 - year.count)
    return "\(padding)\(year)-\(twoDigits(month))-\(twoDigits(day))"
  }
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

extension Int {
  func floorDivided(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
