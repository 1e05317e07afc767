/// The days on which a market is open.
package struct ExchangeCalendar: Sendable {
  package enum Kind: Sendable {
    /// New York: no weekends, no holidays of the exchanges there.
    case newYork
    case weekdays
    case everyDay
  }

  private let kind: Kind

  package init(_ kind: Kind) {
    self.kind = kind
  }

  /// Of a symbol, by its exchange and class.
  init(exchange: String?, assetClass: String) {
    if assetClass == "crypto" {
      kind = .everyDay
    } else if let exchange {
      let newYork = ["XNYS", "XNAS", "ARCX", "BATS", "XASE", "IEXG", "EDGX"]
      kind = newYork.contains(exchange) ? .newYork : .weekdays
    } else {
      kind = .newYork
    }
  }

  package func isOpen(_ day: Int) -> Bool {
    if kind == .everyDay { return true }
    let date = CivilDate(daysSince1970: day)
    guard (1...5).contains(date.weekday) else { return false }
    return kind == .weekdays || !Self.isHoliday(date, day)
  }

  /// How many days are open from one to another, both included.
  package func openDays(_ range: ClosedRange<Int>) -> Int {
    range.reduce(0) { $0 + (isOpen($1) ? 1 : 0) }
  }

  // MARK: - New York

  /// Days on which the exchanges were closed although no rule says so.
  private static let closures: Set<String> = [
    "1994-04-27", "2001-09-11", "2001-09-12", "2001-09-13", "2001-09-14", "2004-06-11",
    "2007-01-02", "2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09",
  ]

  private static func isHoliday(_ date: CivilDate, _ day: Int) -> Bool {
    if closures.contains(date.description) { return true }
    let (month, dayOfMonth, weekday) = (date.month, date.day, date.weekday)
    func isFixed(_ holidayMonth: Int, _ holiday: Int) -> Bool {
      if month == holidayMonth && dayOfMonth == holiday { return true }
      // On a Sunday it is observed on Monday, on a Saturday on Friday.
      if weekday == 1 && month == holidayMonth && dayOfMonth == holiday + 1 { return true }
      return weekday == 5 && month == holidayMonth && dayOfMonth == holiday - 1
    }
    switch month {
    case 1:
      // The Friday before is in the old year, where the exchanges do not observe it.
      if dayOfMonth == 1 || (dayOfMonth == 2 && weekday == 1) { return true }
      return date.year >= 1998 && weekday == 1 && (15...21).contains(dayOfMonth)
    case 2: return weekday == 1 && (15...21).contains(dayOfMonth)
    case 3, 4: return day == easter(date.year) - 2
    case 5: return weekday == 1 && dayOfMonth >= 25
    case 6: return date.year >= 2022 && isFixed(6, 19)
    case 7: return isFixed(7, 4)
    case 9: return weekday == 1 && dayOfMonth <= 7
    case 11: return weekday == 4 && (22...28).contains(dayOfMonth)
    case 12: return isFixed(12, 25)
    default: return false
    }
  }

  /// Easter Sunday, by the anonymous Gregorian computation.
  private static func easter(_ year: Int) -> Int {
    let a = year % 19
    let b = year / 100
    let c = year % 100
    let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30
    let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7
    let f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114
    return CivilDate(year: year, month: f / 31, day: f % 31 + 1)?.daysSince1970 ?? 0
  }
}
