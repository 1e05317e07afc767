extension [UInt8] {
  /// Replaces a number at the end that is an integer, but has a fraction or an exponent, by its digits:
  /// `2.0` by `2`, `1e3` by `1000`.
  ///
  /// PostgreSQL's integers are read from digits alone, whereas clients whose numbers are all doubles
  /// write what they like. Any other number stays as it is, and PostgreSQL says what is wrong with it.
  mutating func writeIntegerPlainly(from start: Int) {
    guard
      self[start...].contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }),
      let digits = IntegerDigits(of: self[start...])
    else { return }
    replaceSubrange(start..., with: digits.bytes)
  }

  /// Replaces a number at the end that has an exponent by its digits: `1.25e1` by `12.5`, `1e-3` by
  /// `0.001`.
  ///
  /// PostgreSQL's amounts of money have no exponents. One that would take more digits than any amount
  /// stays as it is, and PostgreSQL refuses it.
  mutating func writeDecimalPlainly(from start: Int) {
    guard let mark = self[start...].firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }),
      let exponent = Int(String(decoding: self[(mark + 1)...], as: UTF8.self)),
      IntegerDigits.exponents.contains(exponent)
    else { return }
    let first = self[start] == UInt8(ascii: "-") ? start + 1 : start
    let whole = self[first..<mark].prefix { $0 != UInt8(ascii: ".") }
    var digits = Array(whole) + self[first..<mark].dropFirst(whole.count + 1)
    // The place of the point among the digits, of which one at least stands before it.
    let point = whole.count + exponent
    if point < 1 {
      digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: 1 - point), at: 0)
    }
    if point > digits.count {
      digits += repeatElement(UInt8(ascii: "0"), count: point - digits.count)
    }
    let end = Swift.max(point, 1)
    if end < digits.count { digits.insert(UInt8(ascii: "."), at: end) }
    replaceSubrange(first..., with: digits)
  }
}

/// The digits of a number of JSON that is an integer, in whatever notation.
struct IntegerDigits {
  /// A sign where it is negative, and digits without zeros before them.
  let bytes: [UInt8]

  /// Nil where the number has a fraction, or more digits than any of PostgreSQL's integers.
  init?(of number: ArraySlice<UInt8>) {
    var rest = number
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest.removeFirst() }
    let mantissa = rest.prefix { $0 | 0x20 != UInt8(ascii: "e") }
    var exponent = 0
    if mantissa.count < rest.count {
      guard let value = Int(String(decoding: rest.dropFirst(mantissa.count + 1), as: UTF8.self)),
        Self.exponents.contains(value)
      else { return nil }
      exponent = value
    }
    let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
    var digits = Array(whole) + mantissa.dropFirst(whole.count + 1)
    guard digits.count <= 2 * Self.longest else { return nil }
    // The place of the point among the digits, from where on all of them have to be zeros.
    let point = whole.count + exponent
    if point < digits.count {
      guard digits[Swift.max(point, 0)...].allSatisfy({ $0 == UInt8(ascii: "0") }) else {
        return nil
      }
      digits.removeSubrange(Swift.max(point, 0)...)
    } else {
      digits += repeatElement(UInt8(ascii: "0"), count: point - digits.count)
    }
    let significant = digits.drop { $0 == UInt8(ascii: "0") }
    if significant.isEmpty {
      bytes = [UInt8(ascii: "0")]
    } else {
      bytes = (isNegative ? [UInt8(ascii: "-")] : []) + significant
    }
  }

  /// Far more digits than 64 bits hold, and few enough that nobody can make us write zeros for long.
  private static let longest = 64
  fileprivate static let exponents = -longest...longest
}
