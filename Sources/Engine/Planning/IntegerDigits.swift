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
        abs(value) <= Self.longest
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
}
