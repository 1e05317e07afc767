package import JSON

/// A moment as RFC 7519 §2 writes it, seconds since 1970 with any fraction, in whole milliseconds.
///
/// Read digit by digit: what a token says may be any number, and nothing of it may trap.
package struct NumericDate: Hashable, Sendable {
  package let milliseconds: Int

  package init(_ number: JSONNumber) {
    var digits: [UInt8] = []
    var isNegative = false
    /// How many of the digits stand before the point.
    var whole: Int?
    var exponent = 0
    var bytes = Array(number.text.utf8)[...]
    if bytes.first == UInt8(ascii: "-") {
      isNegative = true
      bytes.removeFirst()
    }
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "."): whole = digits.count
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        let text = String(decoding: bytes, as: UTF8.self)
        // What does not fit an Int is past every date anyway.
        exponent = Int(text) ?? (text.hasPrefix("-") ? -100 : 100)
        bytes = []
      default: digits.append(byte - UInt8(ascii: "0"))
      }
    }
    let place = (whole ?? digits.count).addingClamped(exponent).addingClamped(3)
    milliseconds = NumericDate.value(of: digits, before: place) * (isNegative ? -1 : 1)
  }

  /// The number of the first digits, with zeros where there are fewer; at most Int's largest.
  private static func value(of digits: [UInt8], before place: Int) -> Int {
    guard place > 0, digits.contains(where: { $0 > 0 }) else { return 0 }
    var value = 0
    for index in 0..<place {
      if index >= digits.count && value == 0 { return 0 }
      let digit = index < digits.count ? Int(digits[index]) : 0
      value = value.multipliedClamped(by: 10).addingClamped(digit)
      if value == .max { return value }
    }
    return value
  }
}
