import Glibc

/// Numbers that were computed, as decimal text of so many places.
enum FixedPoint {
  /// Rounded to the nearest; nil for what is no number or has no room in 64 bits.
  static func text(_ value: Double?, places: Int) -> String? {
    guard let value, value.isFinite else { return nil }
    let scaled = (value * powers[places]).rounded()
    guard abs(scaled) < 9e18 else { return nil }
    let whole = Int(scaled)
    let power = Int(powers[places])
    let fraction = String(whole.magnitude % power.magnitude)
    if places == 0 { return String(whole) }
    let digits = String(repeating: "0", count: places - fraction.utf8.count) + fraction
    return "\(whole < 0 ? "-" : "")\(whole.magnitude / power.magnitude).\(digits)"
  }

  private static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]
}
