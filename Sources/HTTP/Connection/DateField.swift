import Glibc

/// The `date` field of answers, made anew once a second.
struct DateField {
  private var second: UInt64 = .max
  /// The field with its line end.
  private(set) var bytes: [UInt8] = []
  /// The status line of most answers, and the field behind it.
  private(set) var okBytes: [UInt8] = []

  /// Brings the field up to a time of the loop's clock in milliseconds.
  mutating func update(_ milliseconds: UInt64) {
    guard milliseconds / 1000 != second else { return }
    second = milliseconds / 1000
    bytes = Array("date: \(Self.text(time(nil)))\r\n".utf8)
    okBytes = "HTTP/1.1 200 OK\r\n".utf8 + bytes
  }

  /// A time as HTTP writes it (RFC 9110, section 5.6.7), in English whatever the locale.
  static func text(_ time: time_t) -> String {
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var time = time
    var parts = tm()
    gmtime_r(&time, &parts)
    let date = "\(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
    let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    return "\(days[Int(parts.tm_wday)]), \(date) \(clock) GMT"
  }
}
