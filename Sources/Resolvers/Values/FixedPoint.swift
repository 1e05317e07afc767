import Glibc

/// Numbers that were computed, as decimal text of so many places.
enum FixedPoint {
  /// Rounded to the nearest; nil for what is no number or has no room in 64 bits.
  static func text(_ value: Double?, places: Int) -> String? {
    guard let value, let units = units(value, places: places) else { return nil }
    var bytes: [UInt8] = []
    append(units, places: places, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The number in units of the last place, rounded to the nearest.
  static func units(_ value: Double, places: Int) -> Int? {
    let scaled = (value * powers[places]).rounded()
    return abs(scaled) < 9e18 ? Int(scaled) : nil
  }

  /// Appends the digits of a number in units of the last place.
  static func append(_ units: Int, places: Int, to bytes: inout [UInt8]) {
    if units < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = units.magnitude
    let start = bytes.count
    var written = 0
    // From the last digit on, then turned round.
    repeat {
      if written == places, places > 0 { bytes.append(UInt8(ascii: ".")) }
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
      written += 1
    } while rest > 0 || written <= places
    bytes[start...].reverse()
  }

  private static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]
}
