package import JSON

/// A decimal number, digit for digit as it was written.
///
/// Prices and ratios go from a file to PostgreSQL through this type: signs, percents and currency
/// symbols are taken off on the text, and no digit ever passes through a Double.
package struct ExactDecimal: Hashable, Sendable {
  package private(set) var isNegative: Bool
  /// Values 0…9, the highest first, without leading zeros; empty for zero.
  private var digits: [UInt8]
  /// How many of the digits stand behind the point; never negative.
  private var scale: Int

  /// Numbers further from one than ten to this power are not read: no market has them, and a short
  /// text such as `1e999999999` must not become gigabytes of digits.
  private static let maximumExponent = 400

  /// A number as JSON and C# write it: sign, digits, point, exponent.
  package init?(_ text: some StringProtocol) {
    self.init(ascii: Array(text.utf8)[...])
  }

  package init?(_ number: JSONNumber) {
    self.init(number.text)
  }

  /// From a JSON number or a string that holds one; brokers use both for the same member.
  package init?(_ value: JSONValue?) {
    switch value {
    case .number(let number): self.init(number)
    case .string(let text): self.init(text)
    default: return nil
    }
  }

  private init?(ascii: ArraySlice<UInt8>) {
    var rest = ascii
    isNegative = rest.first == UInt8(ascii: "-")
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      rest = rest.dropFirst()
    }
    var digits: [UInt8] = []
    var fraction: Int?
    while let byte = rest.first {
      if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
        digits.append(byte - UInt8(ascii: "0"))
        if let count = fraction { fraction = count + 1 }
      } else if byte == UInt8(ascii: ".") && fraction == nil {
        fraction = 0
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    guard !digits.isEmpty, digits.count <= Self.maximumExponent,
      let exponent = Self.exponent(rest)
    else { return nil }
    self.digits = digits
    scale = (fraction ?? 0) - exponent
    normalize()
  }

  /// The exponent that the rest of a number says; zero where there is none.
  private static func exponent(_ rest: ArraySlice<UInt8>) -> Int? {
    guard let mark = rest.first else { return 0 }
    guard mark | 0x20 == UInt8(ascii: "e") else { return nil }
    guard let exponent = Int(String(decoding: rest.dropFirst(), as: UTF8.self)),
      exponent.magnitude <= maximumExponent
    else { return nil }
    return exponent
  }

  private mutating func normalize() {
    if scale < 0 {
      digits.append(contentsOf: repeatElement(0, count: -scale))
      scale = 0
    }
    digits.removeFirst(digits.prefix { $0 == 0 }.count)
    if digits.isEmpty { isNegative = false }
  }

  package static let zero = ExactDecimal(isNegative: false, digits: [], scale: 0)

  private init(isNegative: Bool, digits: [UInt8], scale: Int) {
    self.isNegative = isNegative
    self.digits = digits
    self.scale = scale
    normalize()
  }

  package var isZero: Bool { digits.isEmpty }
  package var magnitude: ExactDecimal { isNegative ? -self : self }

  /// Whether PostgreSQL's `numeric(precision, scale)` has room for it.
  ///
  /// Digits beyond the scale are rounded there, which may make one digit more before the point.
  package func fits(precision: Int, scale: Int) -> Bool {
    let whole = digits.count - self.scale
    guard whole == precision - scale else { return whole < precision - scale }
    let roundsUp = digits.count > precision && digits[precision] >= 5
    return !roundsUp || digits.prefix(precision).contains { $0 < 9 }
  }

  /// The number divided by 100, exactly: what a percentage means.
  package var percent: ExactDecimal { shifted(by: -2) }

  /// The number times ten to a power, exactly.
  package func shifted(by power: Int) -> ExactDecimal {
    ExactDecimal(isNegative: isNegative, digits: digits, scale: scale - power)
  }

  package static prefix func - (value: ExactDecimal) -> ExactDecimal {
    ExactDecimal(isNegative: !value.isNegative, digits: value.digits, scale: value.scale)
  }

  package static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
    let scale = max(left.scale, right.scale)
    let first = left.padded(to: scale)
    let second = right.padded(to: scale)
    if left.isNegative == right.isNegative {
      let sum = add(first, second)
      return ExactDecimal(isNegative: left.isNegative, digits: sum, scale: scale)
    }
    if isLess(first, second) {
      let rest = subtract(first, from: second)
      return ExactDecimal(isNegative: right.isNegative, digits: rest, scale: scale)
    }
    let rest = subtract(second, from: first)
    return ExactDecimal(isNegative: left.isNegative, digits: rest, scale: scale)
  }

  package static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
    left + -right
  }

  /// The same digits with zeros behind, so that two numbers have their points at one place.
  private func padded(to scale: Int) -> [UInt8] {
    digits + repeatElement(0, count: scale - self.scale)
  }

  private static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
  }

  private static func add(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var sum: [UInt8] = []
    var carry: UInt8 = 0
    for place in 0...max(left.count, right.count) {
      let digit = left.digit(at: place) + right.digit(at: place) + carry
      sum.append(digit % 10)
      carry = digit / 10
    }
    return sum.reversed()
  }

  /// The left is not greater than the right.
  private static func subtract(_ left: [UInt8], from right: [UInt8]) -> [UInt8] {
    var rest: [UInt8] = []
    var borrow: UInt8 = 0
    for place in 0..<right.count {
      let taken = left.digit(at: place) + borrow
      let digit = right.digit(at: place)
      borrow = digit < taken ? 1 : 0
      rest.append(digit + borrow * 10 - taken)
    }
    return rest.reversed()
  }
}

extension [UInt8] {
  /// The digit at a place counted from the last; zero beyond the first.
  fileprivate func digit(at place: Int) -> UInt8 {
    place < count ? self[count - 1 - place] : 0
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// As PostgreSQL reads it, without exponent.
  package var description: String {
    var text: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
    let whole = digits.count - scale
    if whole <= 0 {
      text.append(UInt8(ascii: "0"))
    } else {
      text += digits.prefix(whole).map { $0 + UInt8(ascii: "0") }
    }
    if scale > 0 {
      text.append(UInt8(ascii: "."))
      text += repeatElement(UInt8(ascii: "0"), count: max(0, -whole))
      text += digits.suffix(min(scale, digits.count)).map { $0 + UInt8(ascii: "0") }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
