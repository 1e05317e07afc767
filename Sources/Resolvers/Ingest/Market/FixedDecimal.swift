/// Decimal numbers in nine places, as whole numbers of 64 bits: prices and volumes without rounding.
enum FixedDecimal {
  static let places = 9
  private static let one: Int64 = 1_000_000_000

  /// Nil for what is no number, has digits behind the ninth place, or no room.
  static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var index = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    var value: Int64 = 0
    var digits = 0
    var fraction = -1
    while index < text.count {
      let byte = text[index]
      index += 1
      if byte == UInt8(ascii: "."), fraction < 0 {
        fraction = 0
        continue
      }
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      digits += 1
      if fraction >= 0 {
        // Zeros behind the last place say nothing.
        if fraction == places {
          if byte != UInt8(ascii: "0") { return nil }
          continue
        }
        fraction += 1
      }
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsToo) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      if overflows || overflowsToo { return nil }
      value = sum
    }
    guard digits > 0 else { return nil }
    for _ in max(fraction, 0)..<places {
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      if overflows { return nil }
      value = product
    }
    return isNegative ? -value : value
  }

  static func parse(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { parse($0) }
  }

  /// A number that an exponent may scale, as JSON has it.
  static func parse(json text: String) -> Int64? {
    parse(text) ?? ExactDecimal(text).flatMap { parse($0.description) }
  }

  /// Appends the digits, without zeros at the end.
  static func append(_ value: Int64, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let magnitude = value.magnitude
    bytes.append(contentsOf: String(magnitude / one.magnitude).utf8)
    var fraction = magnitude % one.magnitude
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var power = one.magnitude / 10
    while fraction > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(fraction / power))
      fraction %= power
      power /= 10
    }
  }

  static func double(_ value: Int64) -> Double { Double(value) / 1e9 }
}
