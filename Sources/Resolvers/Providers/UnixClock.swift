import Glibc

/// The time of day, where others count it from 1970.
enum UnixClock {
  static var now: Int { time(nil) }

  /// The day in New York, near enough: five hours behind UTC.
  static var today: CivilDate { CivilDate(daysSince1970: (now - 5 * 3600) / 86_400) }
}
