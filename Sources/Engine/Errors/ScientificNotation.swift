/// A number in the notation in which Hasura's messages show one: `2.147483648e9`, `1.5`, `100.0`.
///
/// Numbers from 0.1 up to 10⁷ stand as they are, others with an exponent; one digit at least stands
/// on each side of the point.
struct ScientificNotation {
  let text: String

  /// Nil where the text is no number.
  init?(_ number: String) {
    var mantissa = number[...]
    var exponent = 0
    if let mark = number.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      var digits = number[number.index(after: mark)...]
      if digits.first == "+" { digits = digits.dropFirst() }
      guard let value = Int(digits), value.magnitude < 1_000_000 else { return nil }
      exponent = value
      mantissa = number[..<mark]
    }
    let isNegative = mantissa.first == "-"
    if isNegative { mantissa = mantissa.dropFirst() }
    let parts = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty else { return nil }
    let fraction = parts.count > 1 ? parts[1] : ""
    var digits = Array((whole + fraction).utf8)
    guard digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
      return nil
    }
    // The value is 0.digits times ten to the power of `point`.
    var point = whole.utf8.count + exponent
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(zeros)
    point -= zeros
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let sign = isNegative ? "-" : ""
    text = sign + Self.text(String(decoding: digits, as: UTF8.self), point)
  }

  private static func text(_ digits: String, _ point: Int) -> String {
    guard !digits.isEmpty else { return "0.0" }
    guard point >= 0 && point <= 7 else {
      let rest = digits.dropFirst()
      return "\(digits.prefix(1)).\(rest.isEmpty ? "0" : rest)e\(point - 1)"
    }
    let whole = digits.prefix(point)
    let padding = String(repeating: "0", count: point - whole.count)
    let fraction = digits.dropFirst(point)
    return "\(point == 0 ? "0" : whole + padding).\(fraction.isEmpty ? "0" : fraction)"
  }
}
