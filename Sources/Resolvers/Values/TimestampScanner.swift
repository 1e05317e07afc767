/// Reads ISO 8601 text into seconds and nanoseconds since 1970.
struct TimestampScanner {
  private var rest: ArraySlice<UInt8>

  init(_ text: String) {
    rest = Array(text.utf8)[...]
  }

  mutating func scan() -> (seconds: Int, nanoseconds: Int)? {
    guard let year = number(digits: 4), pass("-"), let month = number(digits: 2), pass("-"),
      let day = number(digits: 2), let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    let midnight = date.daysSince1970 * 86_400
    if rest.isEmpty { return (midnight, 0) }
    guard pass("T") || pass(" "), let hour = number(digits: 2), hour < 24, pass(":"),
      let minute = number(digits: 2), minute < 60
    else { return nil }
    var second = 0
    if pass(":") {
      guard let number = number(digits: 2), number < 60 else { return nil }
      second = number
    }
    guard let nanoseconds = fraction(), let offset = offset(), rest.isEmpty else { return nil }
    return (midnight + hour * 3600 + minute * 60 + second - offset, nanoseconds)
  }

  private mutating func pass(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func digit() -> Int? {
    guard let byte = rest.first, byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") else {
      return nil
    }
    rest = rest.dropFirst()
    return Int(byte - UInt8(ascii: "0"))
  }

  private mutating func number(digits: Int) -> Int? {
    var number = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  /// Digits beyond the ninth are passed over.
  private mutating func fraction() -> Int? {
    guard pass(".") else { return 0 }
    guard let first = digit() else { return nil }
    var nanoseconds = first
    var count = 1
    while let digit = digit() {
      guard count < 9 else { continue }
      nanoseconds = nanoseconds * 10 + digit
      count += 1
    }
    for _ in count..<9 { nanoseconds *= 10 }
    return nanoseconds
  }

  /// Seconds east of UTC: `Z`, `+02:00`, `-0500`, `+02`, or nothing.
  private mutating func offset() -> Int? {
    if rest.isEmpty || pass("Z") { return 0 }
    let sign = pass("+") ? 1 : pass("-") ? -1 : 0
    guard sign != 0, let hours = number(digits: 2), hours < 24 else { return nil }
    if rest.isEmpty { return sign * hours * 3600 }
    _ = pass(":")
    guard let minutes = number(digits: 2), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
