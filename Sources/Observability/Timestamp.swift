import Glibc

/// A moment as log lines write it, in UTC to the millisecond: `2026-05-04T03:02:01.000+0000`.
package struct Timestamp: Hashable, Sendable {
  package var secondsSinceEpoch: Int
  package var milliseconds: Int

  package init(secondsSinceEpoch: Int, milliseconds: Int = 0) {
    self.secondsSinceEpoch = secondsSinceEpoch
    self.milliseconds = milliseconds
  }

  package static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(secondsSinceEpoch: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
  }

  package var millisecondsSinceEpoch: Int { secondsSinceEpoch * 1000 + milliseconds }

  package func append(to bytes: inout [UInt8]) {
    appendSeconds(to: &bytes)
    appendMilliseconds(to: &bytes)
  }

  /// Appends the part that stays the same for a second.
  func appendSeconds(to bytes: inout [UInt8]) {
    let days = secondsSinceEpoch.floorDivided(by: 86_400)
    let second = secondsSinceEpoch - days * 86_400
    let date = Timestamp.civil(daysSinceEpoch: days)
    bytes.append(digits: date.year, width: 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: date.month, width: 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: date.day, width: 2)
    bytes.append(UInt8(ascii: "T"))
    bytes.append(digits: second / 3600, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: second / 60 % 60, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: second % 60, width: 2)
    bytes.append(UInt8(ascii: "."))
  }

  func appendMilliseconds(to bytes: inout [UInt8]) {
    bytes.append(digits: milliseconds, width: 3)
    bytes.append("+0000")
  }

  /// The proleptic Gregorian date, counted in years that begin in March so that leap days come last.
  private static func civil(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
    let daysPerEra = 146_097
    let shifted = daysSinceEpoch + 719_468
    let era = shifted.floorDivided(by: daysPerEra)
    let dayOfEra = shifted - era * daysPerEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension Timestamp: CustomStringConvertible {
  package var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Int {
  fileprivate func floorDivided(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
