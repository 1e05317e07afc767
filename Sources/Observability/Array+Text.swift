extension [UInt8] {
  /// Appends text that needs no escape.
  mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a number of 0 or more in decimal.
  mutating func append(decimal value: Int) {
    var divisor = 1
    while value / divisor >= 10 { divisor *= 10 }
    append(digitsOf: value, from: divisor)
  }

  /// Appends the last digits of a number, with leading zeros.
  mutating func append(digits value: Int, width: Int) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    append(digitsOf: value, from: divisor)
  }

  /// Appends a duration in seconds with six decimals.
  mutating func append(secondsOf nanoseconds: UInt64) {
    let total = Int(clamping: nanoseconds / 1000)
    append(decimal: total / 1_000_000)
    append(UInt8(ascii: "."))
    append(digits: total % 1_000_000, width: 6)
  }

  private mutating func append(digitsOf value: Int, from divisor: Int) {
    var divisor = divisor
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
