/// A JSON number: the text that it was written as, digit for digit.
package struct JSONNumber: Hashable, Sendable {
  /// The number's text, which the grammar of RFC 8259 §6 allows.
  package let text: String

  package init(_ value: Int) {
    text = String(value)
  }

  /// The caller has checked the text against the grammar.
  init(validated text: String) {
    self.text = text
  }

  /// The number, if the whole text is one.
  package init?(_ text: String) {
    guard JSONNumber.isNumber(text.utf8Span.span) else { return nil }
    self.text = text
  }

  /// The integer, where the text is one without fraction and exponent that fits 64 bits.
  package var int: Int? { Int(text) }

  /// The nearest Double; for what is a Double by nature (durations, ratios), never for money.
  package var double: Double? { Double(text) }

  private static func isNumber(_ text: Span<UInt8>) -> Bool {
    var scanner = NumberScanner(text)
    return scanner.scan() == text.count
  }
}
